"""The trainings of a vote while they go: whoever lets a vote run can watch their curves. Nothing of it moves a loss."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict

from core.runs.history import History
from core.runs.series import Series, series_of_run
from core.training.events import BatchEnd, EpochEnd, Event, TrainingBegin

_WATCHING: ContextVar["Watched | None"] = ContextVar("watching", default=None)


class Watched:
    """What a vote's trainings have told so far; written by the thread that runs it, read by pages."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._histories: dict[str, History] = {}
        self._n_epochs: dict[str, int] = {}

    def series(self) -> list[Series]:
        """A curve for each training that has begun, in their order."""
        with self._lock:
            return [series_of_run(history, name) for name, history in self._histories.items()]

    @property
    def now(self) -> tuple[str, float]:
        """What trains, or has trained last, and how far it is, from 0 to 1; an empty name before anything has begun."""
        with self._lock:
            if not self._histories:
                return "", 0.0
            name, history = next(reversed(self._histories.items()))
            n_steps = history.n_steps_per_epoch * self._n_epochs[name]
            return name, min(1.0, history.step / n_steps) if n_steps else 0.0

    @property
    def n_epochs(self) -> int:
        """Of the longest training that has begun."""
        with self._lock:
            return max(self._n_epochs.values(), default=0)

    def listener(self, name: str, n_epochs: int) -> Callable[[Event], None]:
        """What a training of this name calls with its events."""
        history, begin = History(), time.perf_counter()
        with self._lock:
            self._histories[name], self._n_epochs[name] = history, n_epochs

        def hear(event: Event) -> None:
            told = _told(event, time.perf_counter() - begin)
            if told is not None:
                with self._lock:
                    history.add(told)

        return hear


@contextmanager
def watching(watched: Watched) -> Iterator[None]:
    """The trainings of this block, in this thread, tell ``watched`` of themselves."""
    token = _WATCHING.set(watched)
    try:
        yield
    finally:
        _WATCHING.reset(token)


def listener(name: str, n_epochs: int) -> Callable[[Event], None]:
    """For a vote's training: whom it tells of itself, which may be nobody.

    Parameters
    ----------
    name : str
        In the words of the option, where it is of one.
    n_epochs : int
        That it will have.
    """
    watched = _WATCHING.get()
    return (lambda event: None) if watched is None else watched.listener(name, n_epochs)


def _told(event: Event, seconds: float) -> dict[str, object] | None:
    """As a line of a run's history has it."""
    match event:
        case TrainingBegin():
            return {"event": "begin"} | asdict(event)
        case BatchEnd():
            counts = {"n_correct": event.n_correct, "n_images": event.n_images}
            return {"event": "batches", "step": event.step, "seconds": seconds, "losses": [event.loss]} | counts
        case EpochEnd():
            large = ("checkpoint", "probabilities")
            return {"event": "epoch"} | {name: getattr(event, name) for name in EpochEnd.__slots__ if name not in large}
        case _:
            return None
