"""Work that must not die with a page: imports, downloads and searches, each in a thread of the app.

A page starts a job and looks at its record now and then; any page of the same person sees the same job.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from core.lab.errors import ChalknetError

log = logging.getLogger(__name__)

MOST_OVER = 200  # jobs that are over and whose result nobody has come back for; the oldest are let go

State = Literal["running", "done", "failed", "stopped"]


class JobError(ChalknetError):
    """A job that can't be started or stopped."""


class JobStoppedError(ChalknetError):
    """What work raises that ends because it was asked to."""


@dataclass
class Job:
    """A record that a thread writes and pages read.

    Attributes
    ----------
    kind : str
        Such as ``"import"``: a person has one job a kind.
    owner : str
        The person's key, who alone may stop it.
    title : str
        What is being done, for people.
    state : State
    done, total : int
        How far it is; ``total`` is 0 until that is known.
    unit : str
        What is counted, such as ``"pictures"``.
    error : str
        Why it failed, as a sentence.
    result : object
        What the work has returned, once it is done.
    """

    kind: str
    owner: str
    title: str
    unit: str = ""
    state: State = "running"
    done: int = 0
    total: int = 0
    error: str = ""
    result: Any = None
    thread: threading.Thread | None = field(default=None, repr=False)
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    def progress(self, done: int, total: int) -> None:
        """What the work calls now and then."""
        self.done, self.total = done, total

    def should_stop(self) -> bool:
        """What the work asks now and then."""
        return self._stop.is_set()

    def stop(self, owner: str) -> None:
        """Ask the work to end.

        Raises
        ------
        JobError
            If it is somebody else's.
        """
        if owner != self.owner:
            raise JobError("Somebody else has started this; only they can stop it.")
        self._stop.set()

    @property
    def stop_requested(self) -> bool:
        """Whether it has been asked to end."""
        return self._stop.is_set()

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


class Jobs:
    """The jobs of an app: the last one of each person and kind, of those that are over no more than ``MOST_OVER``."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str], Job] = {}
        self._lock = threading.Lock()

    def start(
        self, kind: str, owner: str, title: str, work: Callable[[Job], object], *, unit: str = "", alone: bool = False
    ) -> Job:
        """Begin.

        Parameters
        ----------
        kind, owner, title, unit : str
            As in ``Job``.
        work : callable
            Takes the job, calls its ``progress`` and ``should_stop``; returns the result. It raises a
            ``ChalknetError`` for what can be told to a person.
        alone : bool
            Whether at most one job of this kind runs in the whole app.

        Raises
        ------
        JobError
            If the last one of this kind is still running.
        """
        job = Job(kind, owner, title, unit)
        with self._lock:
            busy = self._running(kind, None if alone else owner)
            if busy is not None:
                raise JobError(f"{busy.title} is still under way. Wait for it, or stop it.")
            self._jobs.pop((kind, owner), None)  # the newest stand last
            self._jobs[kind, owner] = job
            self._let_go()
            job.thread = threading.Thread(target=self._run, args=(job, work), name=kind, daemon=True)
            job.thread.start()
        return job

    def of(self, kind: str, owner: str) -> Job | None:
        """The last job of a person, running or over."""
        return self._jobs.get((kind, owner))

    def running(self, kind: str) -> Job | None:
        """Anybody's running job of a kind."""
        with self._lock:
            return self._running(kind, None)

    def forget(self, job: Job) -> None:
        """Let go of one that is over and has been read."""
        with self._lock:
            if job.state != "running" and self._jobs.get((job.kind, job.owner)) is job:
                del self._jobs[job.kind, job.owner]

    def _let_go(self) -> None:
        """Of persons who never came back: an app that runs for months sees many."""
        over = [key for key, job in self._jobs.items() if job.state != "running"]
        for key in over[: max(0, len(over) - MOST_OVER)]:
            del self._jobs[key]

    def _running(self, kind: str, owner: str | None) -> Job | None:
        return next(
            (
                job
                for (of_kind, of_owner), job in self._jobs.items()
                if of_kind == kind and owner in (None, of_owner) and job.state == "running"
            ),
            None,
        )

    def _run(self, job: Job, work: Callable[[Job], object]) -> None:
        try:
            job.result = work(job)
            job.state = "done"
        except ChalknetError as error:
            job.error = str(error)
            job.state = "stopped" if job.stop_requested else "failed"
        except MemoryError:
            job.error, job.state = "The memory of this machine is full. Close something, then try again.", "failed"
        except Exception as error:
            log.exception("the job %s failed", job.kind)
            job.error, job.state = f"{job.title} failed: {type(error).__name__}: {error}", "failed"
