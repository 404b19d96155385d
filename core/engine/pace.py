"""What the last runs took against what was reckoned for them: a machine that is slower today is foretold slower."""

import contextlib
from collections import deque
from pathlib import Path
from statistics import median

from core.lab import files, paths

_N_LAST = 5  # runs of a kind of work: their median forgets one that was disturbed
_SLOWEST, _FASTEST = 4.0, 0.25  # beyond that, something else was measured than speed
_LEAST_SECONDS = 0.2  # shorter runs tell of the clock and the disk
_FILE = "pace.json"


class Pace:
    """Learns from each run that has ended; kept in the lab's folder, so that the next start of the lab knows it."""

    def __init__(self) -> None:
        self._of: dict[str, deque[float]] = {}
        for work, ratios in files.read_json(self._path).items():
            try:
                self._of[work] = deque((float(ratio) for ratio in ratios), maxlen=_N_LAST)
            except (TypeError, ValueError):  # of another version of the lab
                continue

    def factor(self, work: str) -> float:
        """How many times as long as reckoned such work takes; of work that is new, what all work has taken."""
        known = self._of.get(work) or [ratio for ratios in self._of.values() for ratio in ratios]
        return median(known) if known else 1.0

    def learn(self, work: str, *, reckoned: float, took: float) -> None:
        """Take in a run: seconds that were reckoned without any pace, and seconds that it took."""
        if max(reckoned, took) < _LEAST_SECONDS or min(reckoned, took) <= 0:
            return
        ratio = min(_SLOWEST, max(_FASTEST, took / reckoned))
        self._of.setdefault(work, deque(maxlen=_N_LAST)).append(ratio)
        with contextlib.suppress(OSError):  # on a full disk it is known until the lab ends
            files.write_json(self._path, {work: list(ratios) for work, ratios in self._of.items()})

    @property
    def _path(self) -> Path:
        return paths.home() / _FILE
