"""The curves that were trained once: named by their content, kept in memory and in the lab's folder.

Who asks for the same run later, on another day or at another seat, gets it at once. Of two who ask together the second
waits for the first: one run is trained at a time.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from core.exercises.short_runs import N_SEEDS, Curves, Recipe, train_short
from core.lab.files import read_json, write_json
from core.lab.jobs import JobStoppedError
from core.lab.paths import home
from core.lab.remembered import Remembered

_MOST = 3_000  # runs in memory, of some kilobytes each
_PATIENCE = 0.2  # seconds between two looks at whether to stop, while another one trains


class Shelf:
    """All that was trained; one for an app."""

    def __init__(self) -> None:
        self._kept: Remembered[str, Curves] = Remembered(_MOST)
        self._training = threading.Lock()
        self.disk_error: OSError | None = None  # why the last run could not be kept in the folder

    def get(self, recipe: Recipe, dataset: str, seed: int) -> Curves | None:
        """A run, if it is there; a file that is none of ours is none."""
        key = recipe.key(dataset, seed)
        known = self._kept.get(key)
        if known is None:
            try:
                known = Curves.read(read_json(_folder() / f"{key}.json"))
            except (ValueError, TypeError, KeyError):
                return None
            self._kept.put(key, known)
        return known

    def seeds(self, recipe: Recipe, dataset: str) -> list[Curves]:
        """The runs of the seeds from 0 on, as far as all are there."""
        found: list[Curves] = []
        for seed in range(N_SEEDS):
            curves = self.get(recipe, dataset, seed)
            if curves is None:
                break
            found.append(curves)
        return found

    def n_missing(self, recipes: Sequence[Recipe], dataset: str) -> int:
        """How many runs are still to be trained."""
        return sum(self.get(recipe, dataset, seed) is None for recipe in set(recipes) for seed in range(N_SEEDS))

    def fill(
        self,
        recipes: Sequence[Recipe],
        dataset: str,
        *,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Train what is missing, recipe by recipe.

        Raises
        ------
        JobStoppedError
            If it was asked to stop; what is trained by then stays.
        DatasetError
            If the pictures are not there.
        """
        wanted = [(recipe, seed) for recipe in dict.fromkeys(recipes) for seed in range(N_SEEDS)]
        for done, (recipe, seed) in enumerate(wanted):
            on_progress(done, len(wanted))
            while not self._training.acquire(timeout=_PATIENCE):
                _go_on(should_stop)
            try:
                _go_on(should_stop)
                if self.get(recipe, dataset, seed) is None:
                    self._put(recipe.key(dataset, seed), train_short(recipe, dataset, seed, should_stop=should_stop))
            finally:
                self._training.release()
        on_progress(len(wanted), len(wanted))

    def _put(self, key: str, curves: Curves) -> None:
        self._kept.put(key, curves)
        try:
            _folder().mkdir(parents=True, exist_ok=True)
            write_json(_folder() / f"{key}.json", curves.told())
            self.disk_error = None
        except OSError as error:  # the exercise goes on without; the page says so
            self.disk_error = error


def _go_on(should_stop: Callable[[], bool]) -> None:
    if should_stop():
        raise JobStoppedError("The training was stopped. What was trained by then is kept.")


def _folder() -> Path:
    return home() / "exercises" / "short_runs"
