"""Train the specs of receipts again: several at a time, each in a process of the lab's own that knows the spec alone.

A process that dies, hangs or takes too long costs its one run; the next one gets a new process.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from core.engine import expected_time
from core.engine.calibration import Calibration
from core.engine.turns import SHARE_SECONDS
from core.grading.claims import ClaimedRun, Epoch
from core.grading.standing_back import NEVER, StandingBack
from core.lab.jobs import JobStoppedError
from core.lab.machine import default_n_workers, n_cpus
from core.specs import RunSpec

MOST_SECONDS = 120.0  # of one run, by what this machine was measured to do
START_SECONDS = 4.0  # a process, until torch is loaded
_PATIENCE = 3.0  # times as long as foretold it may take on a busy machine
_GRACE_SECONDS = 60.0  # for loading torch and the pictures
_LOOK_SECONDS = 0.2
_MOST_THREADS = 8  # more than this, or than the machine has, only hold each other up
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Order:
    """What is to be trained.

    Attributes
    ----------
    spec : RunSpec
    n_steps : int or None
        Batches after which to stop; None to go through.
    """

    spec: RunSpec
    n_steps: int | None = None

    def told(self, seconds: float) -> str:
        """As the process reads it, on one line."""
        told = {"spec": self.spec.model_dump(mode="json"), "n_steps": self.n_steps, "seconds": seconds}
        return json.dumps(told) + "\n"

    @property
    def n_cores(self) -> int:
        """Cores that it keeps busy."""
        return min(n_cpus(), max(self.spec.threads_of_epochs or (self.spec.threads_at(0) or 1,)))


@dataclass(frozen=True)
class Retrained:
    """What came out.

    Attributes
    ----------
    status : str
        ``"done"``, ``"stopped"`` or ``"diverged"``; empty where it was not trained.
    epochs : tuple of Epoch
    n_judged : int
        Pictures that each accuracy is of.
    error : str
        Why it was not trained, as a sentence.
    """

    status: str = ""
    epochs: tuple[Epoch, ...] = ()
    n_judged: int = 0
    error: str = ""


def order_of(run: ClaimedRun) -> Order:
    """What gives a run's losses again: its spec on this processor, without a clock, stopped where it was stopped."""
    spec, most = run.spec, max(_MOST_THREADS, n_cpus())
    was_cut = run.status in ("stopped", "interrupted") or spec.max_seconds is not None
    # What the machine would decide now is one thread here: then whoever marks twice gets the same
    threads = tuple(min(most, n) for n in spec.threads_of_epochs)
    n_threads = None if spec.threads_at(spec.n_epochs) == 1 else min(most, spec.n_threads or 1)
    changes: dict[str, object] = {"threads_of_epochs": threads, "n_threads": n_threads, "max_seconds": None}
    if spec.device != "cpu":
        changes["device"] = "cpu"
    return Order(spec.model_copy(update=changes), run.n_steps if was_cut and run.n_steps else None)


