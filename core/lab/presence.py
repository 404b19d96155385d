"""Who is here: when each person's pages last asked for something."""

import time
from collections.abc import Callable

from core.lab.owners import owner_mark
from core.lab.remembered import Remembered

_MOST_PERSONS = 10_000
GONE_SECONDS = 180  # without a page that polls for so long, somebody counts as gone: browsers let hidden tabs sleep


class Presence:
    """Persons by their marks; nothing of it is written down.

    Parameters
    ----------
    clock : callable
        Seconds, for the tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._seen: Remembered[str, float] = Remembered(_MOST_PERSONS)

    def note(self, owner: str) -> None:
        """This person is here now."""
        if owner:
            self._seen.put(owner_mark(owner), self._clock())

    def seconds_away(self, mark: str) -> float:
        """How long the person of a mark has not been seen; of one who never was, since this lab began."""
        seen = self._seen.get(mark)
        return self._clock() - (self._began if seen is None else seen)
