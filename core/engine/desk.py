"""What is done to the whole queue: by the teacher, whosever the runs are, and by the lab for those who are gone."""

import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from core import runs
from core.engine.backends import Backend
from core.lab import owners
from core.lab.errors import ChalknetError
from core.lab.limits import Limits
from core.lab.presence import GONE_SECONDS, Presence
from core.lab.teacher import Teacher

LOOK_SECONDS = 20.0  # how often is looked for people who are gone


@dataclass
class Active:
    """A run that was handed in and has not ended."""

    run: runs.Run
    owner: str  # hashed
    is_member: bool = False  # of a group: it waits behind the single runs, whosever they are
    future: Any = None
    front: int = 0  # the teacher has moved it there; the last one moved has the highest number

    @property
    def priority(self) -> int:
        return self.front or (-1 if self.is_member else 0)


@dataclass(frozen=True)
class Place:
    """A run in the queue, as the teacher sees it.

    Attributes
    ----------
    run_id, page, name : str
    experiment : str
        Its id; empty of a single run.
    who : str
        A short label that names nobody (``core.lab.owners.label``).
    is_gone : bool
        Whether no page of that person has asked for anything for some minutes.
    trains : bool
        Else it waits.
    seconds : float
        Since it was asked for.
    """

    run_id: str
    page: str
    name: str
    experiment: str
    who: str
    is_gone: bool
    trains: bool
    seconds: float


class Desk(ABC):
    """The queue, and what is done to it as a whole.

    Each method of the teacher's asks who it is, so that a page that forgets to ask opens nothing.

    Parameters
    ----------
    teacher : Teacher
        Knows who that is.
    limits : Limits
        What one person may have.
    """

    def __init__(self, teacher: Teacher, limits: Limits) -> None:
        self.teacher, self.limits = teacher, limits
        self.presence = Presence()
        self._lock = threading.RLock()
        self._active: dict[str, Active] = {}  # in order of submission
        self._backend: Backend | None = None
        self._paused = False
        self._n_moved = 0
        self._over = threading.Event()
        if limits.gone_minutes is not None:
            threading.Thread(target=self._watch_for_the_gone, name="engine-gone", daemon=True).start()

    @property
    def is_paused(self) -> bool:
        """Whether the teacher has paused the queue."""
        return self._paused

    def queue(self, owner: str) -> list[Place]:
        """Everything that trains or waits, whosever it is, in the order in which it will begin."""
        self.teacher.must_be(owner)
        with self._lock:
            active = sorted(self._active.values(), key=lambda each: -each.priority)
        places = [place for each in active if (place := self._place_of(each)) is not None]
        return sorted(places, key=lambda place: not place.trains)

    def move_to_front(self, group: list[runs.Run], owner: str) -> None:
        """Let those of these runs that wait be the next ones, in their order."""
        self.teacher.must_be(owner)
        with self._lock:
            self._n_moved += 1
            waiting = {run_id: each for run_id, each in self._active.items() if each.run.status.name == "queued"}
            moved = {run.id: waiting[run.id] for run in group if run.id in waiting}
            for active in moved.values():
                active.front = self._n_moved
                self._hold(active)
            training = {run_id: each for run_id, each in self._active.items() if run_id not in waiting}
            self._active = training | moved | waiting
            self._release()

    def pause(self, owner: str) -> None:
        """Let nothing new begin; what trains goes on."""
        self.teacher.must_be(owner)
        with self._lock:
            self._paused = True
            for active in self._active.values():
                if active.run.status.name == "queued":
                    self._hold(active)

    def resume_queue(self, owner: str) -> None:
        """Let what waits begin again."""
        self.teacher.must_be(owner)
        with self._lock:
            self._paused = False
            self._release()

    def stop_any(self, group: list[runs.Run], owner: str) -> None:
        """Stop runs, whosever they are; their models are kept."""
        self.teacher.must_be(owner)
        self._end(group, "Stopped by the teacher; the network stays as it was.")

    def delete_any(self, group: list[runs.Run], owner: str) -> int:
        """Free disk: delete of these runs those that are over and that nobody has marked as kept.

        Returns
        -------
        int
            How many that were.
        """
        self.teacher.must_be(owner)
        n = 0
        for run in group:
            if run.folder.exists() and run.status.is_finished and not run.is_being_written and not run.meta.get("kept"):
                run.remove()
                n += 1
        return n

    def check_members(self, n_new: int, owner: str) -> None:
        """Raise ``LimitError`` if an experiment of so many runs is more than this person may have."""
        mark = owners.owner_mark(owner)
        with self._lock:
            mine = [active.run for active in self._active.values() if active.is_member and active.owner == mark]
        self.limits.check_members(n_new, sum(run.status.name == "running" for run in mine))

    def end_the_gone(self) -> None:
        """Stop what waits or trains for a person who has been away for longer than the limit; its model is kept."""
        minutes = self.limits.gone_minutes
        if minutes is None:
            return
        with self._lock:
            gone = [a.run for a in self._active.values() if self.presence.seconds_away(a.owner) > 60 * minutes]
        if gone:
            self._end(gone, f"Stopped: its page was closed for over {minutes:g} minutes. The network stays as it was.")

    def stop_watching(self) -> None:
        """Look for nobody any more."""
        self._over.set()

    @abstractmethod
    def _hand_over(self, active: Active, backend: Backend) -> None:
        """Let a run be executed as soon as there is room."""

    @abstractmethod
    def _withdraw(self, active: Active) -> None:
        """Take a waiting run out of the queue."""

    def _hold(self, active: Active) -> None:
        """Take back what waits, without letting go of it."""
        future, active.future = active.future, None
        if future is not None:
            future.cancel()

    def _release(self) -> None:
        """Hand over what was held, unless the queue is paused."""
        for active in list(self._active.values()):
            if active.future is None and self._backend is not None and not self._paused:
                self._hand_over(active, self._backend)

    def _end(self, group: list[runs.Run], why: str) -> None:
        """Stop runs for whoever may."""
        with self._lock:
            for run in reversed(group):  # the last ones first, or the next in the queue would begin meanwhile
                if not run.folder.exists() or run.status.is_finished:
                    continue
                run.end(why)
                active = self._active.get(run.id)
                if active is not None and run.status.name == "queued":
                    self._withdraw(active)
                    run.write_status("stopped", why)

    def _place_of(self, active: Active) -> Place | None:
        meta, status = active.run.meta, active.run.status
        if not meta or status.is_finished:
            return None
        return Place(
            run_id=active.run.id,
            page=str(meta.get("page", "")),
            name=str(meta.get("name", "")),
            experiment=str(meta.get("experiment", "")),
            who=owners.label(active.owner),
            is_gone=self.presence.seconds_away(active.owner) > GONE_SECONDS,
            trains=status.name == "running",
            seconds=time.time() - float(meta.get("created", 0)),
        )

    def _watch_for_the_gone(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            try:
                self.end_the_gone()
            except (ChalknetError, OSError):  # a folder that is deleted, or a full disk, at this moment: later again
                continue
