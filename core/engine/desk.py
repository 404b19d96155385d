"""What is done to the whole queue: by the teacher, whosever the runs are, and by the lab for those who are gone."""

import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass

from core import runs
from core.engine.backends import Backend
from core.engine.turns import Entry, Turns
from core.lab import owners
from core.lab.errors import ChalknetError
from core.lab.limits import Limits
from core.lab.presence import GONE_SECONDS, Presence
from core.lab.teacher import Teacher

LOOK_SECONDS = 20.0  # how often is looked for people who are gone


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
        self._turns = Turns(most_begun=limits.n_training)
        self._backend: Backend | None = None
        self._over = threading.Event()
        if limits.gone_minutes is not None:
            threading.Thread(target=self._watch_for_the_gone, name="engine-gone", daemon=True).start()

    @property
    def is_paused(self) -> bool:
        """Whether the teacher has paused the queue."""
        return self._turns.is_paused

    @property
    def is_busy(self) -> bool:
        """Whether anybody trains here, or waits and will train. Opens no file."""
        with self._lock:
            return self._turns.is_busy

    def has(self, run_id: str) -> bool:
        """Whether a run trains or waits here. Opens no file."""
        with self._lock:
            return self._turns.find(run_id) is not None

    def queue(self, owner: str) -> list[Place]:
        """Everything that trains or waits, whosever it is, in the order in which it will begin."""
        self.teacher.must_be(owner)
        with self._lock:
            trains, waits = self._turns.running, self._turns.waiting()
        places = [self._place_of(entry, trains=entry in trains) for entry in [*trains, *waits]]
        return [place for place in places if place is not None]

    def move_to_front(self, group: list[runs.Run], owner: str) -> None:
        """Let those of these runs that wait be the next ones, in their order."""
        self.teacher.must_be(owner)
        with self._lock:
            for entry in reversed([self._turns.find(run.id) for run in group]):
                if entry is not None and self._turns.is_waiting(entry):
                    self._turns.to_front(entry)
            self._hand_out()

    def pause(self, owner: str) -> None:
        """Let nothing new begin; what trains goes on."""
        self.teacher.must_be(owner)
        with self._lock:
            self._turns.is_paused = True

    def resume_queue(self, owner: str) -> None:
        """Let what waits begin again."""
        self.teacher.must_be(owner)
        with self._lock:
            self._turns.is_paused = False
            self._hand_out()

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
            n_running = sum(entry.lane == (mark, True) for entry in self._turns.running)
        self.limits.check_members(n_new, n_running)

    def held_by(self, run_id: str) -> list[runs.Run]:
        """Other runs of the same person that have begun and have to be over before this one may begin; mostly none."""
        if self.limits.n_training is None:
            return []
        with self._lock:
            entry = self._turns.find(run_id)
            if entry is None or not self._turns.is_held(entry):
                return []
            there = [*self._turns.running, *self._turns.waiting()]
            return [each.run for each in there if each.lane == entry.lane and each.n_turns]

    def end_the_gone(self) -> None:
        """Stop what waits or trains for a person who has been away for longer than the limit; its model is kept."""
        minutes = self.limits.gone_minutes
        if minutes is None:
            return
        with self._lock:
            there = [*self._turns.running, *self._turns.waiting()]
        gone = [entry.run for entry in there if self.presence.seconds_away(entry.owner) > 60 * minutes]
        if gone:
            self._end(gone, f"Stopped: its page was closed for over {minutes:g} minutes. The network stays as it was.")

    def stop_watching(self) -> None:
        """Look for nobody any more."""
        self._over.set()

    @abstractmethod
    def _hand_out(self) -> None:
        """Give each free worker the next run."""

    def _end_entry(self, run: runs.Run, why: str) -> None:
        """Let a run end that was asked to: at once if it has not begun; a worker sees to the others.

        One that waits for its next turn is judged as any other that is stopped: it comes first, for a moment.
        """
        entry = self._turns.find(run.id)
        if entry is None:
            return
        waits = self._turns.is_waiting(entry)
        if (run.folder / "checkpoint.pt").exists():
            if waits:
                entry.is_ending = True
                self._turns.to_front(entry)
                self._hand_out()
        elif waits or run.status.name == "queued":
            self._turns.withdraw(entry)
            if entry.future is not None:
                entry.future.cancel()
            run.write_status("stopped", why)
            self._hand_out()

    def _end(self, group: list[runs.Run], why: str) -> None:
        """Stop runs for whoever may."""
        with self._lock:
            for run in reversed(group):  # the last ones first, or the next in the queue would begin meanwhile
                if not run.folder.exists() or run.status.is_finished:
                    continue
                run.end(why)
                self._end_entry(run, why)

    def _place_of(self, entry: Entry, *, trains: bool) -> Place | None:
        meta = entry.run.meta
        if not meta or entry.run.status.is_finished:
            return None
        return Place(
            run_id=entry.run.id,
            page=str(meta.get("page", "")),
            name=str(meta.get("name", "")),
            experiment=str(meta.get("experiment", "")),
            who=owners.label(entry.owner),
            is_gone=self.presence.seconds_away(entry.owner) > GONE_SECONDS,
            trains=trains,
            seconds=time.time() - float(meta.get("created", 0)),
        )

    def _watch_for_the_gone(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            try:
                self.end_the_gone()
            except (ChalknetError, OSError):  # a folder that is deleted, or a full disk, at this moment: later again
                continue
