"""What happened in a run: ``history.jsonl``, one event a line, only ever appended.

    {"event": "begin", "epoch": 0, "step": 0, "n_steps_per_epoch": 157, "n_parameters": 428554, ...}
    {"event": "batches", "step": 1, "seconds": 0.1, "losses": [2.31, 2.29], "n_correct": 9, "n_images": 64}
    {"event": "epoch", "epoch": 1, "step": 157, "train_loss": 1.93, "test_accuracy": 0.31, ...}
    {"event": "end", "status": "done", "step": 628, "seconds": 1.4}

A run that goes on from a checkpoint writes a second "begin"; what its first sitting had done beyond that step is then
forgotten by the reader, so every batch and every epoch is there once. A half-written line, as a killed writer leaves
it, is passed over.
"""

import json
import math
import threading
from collections import deque
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.lab.remembered import Remembered

FILE_NAME = "history.jsonl"
_RECENT_SECONDS = 5.0  # shorter, and a page that is drawn beside it counts as a slower machine
_MOST_MARKS = 100  # five a second are written


@dataclass
class History:
    """A run so far.

    Attributes
    ----------
    n_steps_per_epoch, n_parameters, n_judged : int
        0 until the run has begun; the pictures of which each test accuracy is, 0 where an earlier lab did not say.
    losses : list or array of float
        Of each batch, from step 1 on.
    epochs : list of dict
        The "epoch" events: epoch, step, complete, train_loss, train_accuracy, test_loss, test_accuracy, seconds,
        images_per_second; judged_train_loss and judged_train_accuracy where the training pictures were judged too.
    n_correct, n_images : int
        Since the last whole epoch: the training accuracy as it grows.
    seconds : float
        Of training, when the last line was written.
    sitting_begin : tuple of (int, float)
        Step and seconds at which the present sitting began.
    n_sittings : int
        1, and one more each time the run went on from a checkpoint.
    end : dict or None
        The "end" event, once training is over.
    judging_seconds : float or None
        What the last epoch's judging took; None before there is one.
    """

    n_steps_per_epoch: int = 0
    n_parameters: int = 0
    n_judged: int = 0
    losses: MutableSequence[float] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    n_correct: int = 0
    n_images: int = 0
    seconds: float = 0.0
    sitting_begin: tuple[int, float] = (0, 0.0)
    n_sittings: int = 0
    end: dict[str, object] | None = None
    judging_seconds: float | None = None
    # Of this sitting, at its last lines: batches done, and seconds of training them, without what was judged between
    _marks: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=_MOST_MARKS))
    _judged: float = 0.0  # seconds

    @property
    def step(self) -> int:
        """Batches done."""
        return len(self.losses)

    @property
    def end_loss(self) -> float:
        """Mean of the last fifth of its batches; NaN before there is one."""
        last = self.losses[-max(1, len(self.losses) // 5) :]
        return sum(last) / len(last) if last else math.nan

    @property
    def seconds_per_step(self) -> float | None:
        """Mean time of a batch in the present sitting, tests included; None before there is one."""
        step, seconds = self.sitting_begin
        return (self.seconds - seconds) / (self.step - step) if self.step > step else None

    @property
    def recent_seconds_per_step(self) -> float | None:
        """Mean time of the batches of the last seconds, without what was judged between; None before there are any."""
        if len(self._marks) < 2:
            return None
        *before, (last_step, last) = self._marks
        first_step, first = next((mark for mark in before if last - mark[1] <= _RECENT_SECONDS), before[-1])
        return (last - first) / (last_step - first_step)

    def add(self, event: dict[str, Any]) -> None:
        """Take in one line."""
        match event.get("event"):
            case "begin":
                self.n_steps_per_epoch = event["n_steps_per_epoch"]
                self.n_parameters = event["n_parameters"]
                self.n_judged = event.get("n_judged", 0)
                del self.losses[event["step"] :]
                self.epochs = [e for e in self.epochs if e["epoch"] <= event["epoch"] and e["complete"]]
                self.n_correct = self.n_images = 0
                self.seconds = event["seconds"]
                self.sitting_begin = (event["step"], event["seconds"])
                self._marks.clear()
                self._marks.append((event["step"], event["seconds"]))
                self._judged = 0.0
                self.n_sittings += 1
                self.end = None
            case "batches":
                # A worker that died between two lines may have left a gap; what can't be placed isn't shown
                if event["step"] == self.step + 1:
                    self.losses.extend(event["losses"])
                    self.n_correct += event["n_correct"]
                    self.n_images += event["n_images"]
                    self.seconds = event["seconds"]
                    self._marks.append((self.step, self.seconds - self._judged))
            case "epoch":
                self.epochs.append(event)
                if event.get("complete", True):
                    self.judging_seconds = max(0.0, event["seconds"] - self.seconds)
                    self._judged += self.judging_seconds
                self.seconds = event["seconds"]
                self.n_correct = self.n_images = 0
            case "end":
                self.end = event

    def thinned(self, n_points: int = 300) -> tuple[np.ndarray, np.ndarray]:
        """At most about ``n_points`` batch losses for drawing.

        Returns
        -------
        steps : ndarray of shape (m,), int64
        losses : ndarray of shape (m,), float64
            Neighbouring batches are drawn as their smallest and their largest, so that the noise keeps its height.
        """
        losses = np.asarray(self.losses, dtype=np.float64)
        width = -(-2 * len(losses) // n_points)
        if width <= 2:
            return np.arange(1, len(losses) + 1), losses
        n_whole = len(losses) // width
        blocks = losses[: n_whole * width].reshape(n_whole, width)
        starts = width * np.arange(n_whole)
        picked = [starts + blocks.argmin(1), starts + blocks.argmax(1), [len(losses) - 1]]
        if len(rest := losses[n_whole * width :]):
            picked.append(n_whole * width + np.array([rest.argmin(), rest.argmax()]))
        index = np.unique(np.concatenate(picked))  # in the order in which they came
        return index + 1, losses[index]


def read(folder: Path) -> History:
    """The history of a run folder; an empty one where nothing has been written yet.

    Only what has come since the last call is parsed, so a page that polls, and forty browsers that watch one run,
    cost next to nothing. Treat the result as read-only: it is shared.
    """
    path = folder / FILE_NAME
    return _READERS.get_or_make(path, lambda: _Reader(path)).read()


class _Reader:
    """Reads on from where it stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._offset = 0
        self._history = History()

    def read(self) -> History:
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    file.seek(0, 2)
                    if file.tell() < self._offset:  # another file under the same name
                        self._offset, self._history = 0, History()
                    file.seek(self._offset)
                    text = file.read()
            except FileNotFoundError:
                return History()
            whole = text.rfind(b"\n") + 1  # a line without its end is still being written
            self._offset += whole
            for line in text[:whole].splitlines():
                try:
                    event = json.loads(line)
                    self._history.add(event)
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue  # the torn line of a killed writer
            return self._history


_READERS: Remembered[Path, _Reader] = Remembered(128)
