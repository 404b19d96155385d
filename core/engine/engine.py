"""Where runs execute, as the pages see it: submit, place in the queue, stop. What stands behind is a backend."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from core import runs
from core.engine.access import EngineStartError, SchedulerAccess
from core.engine.backends import Backend, DaskBackend, LocalClusterBackend, ThreadBackend
from core.engine.desk import Active, Desk
from core.engine.worker import calibrate, execute, warm_up
from core.lab import owners
from core.lab.errors import ChalknetError
from core.lab.limits import LAPTOP, Limits
from core.lab.machine import default_n_workers
from core.lab.remembered import Remembered
from core.lab.teacher import Teacher

log = logging.getLogger(__name__)

EngineState = Literal["starting", "ready"]
_MOST_FAILURES = 200  # whose sentences are remembered; nearly all stand in the run's folder too
_MAX_RESTARTS = 3  # of a local cluster that keeps dying; after that the thread takes over


@dataclass(frozen=True)
class EngineInfo:
    """What people are told about the engine."""

    state: EngineState
    kind: Literal["local", "cluster", "thread"]
    n_workers: int
    is_warm: bool  # the workers have torch loaded
    sentence: str


class Engine(Desk):
    """Executes runs outside the app's script.

    Parameters
    ----------
    where : str
        ``"local"`` (a Dask cluster that this object starts), ``"thread"``, or the address of a Dask scheduler.
    teacher : Teacher, optional
        Knows who the teacher is, who may do with the queue what nobody else may; by default nobody is.
    limits : Limits
        What one person may have.

    Notes
    -----
    The constructor returns at once; the cluster comes up in the background, and what is submitted meanwhile waits.
    """

    def __init__(self, where: str = "local", teacher: Teacher | None = None, limits: Limits = LAPTOP) -> None:
        super().__init__(teacher or Teacher(), limits)
        self.where = where
        self._failures: Remembered[str, str] = Remembered(_MOST_FAILURES)
        self._trouble = ""
        self._warm = False
        self._n_restarts = 0
        self._closed = False
        threading.Thread(target=self._start, name="engine-start", daemon=True).start()

    def submit(self, run: runs.Run, owner: str) -> None:
        """Queue a run. The single run that the same person still has waiting is replaced; what trains goes on.

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
            for waiting in self._waiting(owner, members=False):
                if waiting.run.id != run.id:
                    self._withdraw(waiting)
                    if waiting.run.history().step:  # one that was to be resumed: what it has learnt is kept
                        waiting.run.write_status("interrupted")
                    else:
                        waiting.run.delete(owner)
            self._queue(Active(run, owners.owner_mark(owner)))

    def submit_group(self, group: list[runs.Run], owner: str) -> None:
        """Queue runs that belong together, in their order; they wait behind everybody's single runs.

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
            for waiting in self._waiting(owner, members=True):
                if waiting.run.id not in new:
                    self._withdraw(waiting)
                    waiting.run.write_status("stopped", "Stopped before it began: another experiment took its place.")
            for run in group:
                self._queue(Active(run, owners.owner_mark(owner), is_member=True))

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
        """Stop a run: at once if it waits, after its present batch if it trains."""
        run.request_stop(owner)
        with self._lock:
            active = self._active.get(run.id)
            if active is not None and run.status.name == "queued":
                self._withdraw(active)
                run.write_status("stopped", "Stopped before it began.")

    def waiting_members(self, owner: str) -> list[runs.Run]:
        """What a person still has waiting of groups: what a new group of theirs would stop."""
        with self._lock:
            return [active.run for active in self._waiting(owner, members=True)]

    def place(self, run_id: str) -> int:
        """How many runs are before this one; 0 when it is the next or not waiting."""
        with self._lock:
            mine = self._active.get(run_id)
            if mine is None:
                return 0
            before, seen = 0, False
            for active in self._active.values():
                seen = seen or active is mine
                if active is mine or (seen and active.priority <= mine.priority):
                    continue  # itself, and those that will come later
                status = active.run.status
                overtaken = active.priority < mine.priority and status.name == "queued"
                before += not (status.is_finished or overtaken)
            return before

    def failure(self, run_id: str) -> str | None:
        """Why a run failed, where that could not be written into its folder (a full disk)."""
        return self._failures.get(run_id)

    def info(self) -> EngineInfo:
        """What Home says about the engine."""
        backend = self._backend
        kind: Literal["local", "cluster", "thread"]
        if backend is None:
            kind = "local" if self.where == "local" else "thread" if self.where == "thread" else "cluster"
            return EngineInfo("starting", kind, 0, False, "The engine is starting; what you train now waits for it.")
        n = backend.n_workers
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
        backend: Backend
        try:
            if self.where == "thread":
                backend = ThreadBackend()
            elif self.where == "local":
                backend = LocalClusterBackend(default_n_workers(), self._lost)
            else:
                backend = DaskBackend(SchedulerAccess(self.where), upload=True)
        except ChalknetError as error:
            log.warning("the engine could not start: %s", error)
            self._trouble = str(error)
            backend = ThreadBackend()
        with self._lock:
            if self._closed:
                backend.close()
                return
            self._backend = backend
            self._warm = False
            # Before anything that waits, and once for each worker there is
            warming = [backend.submit(warm_up, priority=10) for _ in range(max(1, backend.n_workers))]
            warming[0].add_done_callback(self._warmed)
            for active in self._active.values():
                active.future = None
            self._release()
            backend.submit(calibrate, priority=-10).add_done_callback(_log_error)

    def _warmed(self, future: Any) -> None:
        self._warm = True

    def _lost(self) -> None:
        """The local cluster died as a whole: start another, and let its runs go on from their last epoch."""
        with self._lock:
            self._backend = None
            self._n_restarts += 1
            if self._closed:
                return
            if self._n_restarts > _MAX_RESTARTS:
                self.where = "thread"
                self._trouble = f"The lab's own cluster ended {self._n_restarts} times."
        log.warning("the engine's process ended; starting another")
        self._start()

    def _queue(self, active: Active) -> None:
        self._failures.forget(active.run.id)
        self._active[active.run.id] = active
        self._release()

    def _waiting(self, owner: str, *, members: bool) -> list[Active]:
        """What a person has in the queue: single runs, or members of groups."""
        mark = owners.owner_mark(owner)
        mine = [a for a in self._active.values() if a.owner == mark and a.is_member == members]
        return [active for active in mine if active.run.status.name == "queued"]

    def _hand_over(self, active: Active, backend: Backend) -> None:
        active.future = backend.submit(execute, str(active.run.folder), priority=active.priority)
        active.future.add_done_callback(self._ended_callback(active, backend))

    def _ended_callback(self, active: Active, backend: Backend) -> Callable[[Any], None]:
        def ended(future: Any) -> None:
            if active.future is not future:
                return  # held by us, or of a cluster that was lost: the run has been handed to another, or will be
            if future.cancelled():
                # Withdrawn by us, or its cluster is lost: a local one is started anew and gets its runs again
                if not isinstance(backend, LocalClusterBackend):
                    self._forget_lost(active)
                return
            with self._lock:
                if self._backend is not backend or active.future is not future:
                    return
                self._active.pop(active.run.id, None)
            error = future.exception()
            if error is not None:
                self._note_failure(active.run, error)

        return ended

    def _forget_lost(self, active: Active) -> None:
        """A cluster by address is gone, and with it the call: unless a worker still writes, the run is interrupted."""
        with self._lock:
            if self._active.pop(active.run.id, None) is None:
                return  # withdrawn by us
        run = active.run
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
        try:
            if run.folder.exists() and not run.status.is_finished:
                run.write_status("failed", sentence)
        except OSError:
            log.warning("the failure of run %s could not be written down", run.id)

    def _withdraw(self, active: Active) -> None:
        self._active.pop(active.run.id, None)
        if active.future is not None:
            active.future.cancel()


def _log_error(future: Any) -> None:
    if not future.cancelled() and future.exception() is not None:
        log.warning("calibration failed: %s", future.exception())


__all__ = ["Engine", "EngineInfo", "EngineStartError"]
