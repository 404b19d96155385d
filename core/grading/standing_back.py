"""How marking stands back behind a class that trains on the same machine.

It does not wait in the engine's line, where two hundred runs of one teacher would look like a member of the class. It
looks at that line between its runs: while anybody trains or waits there, it trains one run at a time, and begins the
next one only when it has left the machine to the class for as long as a run of the class may hold it
(``core.engine.turns.SHARE_SECONDS``), or the class is done. So nobody waits for more than one run of the marking, and
a class that never stops does not stop the marking.
"""

import time
from collections.abc import Callable

from core.engine.turns import SHARE_SECONDS


class StandingBack:
    """Says whether the next run may begin.

    Parameters
    ----------
    is_class_training : callable
        Whether somebody trains or waits now.
    seconds : float
        For which the machine is left to them before each run.
    clock : callable
        Seconds, for the tests.
    """

    def __init__(
        self,
        is_class_training: Callable[[], bool],
        seconds: float = SHARE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_class_training = is_class_training
        self._seconds = seconds
        self._clock = clock
        self._since: float | None = None  # when the machine was left to the class

    def may_begin(self, n_under_way: int) -> bool:
        """Whether another run may begin beside so many of the marking; to be asked again and again, in one thread."""
        if not self._is_class_training():
            self._since = None
            return True
        now = self._clock()
        if n_under_way:
            self._since = None
            return False
        if self._since is None:
            self._since = now
        return now - self._since >= self._seconds

    def began(self) -> None:
        """A run has begun."""
        self._since = None


NEVER = StandingBack(lambda: False)
