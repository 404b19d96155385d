"""How long what is asked for will take, and when it begins: every forecast of the lab comes from here.

It is the work (``expected_time``, by this machine's measured speed) times how busy the machine is now, times what the
last runs of such work took against that (``pace``); and what stands before it in the queue (``turns``).
"""

import heapq
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.engine import calibration, expected_time
from core.engine.calibration import Calibration
from core.engine.pace import Pace
from core.engine.turns import SHARE_SECONDS, Entry
from core.lab.errors import ChalknetError
from core.lab.load import SPARE, Watch, family_seconds
from core.lab.machine import most_threads, n_cpus
from core.specs import RunSpec


@dataclass(frozen=True)
class Forecast:
    """What is told before it is started.

    Attributes
    ----------
    seconds : float
        From its beginning to its end, with nobody else in the queue.
    begins_in : float
        Seconds until it begins.
    n_before : int
        Turns of others that come before it.
    """

    seconds: float
    begins_in: float = 0.0
    n_before: int = 0


@dataclass(frozen=True)
class Conditions:
    """What shares the processor with a run.

    Attributes
    ----------
    others : float
        Cores that programs use which are not the lab's.
    n_beside : int
        Runs that train at the same time.
    """

    others: float = 0.0
    n_beside: int = 0


def slowdown(spec: RunSpec, known: Calibration, conditions: Conditions) -> float:
    """How many times as long as on an idle machine a run takes: fewer threads, and less than a core for each.

    The time of a busy processor is shared out evenly among what wants to run, as the system does it.
    """
    if spec.device != "cpu":
        return 1.0
    n_cores = n_cpus()
    n = spec.threads_at(0)
    if n is None:
        n = max(1, min(most_threads(), int(n_cores - conditions.others - conditions.n_beside + SPARE)))
    fewer = 1.0
    if spec.model.gains_by_threads and most_threads() > 1:
        fewer += (known.one_thread - 1) * (most_threads() - min(n, most_threads())) / (most_threads() - 1)
    return fewer * max(1.0, (conditions.others + conditions.n_beside + n) / n_cores)


class Forecaster:
    """What an engine knows for its forecasts.

    Parameters
    ----------
    is_local : bool
        Whether runs train on this machine: the load of another one is not known.
    """

    def __init__(self, *, is_local: bool) -> None:
        self._pace = Pace()
        self._watch = Watch(family_seconds()) if is_local else None
        if self._watch is not None:
            self._watch.begin()

    def together(self, specs: Iterable[RunSpec], n_places: int) -> float | None:
        """Seconds of several runs, as many of them side by side as there are places; None before it was measured."""
        specs, known = list(specs), calibration.load()
        if known is None:
            return None
        n_at_once = max(1, min(n_places, len(specs)))
        conditions = Conditions(self._others(), n_at_once - 1)
        each = [min(self._seconds(spec, known, conditions), spec.max_seconds or float("inf")) for spec in specs]
        around = expected_time.OVERHEAD_SECONDS if len(each) > 1 else 0.0
        return sum(one + around for one in each) / n_at_once

    def queued(self, entry: Entry) -> None:
        """Note how much work a run is: all of it, and an epoch."""
        known = calibration.load()
        if known is None:
            return
        try:
            spec = entry.run.spec
            entry.work_seconds = expected_time.seconds(spec, known)  # now: its features may be there when it has ended
            entry.seconds = self._seconds(spec, known, Conditions(self._others()))
        except (OSError, ValueError, ChalknetError):  # it fails as soon as a worker has it
            return
        entry.epoch_seconds = entry.seconds / spec.n_epochs

    def begun(self, entry: Entry, n_beside: int) -> None:
        """Note what a run shares the processor with."""
        entry.conditions = Conditions(self._others(), n_beside)

    def ended(self, entry: Entry) -> None:
        """Learn from a run that has come to its end in one turn."""
        conditions, known = entry.conditions, calibration.load()
        if not isinstance(conditions, Conditions) or known is None or entry.n_turns != 1:
            return
        try:
            spec, history, status = entry.run.spec, entry.run.history(), entry.run.status.name
        except (OSError, ValueError, ChalknetError):  # deleted
            return
        if status != "done" or spec.max_seconds is not None or history.n_sittings != 1:
            return
        reckoned = entry.work_seconds * slowdown(spec, known, conditions)
        self._pace.learn(spec.work, reckoned=reckoned, took=history.seconds)

    def _seconds(self, spec: RunSpec, known: Calibration, conditions: Conditions) -> float:
        busy = slowdown(spec, known, conditions) * self._pace.factor(spec.work)
        return expected_time.seconds(spec.model_copy(update={"max_seconds": None}), known) * busy

    def _others(self) -> float:
        return 0.0 if self._watch is None else self._watch.others()


def begins_in(running: Sequence[Entry], before: Iterable[Entry], n_places: int, now: float | None = None) -> float:
    """Seconds until a place is free for somebody, who lets the others' turns pass first.

    Parameters
    ----------
    running : sequence of Entry
    before : iterable of Entry
        Those who wait and come before, in their order.
    n_places : int
        Runs that train at a time.
    now : float, optional
        On the queue's clock.
    """
    now = time.monotonic() if now is None else now
    free = [_turn(entry, max(0.0, now - entry.began)) for entry in running]
    free += [0.0] * (n_places - len(free))
    heapq.heapify(free)
    for entry in before:
        heapq.heapreplace(free, free[0] + _turn(entry, 0.0))
    return free[0]


def _turn(entry: Entry, elapsed: float) -> float:
    """What is left of a turn: to the run's end, or to the end of the epoch in which its share is over."""
    left = max(0.0, entry.seconds - elapsed)
    return min(left, max(0.0, SHARE_SECONDS - elapsed) + entry.epoch_seconds / 2)
