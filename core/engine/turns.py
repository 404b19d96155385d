"""Whose turn it is: a queue in which nobody holds the others for longer than a share. Plain logic, in memory.

Each person has one place in the line for single runs, and one for the members of their experiments, however many those
are. Whoever comes first is first; who has had a turn goes to the end of the line. A run that has trained for its share
while others wait is asked to give way; it does so behind its epoch, and waits at the end.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.runs import Run

SHARE_SECONDS = 15.0  # of training, before a run gives way to others that wait
# So long a member waits as if it had come later: who presses Train is not held by an experiment that was there before
MEMBERS_WAIT_SECONDS = 15.0

LaneKey = tuple[str, bool]


@dataclass(eq=False)
class Entry:
    """A run that was handed in and has not ended.

    Attributes
    ----------
    run : Run
    owner : str
        Hashed.
    is_member : bool
        Of an experiment.
    device : str
        Where it trains; all but "cpu" take one run at a time.
    number : int
        In the order in which all were handed in.
    n_turns : int
        How often it has been given to a worker.
    began : float
        When its present turn began, on the queue's clock.
    asked : bool
        Whether it has been asked to give way.
    is_ending : bool
        Whether it was stopped between two turns.
    future : object
        The backend's, while it is there.
    seconds, epoch_seconds : float
        What is expected of it: all its work, and an epoch; 0 where that is not known.
    work_seconds : float
        The same on an idle machine that is as fast as it was measured.
    conditions : Conditions or None
        What it shared the processor with when its turn began (``core.engine.forecast``).
    """

    run: Run
    owner: str
    is_member: bool = False
    device: str = "cpu"
    number: int = 0
    n_turns: int = 0
    began: float = 0.0
    asked: bool = False
    is_ending: bool = False  # it only has to be judged, for its model to be kept: also while the queue is paused
    future: Any = None
    seconds: float = 0.0
    epoch_seconds: float = 0.0
    work_seconds: float = 0.0
    conditions: object = None

    @property
    def lane(self) -> LaneKey:
        """Whose place in the line it has."""
        return (self.owner, self.is_member)


@dataclass
class _Lane:
    since: float  # its place in the line: the smaller, the sooner
    entries: deque[Entry] = field(default_factory=deque)


class Turns:
    """Who trains, and who waits in which order.

    Parameters
    ----------
    clock : callable
        Seconds; a test has one of its own.
    most_begun : int, optional
        Single runs of one person that have begun and are not over: the next one waits until one of them is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_begun: int | None = None) -> None:
        self._clock = clock
        self._most_begun = most_begun
        self._lanes: dict[LaneKey, _Lane] = {}  # those with somebody in them
        self._front: list[Entry] = []  # before all lanes
        self._running: dict[str, Entry] = {}
        self._n_added = 0
        self.is_paused = False  # nobody begins; what trains goes on, and gives way to nobody

    @property
    def running(self) -> list[Entry]:
        """Those that a worker has, the longest turn first."""
        return sorted(self._running.values(), key=lambda entry: entry.began)

    @property
    def is_busy(self) -> bool:
        """Whether anybody trains, or waits and will train; who waits while the queue is paused will not."""
        return bool(self._running) or (not self.is_paused and bool(self._front or self._lanes))

    def waiting(self) -> list[Entry]:
        """Those in the line, in the order in which they come if nobody else does."""
        lanes = [deque(lane.entries) for lane in self._in_line()]
        found = list(self._front)
        while lanes:
            found += [lane.popleft() for lane in lanes]
            lanes = [lane for lane in lanes if lane]
        return found

    def before_new(self, owner: str, *, is_member: bool) -> list[Entry]:
        """Those who come before something new of a person: one of each lane in the line, but for their own."""
        heads = [lane.entries[0] for lane in self._in_line()]
        return [*self._front, *(head for head in heads if head.lane != (owner, is_member))]

    def before(self, run_id: str) -> list[Entry]:
        """Those who come before one that waits; none where it does not wait."""
        waiting = self.waiting()
        ids = [entry.run.id for entry in waiting]
        return waiting[: ids.index(run_id)] if run_id in ids else []

    def of_lane(self, owner: str, *, is_member: bool) -> list[Entry]:
        """What a person has in the line."""
        return [entry for entry in self._entries() if entry.lane == (owner, is_member)]

    def find(self, run_id: str) -> Entry | None:
        """The entry of a run, whether it trains or waits."""
        return self._running.get(run_id) or next((e for e in self._entries() if e.run.id == run_id), None)

    def is_waiting(self, entry: Entry) -> bool:
        """Whether it is in the line."""
        return entry.run.id not in self._running

    def add(self, entry: Entry) -> None:
        """Somebody new, at the end of their lane; a lane that was empty goes to the end of the line."""
        self._n_added += 1
        entry.number = self._n_added
        self._lane(entry.lane).entries.append(entry)

    def to_front(self, entry: Entry) -> None:
        """Make it the next one."""
        self.withdraw(entry)
        self._front.insert(0, entry)

    def withdraw(self, entry: Entry) -> None:
        """It is over, or no longer wanted, wherever it is."""
        self._running.pop(entry.run.id, None)
        if entry in self._front:
            self._front.remove(entry)
        lane = self._lanes.get(entry.lane)
        if lane is not None and entry in lane.entries:
            lane.entries.remove(entry)
            if not lane.entries:
                del self._lanes[entry.lane]

    def take(self, n_places: int) -> Entry | None:
        """Who trains next, if one of so many places is free; its lane goes to the end of the line."""
        if len(self._running) >= n_places:
            return None
        for entry in [*self._front, *(lane.entries[0] for lane in self._in_line())]:
            if self._is_free(entry.device) and (entry.is_ending or not (self.is_paused or self.is_held(entry))):
                lane = self._lanes.get(entry.lane)
                if lane is not None and lane.entries[0] is entry:
                    lane.since = self._end_of_line(entry.lane)
                self.withdraw(entry)
                entry.n_turns += 1
                entry.began, entry.asked = self._clock(), False
                self._running[entry.run.id] = entry
                return entry
        return None

    def give_way(self, entry: Entry) -> None:
        """It has had its turn and waits for the next: a single run behind all, a member before others of its lane.

        Where so many at most have begun, a single run too stays before those of its lane that have not.
        """
        self._running.pop(entry.run.id, None)
        entries = self._lane(entry.lane).entries
        if entry.is_member:
            entries.insert(sum(each.number < entry.number for each in entries), entry)  # two may give way at once
        elif self._most_begun is not None:
            entries.insert(sum(each.n_turns > 0 for each in entries), entry)
        else:
            entries.append(entry)

    def is_held(self, entry: Entry) -> bool:
        """Whether it may not begin because others of the same person have; the teacher's front knows no such thing."""
        if self._most_begun is None or entry.is_member or entry.n_turns or entry in self._front:
            return False
        there = [*self._running.values(), *self.of_lane(entry.owner, is_member=False)]
        return sum(each.lane == entry.lane and each.n_turns > 0 for each in there) >= self._most_begun

    def lost(self) -> list[Entry]:
        """The workers are gone: those that trained come first when there are others; returned are all of them."""
        trained = self.running
        for entry in reversed(trained):
            self.to_front(entry)
        return trained

    def overdue(self) -> Iterator[Entry]:
        """Those that have had their share while others wait, and have not been asked yet; now they have."""
        now = self._clock()
        asked = sum(entry.asked for entry in self._running.values())
        for entry in self.running:
            if not entry.asked and now - entry.began >= SHARE_SECONDS and asked < self._n_rivals(entry):
                entry.asked = True
                asked += 1
                yield entry

    def place(self, run_id: str) -> int:
        """How many come before this one; 0 of one that trains, is not here, or has nobody before it."""
        if run_id in self._running:
            return 0
        ids = [entry.run.id for entry in self.waiting()]
        return ids.index(run_id) + bool(self._running) if run_id in ids else 0

    def _n_rivals(self, entry: Entry) -> int:
        """Lanes that wait for the place of one that trains."""
        if self.is_paused:
            return 0
        heads = [*self._front, *(lane.entries[0] for lane in self._lanes.values())]
        heads = [head for head in heads if head.lane != entry.lane and not self.is_held(head)]
        return sum(head.device == entry.device or self._is_free(head.device) for head in heads)

    def _is_free(self, device: str) -> bool:
        return device == "cpu" or all(entry.device != device for entry in self._running.values())

    def _entries(self) -> Iterator[Entry]:
        yield from self._front
        for lane in self._in_line():
            yield from lane.entries

    def _in_line(self) -> list[_Lane]:
        return sorted(self._lanes.values(), key=lambda lane: lane.since)

    def _lane(self, key: LaneKey) -> _Lane:
        if key not in self._lanes:
            self._lanes[key] = _Lane(self._end_of_line(key))
        return self._lanes[key]

    def _end_of_line(self, key: LaneKey) -> float:
        """Behind all of its kind, also where the clock has not moved."""
        _, is_member = key
        now = self._clock() + MEMBERS_WAIT_SECONDS * is_member
        last = max((lane.since for (_, other), lane in self._lanes.items() if other == is_member), default=-math.inf)
        return max(now, math.nextafter(last, math.inf))
