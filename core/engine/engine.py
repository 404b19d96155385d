"""Where runs execute, as the pages see it: submit, place in the queue, stop.

Who trains next is known here, in memory (``core.engine.turns``); a backend is given no more runs than it has workers.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from core import runs
from core.engine.access import EngineStartError, SchedulerAccess
from core.engine.backends import Backend, DaskBackend, LocalClusterBackend, ThreadBackend
from core.engine.foretelling import Foretelling
from core.engine.turns import Entry
from core.engine.worker import calibrate, execute, warm_up
from core.lab import owners
from core.lab.errors import ChalknetError
from core.lab.limits import LAPTOP, Limits
from core.lab.machine import default_n_workers
from core.lab.remembered import Remembered
from core.lab.teacher import Teacher

log = logging.getLogger(__name__)

EngineState = Literal["starting", "ready"]
NOWHERE = "nowhere"  # for a process that only looks at pages: nothing is started, and nothing trains
_MOST_FAILURES = 200  # whose sentences are remembered; nearly all stand in the run's folder too
_LOOK_SECONDS = 0.5  # how often it is looked whose share is over, and whether workers have come
_MAX_RESTARTS = 3  # of a local cluster that keeps dying; after that the thread takes over


@dataclass(frozen=True)
class EngineInfo:
    """What people are told about the engine."""

    state: EngineState
    kind: Literal["local", "cluster", "thread"]
    n_workers: int
    is_warm: bool  # the workers have torch loaded
    sentence: str


class Engine(Foretelling):
    """Executes runs outside the app's script.

    Parameters
    ----------
    where : str
        ``"local"`` (a Dask cluster that this object starts), ``"thread"``, the address of a Dask scheduler, or
        ``NOWHERE``.
    teacher : Teacher, optional
        Knows who the teacher is, who may do with the queue what nobody else may; by default nobody is.
    limits : Limits
        What one person may have.

    Notes
    -----
    The constructor returns at once; the cluster comes up in the background, and what is submitted meanwhile waits.
    """

    def __init__(self, where: str = "local", teacher: Teacher | None = None, limits: Limits = LAPTOP) -> None:
        super().__init__(teacher or Teacher(), limits, is_local=where in ("local", "thread"))
        self.where = where
        self._warming: list[Any] = []  # the futures of workers that load torch
        self._calibration: Any = None  # its future, once it was handed over
        self._failures: Remembered[str, str] = Remembered(_MOST_FAILURES)
        self._trouble = ""
        self._warm = False
        self._n_restarts = 0
        self._closed = False
        if where == NOWHERE:
            return
        threading.Thread(target=self._start, name="engine-start", daemon=True).start()
        threading.Thread(target=self._look, name="engine-turns", daemon=True).start()

    def submit(self, run: runs.Run, owner: str) -> None:
        """Queue a run. The single run that the same person still has waiting is replaced; what has begun goes on.

        Parameters
        ----------
        run : Run
            As ``core.runs.create`` makes it, or an interrupted one to resume.
        owner : str
            The person's key.
        """
        run.must_belong_to(owner)
        self.presence.note(owner)
        with self._lock:
            for waiting in self._turns.of_lane(owners.owner_mark(owner), is_member=False):
                if waiting.run.id != run.id and not waiting.n_turns:
                    self._turns.withdraw(waiting)
                    if waiting.run.history().step:  # one that was to be resumed: what it has learnt is kept
                        waiting.run.write_status("interrupted")
                    else:
                        waiting.run.delete(owner)
            self._queue([run], owner, is_member=False)

    def submit_group(self, group: list[runs.Run], owner: str) -> None:
        """Queue runs that belong together, in their order; all of them have one place in the line of people.

        What the same person still has waiting of an earlier group is stopped: a class that changes its mind does not
        want the old experiment first.

        Parameters
        ----------
        group : list of Run
            Members of a ``core.runs.experiments.Experiment``, new or to be resumed.
        owner : str
            The person's key.
        """
        for run in group:
            run.must_belong_to(owner)
        new = {run.id for run in group}
        self.presence.note(owner)
        with self._lock:
            self.check_members(len(group), owner)
            for waiting in self._turns.of_lane(owners.owner_mark(owner), is_member=True):
                if waiting.run.id not in new:
                    self._turns.withdraw(waiting)
                    sentence = "Stopped before it began: another experiment took its place."
                    if waiting.n_turns:
                        sentence = "Stopped between two turns: another experiment took its place."
                    waiting.run.write_status("stopped", sentence)
            self._queue(group, owner, is_member=True)

    def submit_member(self, run: runs.Run, owner: str) -> None:
        """Queue one more run of a group that is handed in run by run; what waits stays, and one that is there too."""
        run.must_belong_to(owner)
        with self._lock:
            status = run.status.name
            if status == "interrupted":  # it waited, or trained, for a lab that has ended
                runs.adopt(run)
            if status in ("queued", "interrupted"):
                self._queue([run], owner, is_member=True)

    def stop_group(self, group: list[runs.Run], owner: str) -> None:
        """Stop all of them: those that wait at once, those that train after their present batch."""
        with self._lock:
            for run in reversed(group):  # the last ones first, or the next in the queue would begin meanwhile
                if not run.status.is_finished:
                    self.stop(run, owner)

    def resume(self, run: runs.Run, owner: str) -> None:
        """Let an interrupted run go on from its last epoch."""
        run.must_belong_to(owner)
        runs.adopt(run)
        self.submit(run, owner)

    def stop(self, run: runs.Run, owner: str) -> None:
        """Stop a run: at once if it waits, after its present batch if it trains.

        One that waits for its next turn is judged as any other that is stopped: it comes first, for a moment.
        """
        run.request_stop(owner)
        with self._lock:
            self._end_entry(run, "Stopped before it began.")

    def waiting_members(self, owner: str) -> list[runs.Run]:
        """What a person still has waiting of groups: what a new group of theirs would stop."""
        with self._lock:
            return [entry.run for entry in self._turns.of_lane(owners.owner_mark(owner), is_member=True)]

    def place(self, run_id: str) -> int:
        """How many runs are before this one; 0 when it is the next or not waiting. Opens no file."""
        with self._lock:
            return self._turns.place(run_id)

    def failure(self, run_id: str) -> str | None:
        """Why a run failed, where that could not be written into its folder (a full disk, one that is read-only).

        It is written down now if the folder takes it by now: else the run would look as if it trained for as long as
        its worker lives.
        """
        sentence = self._failures.get(run_id)
        if sentence is not None:
            with suppress(ChalknetError):  # deleted meanwhile
                _write_failure(runs.open_run(run_id), sentence)
        return sentence

    def info(self) -> EngineInfo:
        """What Home says about the engine."""
        backend = self._backend
        kind: Literal["local", "cluster", "thread"]
        if backend is None:
            kind = "local" if self.where == "local" else "thread" if self.where == "thread" else "cluster"
            return EngineInfo("starting", kind, 0, False, "The engine is starting; what you train now waits for it.")
        n = self._n_places
        if isinstance(backend, ThreadBackend):
            sentence = "Runs train in a thread of the app, one at a time. " + self._trouble
            return EngineInfo("ready", "thread", 1, self._warm, sentence.strip())
        if isinstance(backend, LocalClusterBackend):
            at_a_time = "one run" if n == 1 else f"{n} runs"
            sentence = f"The engine trains {at_a_time} at a time on this machine."
            return EngineInfo("ready", "local", n, self._warm, sentence)
        sentence = f"Runs train on the Dask cluster at {self.where} ({n} workers)."
        if not self.where.startswith("tls:"):
            sentence += " It is without TLS: whoever reaches its port can run code there."
        return EngineInfo("ready", "cluster", n, self._warm, sentence)

    @property
    def scheduler(self) -> SchedulerAccess | None:
        """How to reach its Dask scheduler, for work that is no run; None before it has come up, and for a thread."""
        backend = self._backend
        return backend.access if isinstance(backend, DaskBackend) else None

    def close(self) -> None:
        """End the engine; runs that train become interrupted and can be resumed."""
        with self._lock:
            self._closed = True
            backend, self._backend = self._backend, None
        self.stop_watching()
        if backend is not None:
            backend.close()

    def _start(self) -> None:
        """Bring a backend up and hand it what has been waiting (in a thread)."""
        try:
            backend = self._bring_up()
        except ChalknetError as error:
            log.warning("the engine could not start: %s", error)
            self._trouble = str(error)
            backend = ThreadBackend()
        with self._lock:
            if self._closed:
                backend.close()
                return
            self._backend = backend
            self._n_places = backend.n_workers
            self._warm = False
            self._calibration = None
            # Before anything that waits, and once for each worker there is
            self._warming = [backend.submit(warm_up, priority=10) for _ in range(max(1, self._n_places))]
            for warming in list(self._warming):
                warming.add_done_callback(self._warmed)
            self._hand_out()

    def _bring_up(self) -> Backend:
        if self.where == "thread":
            return ThreadBackend()
        if self.where == "local":
            return LocalClusterBackend(default_n_workers(), self._lost, niceness=self.limits.niceness)
        return DaskBackend(SchedulerAccess(self.where), upload=True)

    def _warmed(self, future: Any) -> None:
        self._warm = True
        with self._lock:
            self._hand_out()

    def _lost(self) -> None:
        """The local cluster died as a whole: start another, and let its runs go on from their last epoch."""
        with self._lock:
            self._backend = None
            self._n_restarts += 1
            self._turns.lost()
            if self._closed:
                return
            if self._n_restarts > _MAX_RESTARTS:
                self.where = "thread"
                self._trouble = f"The lab's own cluster ended {self._n_restarts} times."
        log.warning("the engine's process ended; starting another")
        self._start()

    def _queue(self, group: list[runs.Run], owner: str, *, is_member: bool) -> None:
        for run in group:
            self._failures.forget(run.id)
            if self._turns.find(run.id) is None:  # a second press of Resume finds it in the line
                entry = Entry(run, owners.owner_mark(owner), is_member, _device(run))
                self._forecaster.queued(entry)
                self._turns.add(entry)
        self._hand_out()

    def _look(self) -> None:
        """See again and again whose share is over, and give free workers something to do (in a thread)."""
        while not self._over.wait(_LOOK_SECONDS):
            backend = self._backend
            if backend is None:
                continue
            try:
                n_places = backend.n_workers  # asked outside the lock: a scheduler elsewhere may take its time
            except Exception as error:  # of whatever kind: it is told to the runs of that cluster by their futures
                log.info("the cluster does not say how many workers it has: %s", error)
                continue
            with self._lock:
                if self._backend is backend:
                    self._n_places = n_places
                    self._hand_out()
                    for entry in self._turns.overdue():
                        entry.run.ask_to_give_way()

    def _hand_out(self) -> None:
        """Give each free worker the next run; where nobody wants one, let the machine be measured once."""
        backend = self._backend
        if backend is None:
            return
        # The worker that measures the machine is not free; handed to it, a run would wait while others get their turns.
        # A scheduler whose workers are still to come gets one all the same
        n_free = max(1, self._n_places - self._is_measured_now())
        while (entry := self._turns.take(n_free)) is not None:
            self._forecaster.begun(entry, len(self._turns.running) - 1)
            try:
                entry.future = backend.submit(execute, str(entry.run.folder))
            except Exception as error:  # the connection is lost at this moment; what trained there is told so as well
                log.warning("run %s could not be handed to a worker: %s", entry.run.id, error)
                self._turns.to_front(entry)
                return
            entry.future.add_done_callback(self._ended_callback(entry, backend))
        # Not beside a worker that still loads torch, which would make the machine look slow
        is_idle = not self._turns.running and all(warming.done() for warming in self._warming)
        if self._calibration is None and is_idle:
            self._calibration = backend.submit(calibrate, priority=-10)
            self._calibration.add_done_callback(self._measured)

    def _is_measured_now(self) -> bool:
        return self._calibration is not None and not self._calibration.done()

    def _measured(self, future: Any) -> None:
        if not future.cancelled() and future.exception() is not None:
            log.warning("calibration failed: %s", future.exception())
        with self._lock:
            self._hand_out()

    def _ended_callback(self, entry: Entry, backend: Backend) -> Callable[[Any], None]:
        def ended(future: Any) -> None:
            if future.cancelled():
                # Withdrawn by us, or its cluster is lost: a local one is started anew and gets its runs again
                if not isinstance(backend, LocalClusterBackend):
                    self._forget_lost(entry)
                return
            error = future.exception()
            # Not by the call's result: to fetch that can fail, and the place would never be free again
            gave_way = error is None and entry.run.written_status().get("status") == "queued"
            with self._lock:
                if self._backend is not backend or entry.future is not future:
                    return  # of a cluster that was lost: the run has been handed to another
                if gave_way and not entry.run.stop_requested:
                    self._turns.give_way(entry)
                elif gave_way:  # Stop came between its last batch and the end of its turn
                    entry.is_ending = True
                    self._turns.to_front(entry)
                else:
                    self._turns.withdraw(entry)
                self._hand_out()
            if error is not None:
                self._note_failure(entry.run, error)
            elif not gave_way:
                self._forecaster.ended(entry)

        return ended

    def _forget_lost(self, entry: Entry) -> None:
        """A cluster by address is gone, and with it all calls: unless a worker still writes, runs are interrupted."""
        with self._lock:
            if self._turns.find(entry.run.id) is not entry or self._closed:
                return  # withdrawn by us
            lost = [*self._turns.running, *self._turns.waiting()]
            for each in lost:
                self._turns.withdraw(each)
        for each in lost:
            run = each.run
            if run.folder.exists() and not run.status.is_finished and not run.is_being_written:
                run.write_status("interrupted")

    def _note_failure(self, run: runs.Run, error: BaseException) -> None:
        if isinstance(error, ChalknetError):
            sentence = str(error)
        elif type(error).__name__ == "KilledWorker":
            sentence = (
                "The training process was ended several times from outside, most likely because memory ran out. "
                "Choose fewer pictures or a smaller network."
            )
        else:
            sentence = f"Training failed: {type(error).__name__}: {error}"
        log.warning("run %s: %s", run.id, sentence)
        self._failures.put(run.id, sentence)
        if not _write_failure(run, sentence):
            log.warning("the failure of run %s could not be written down", run.id)


def _device(run: runs.Run) -> str:
    """Where it trains; one whose settings can't be read fails as soon as a worker has it, wherever that is."""
    try:
        return run.spec.device
    except (OSError, ValueError):  # SpecError is a ValueError
        return "cpu"


def _write_failure(run: runs.Run, sentence: str) -> bool:
    """Into the run's folder, unless it is over; whether the folder took it."""
    try:
        if run.folder.exists() and not run.status.is_finished:
            run.write_status("failed", sentence)
    except OSError:
        return False
    return True


__all__ = ["Engine", "EngineInfo", "EngineStartError"]
