"""How far an import of pictures is, and whether it is still wanted."""

from collections.abc import Callable

from core.datasets.info import DatasetError

REPORT_EVERY = 50  # files between two calls of on_progress

OnProgress = Callable[[int, int], None]  # done, total
ShouldStop = Callable[[], bool]


class ImportStoppedError(DatasetError):
    """The import was stopped on request; nothing of it was kept."""


class Progress:
    """Tells how far an import is, and ends it where that is wanted.

    Files that are decoded twice count by halves.
    """

    def __init__(self, n: int, on_progress: OnProgress | None, should_stop: ShouldStop | None) -> None:
        self._n, self._on_progress, self._should_stop = n, on_progress, should_stop
        self._done = 0

    @property
    def is_due(self) -> bool:
        """Whether the next step will be told."""
        return self._done % REPORT_EVERY == 0

    def step(self, n_passes: int) -> None:
        """Comes before each file in each pass."""
        if self._should_stop is not None and self._should_stop():
            raise ImportStoppedError("The import was stopped; nothing of it was kept.")
        if self._on_progress is not None and self.is_due:
            self._on_progress(self._done // n_passes, self._n)
        self._done += 1