def seconds_of(order: Order, known: Calibration) -> float:
    """What an order takes on one idle machine, alone."""
    whole = expected_time.seconds(order.spec, known)
    if order.n_steps is not None:
        n_steps = order.spec.n_epochs * -(-order.spec.data.n_train // order.spec.batch_size)
        whole *= min(1.0, order.n_steps / n_steps)
    if order.spec.model.gains_by_threads and order.n_cores == 1:
        whole *= known.one_thread
    return whole + expected_time.OVERHEAD_SECONDS


def seconds_of_all(orders: Iterable[Order], known: Calibration, n_at_once: int, others: float = 0.0) -> float:
    """What all of them take together, beside programs that use so many cores."""
    each = [(seconds_of(order, known), order.n_cores) for order in orders]
    if not each:
        return 0.0
    n = min(n_at_once, len(each))
    busy = max(1.0, (others + n) / n_cpus())  # the system shares its cores out evenly
    together = busy * sum(seconds * min(n_cores, n) for seconds, n_cores in each) / n
    return START_SECONDS + max(together, max(seconds for seconds, _ in each))


def seconds_behind(orders: Iterable[Order], known: Calibration) -> float:
    """What all of them take at most where somebody trains all the while: ``core.grading.standing_back``.

    They are trained one at a time on cores that others keep busy, and the machine is left to these before each.
    """
    each = list(orders)
    if not each:
        return 0.0
    others = n_cpus() + max(order.n_cores for order in each) - 1
    return seconds_of_all(each, known, 1, others) + len(each) * (SHARE_SECONDS + _LOOK_SECONDS)


def train_all(
    orders: Iterable[Order],
    *,
    n_at_once: int = 0,
    most_seconds: float = MOST_SECONDS,
    niceness: int = 0,
    standing_back: StandingBack = NEVER,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[Order, Retrained]:
    """Train each, equal ones once.

    Parameters
    ----------
    orders : iterable of Order
    n_at_once : int
        Runs that train side by side; 0 for as many as the machine has room for.
    most_seconds : float
        So long one of them was foretold to take at most: three times as long it may really take.
    niceness : int
        By how much the processes stand back behind others.
    standing_back : StandingBack
        When the next one may begin.
    on_progress : callable
        Gets how many are done, of how many; from this thread.
    should_stop : callable
        Asked all the time.

    Raises
    ------
    core.lab.jobs.JobStoppedError
        If it was asked to stop.
    """
    waiting = sorted(dict.fromkeys(orders), key=lambda order: order.n_cores)
    pool = _Pool(list(waiting), n_at_once or default_n_workers(), _PATIENCE * most_seconds, niceness, standing_back)
    threads = [
        threading.Thread(target=pool.work, name="grading", daemon=True) for _ in range(min(pool.n_slots, len(waiting)))
    ]
    for thread in threads:
        thread.start()
    told = -1
    try:
        while True:
            with pool.changed:
                if len(pool.done) < len(waiting):
                    pool.changed.wait(_LOOK_SECONDS)
                n_done = len(pool.done)
            if n_done > told:
                on_progress(n_done, len(waiting))
                told = n_done
            if n_done == len(waiting):
                return dict(pool.done)
            if should_stop():
                raise JobStoppedError("The marking was stopped; nothing was written.")
    finally:
        pool.close()
        for thread in threads:
            thread.join()


@dataclass
class _Pool:
    """What waits, what is done, and the processes that do it."""

    waiting: list[Order]
    n_slots: int
    seconds: float
    niceness: int = 0
    standing_back: StandingBack = NEVER
    done: dict[Order, Retrained] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _processes: set["subprocess.Popen[str]"] = field(default_factory=set)
    _n_busy: int = 0
    _is_closed: bool = False

    def work(self) -> None:
        """Train one after another, in a process of one's own: a thread's whole life."""
        process: subprocess.Popen[str] | None = None
        while (order := self._next()) is not None:
            try:
                if process is None or process.poll() is not None:
                    process = self._started()
                came_out = self._ask(process, order)
            except OSError as error:  # no process, or one that has ended before it was asked
                came_out = Retrained(error=f"This machine does not let the lab train it: {error.strerror or error}.")
            with self.changed:
                self.done[order] = came_out
                self._n_busy -= self._slots(order)
                self.changed.notify_all()

    def close(self) -> None:
        """End all processes."""
        with self.changed:
            self._is_closed = True
            processes = list(self._processes)
            self.changed.notify_all()
        for process in processes:
            process.kill()
            process.wait()

    def _next(self) -> Order | None:
        with self.changed:
            while not self._is_closed:
                if not self.waiting:
                    return None
                if self._n_busy + self._slots(self.waiting[0]) > self.n_slots:
                    self.changed.wait()
                elif not self.standing_back.may_begin(self._n_busy):
                    self.changed.wait(_LOOK_SECONDS)
                else:
                    self.standing_back.began()
                    order = self.waiting.pop(0)
                    self._n_busy += self._slots(order)
                    return order
            return None

    def _slots(self, order: Order) -> int:
        return min(self.n_slots, order.n_cores)

    def _started(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "core.grading.retraining_process", str(self.niceness)],
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=os.name == "posix",  # Ctrl-C is for who started it
        )
        with self.changed:
            self._processes.add(process)
            if self._is_closed:
                process.kill()
        return process

    def _ask(self, process: "subprocess.Popen[str]", order: Order) -> Retrained:
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(self.seconds + _GRACE_SECONDS, process.kill)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(order.told(self.seconds))
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            process.wait()
            return Retrained(error="The process that trained it ended: the memory or the time did not suffice.")
        told = json.loads(line)
        if "error" in told:
            return Retrained(error=told["error"])
        return Retrained(told["status"], tuple(Epoch(*one) for one in told["epochs"]), told["n_judged"])
