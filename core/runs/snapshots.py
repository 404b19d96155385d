"""Runs as they stood at one moment: a run is read once, and all that is told of it is told of that reading.

A page that polls ninety-five runs opens two files of each that trains (status and history), one of each that waits, and
none of a run that has ended: that one is remembered until its status is written anew, as it is when an interrupted run
goes on. Settings never change and are read once.
"""

import math
from array import array
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.lab.rates import Rate, known_rate
from core.lab.remembered import Remembered
from core.runs import history
from core.runs.history import History
from core.runs.status import Status
from core.runs.store import Run, RunNotFoundError
from core.specs import RunSpec

# What the files of a run said by their times, without being opened; other files, another stamp
Stamp = tuple[tuple[int, int, int] | None, ...]

_MOST_SPECS = 2_000  # four experiments of the largest size
_MOST_NUMBERS = 5_000_000  # of histories, 40 MB: 500 runs of 50 epochs of 5,000 pictures are 4 million
_NUMBERS_OF_A_RUN = 100  # what a short history weighs besides its losses
_MOST_BYTES = 64_000_000  # of probabilities: those of 160 folds of 10,000 pictures and ten classes


@dataclass(frozen=True)
class RunSnapshot:
    """A run at one moment.

    Attributes
    ----------
    run : Run
    spec : RunSpec
    status : Status
    history : History
        Shared: do not change it.
    result : dict or None
        Accuracy, loss, seconds and so on once it has been judged; also of a run that was stopped or diverged.
    stamp : tuple
        Where the files of the run have another one by now, it stands otherwise.
    """

    run: Run
    spec: RunSpec
    status: Status
    history: History
    result: dict[str, Any] | None
    stamp: Stamp

    @property
    def counts(self) -> bool:
        """Whether its accuracy may be compared: it was trained to its end and judged.

        The one rule for all experiments. A network that was stopped is judged too, but it was cut short; one whose test
        loss is no number has diverged, which earlier versions of the lab called done.
        """
        if self.status.name != "done" or self.result is None:
            return False
        return self.result.get("test_loss") is None or math.isfinite(self.result["test_loss"])

    @property
    def accuracy(self) -> float | None:
        """Of the pictures that it judges, from 0 to 1, if it counts."""
        return float(self.result["test_accuracy"]) if self.counts and self.result is not None else None

    @property
    def rate(self) -> Rate | None:
        """The same with the number of pictures, where the run has said it."""
        return known_rate(self.accuracy, self.history.n_judged or (self.result or {}).get("n_judged"))

    @property
    def share(self) -> float:
        """How much of its training is done, from 0 to 1."""
        if self.status.name == "done":
            return 1.0
        if self.spec.max_seconds is not None:
            return min(1.0, self.history.seconds / self.spec.max_seconds)
        n_steps = self.history.n_steps_per_epoch * self.spec.n_epochs
        return self.history.step / n_steps if n_steps else 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: a stopped run is still judged for a moment."""
        if not self.status.is_finished:
            return False
        return not (self.status.name in ("stopped", "diverged") and self.result is None and self.run.is_being_written)

    @property
    def note(self) -> str:
        """Behind its name in a legend: what became of it, where that is not what one expects."""
        return "" if self.status.name in ("done", "running") else self.status.name

    def probabilities(self) -> np.ndarray | None:
        """Of each judged picture, shape (n, n_classes), float32, read-only; None before.

        Those of a run that has ended are remembered, so that who polls opens no file again.
        """
        if not self.status.is_finished:
            return self.run.probabilities()
        known = _PROBABILITIES.get((self.run.folder, self.stamp))
        if known is None:
            given = self.run.probabilities()
            if given is None:
                return None
            # Not mapped: a mapped file holds a file handle, and can't be deleted on Windows
            known = np.array(given)
            known.flags.writeable = False
            _PROBABILITIES.put((self.run.folder, self.stamp), known, known.nbytes)
        return known


def read(run: Run) -> RunSnapshot:
    """Read a run, or remember it where it has ended and nothing was written since.

    Raises
    ------
    RunNotFoundError
        If it was deleted.
    SpecError
        If its settings can't be read.
    """
    stamp = _stamp(run.folder)  # before anything is read: what is written meanwhile has another one
    known = _ENDED.get(run.folder)
    if known is not None:
        if known.stamp == stamp:
            return known
        _ENDED.forget(run.folder)
    if not run.folder.is_dir():
        _SPECS.forget(run.folder)
        raise RunNotFoundError("This run was deleted.")
    spec = _SPECS.get(run.folder)
    if spec is None:
        spec = _spec(run)
        _SPECS.put(run.folder, spec)
    written = run.written_status()
    status = run.status_of(written)
    begun = status.name != "queued" or (run.folder / history.FILE_NAME).exists()  # one to be resumed waits as well
    told = run.history() if begun else History()
    if not status.is_finished:
        return RunSnapshot(run, spec, status, told, None, stamp)
    kept = replace(told, losses=array("d", told.losses), epochs=list(told.epochs))  # a quarter of the memory
    snapshot = RunSnapshot(run, spec, status, kept, run.result, stamp)
    # A file that could not be read at this moment, as on Windows while it is replaced, says nothing for good
    if written and (snapshot.result is not None or not (run.folder / "result.json").exists()):
        _ENDED.put(run.folder, snapshot, _NUMBERS_OF_A_RUN + len(kept.losses))
    return snapshot


def _spec(run: Run) -> RunSpec:
    try:
        return run.spec
    except OSError as error:  # deleted at this moment
        raise RunNotFoundError("This run was deleted.") from error


_SPECS: Remembered[Path, RunSpec] = Remembered(_MOST_SPECS)
_ENDED: Remembered[Path, RunSnapshot] = Remembered(_MOST_NUMBERS)
_PROBABILITIES: Remembered[tuple[Path, Stamp], np.ndarray] = Remembered(_MOST_BYTES)


def _stamp(folder: Path) -> Stamp:
    """Of the status, and of the pulse: by it alone a run that counted as interrupted can turn out to live."""
    return tuple(_state(folder / name) for name in ("status.json", "alive.json"))


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_ino, state.st_size  # whole files are replaced: each has its own inode
