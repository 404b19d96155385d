"""core/engine/turns: whose turn it is, on a clock of the test's own; against a plain model, nobody is starved."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.engine.turns import MEMBERS_WAIT_SECONDS, SHARE_SECONDS, Entry, Turns
from core.runs import Run


class Clock:
    """Stands still until somebody turns it."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def turns(clock):
    return Turns(clock)


def entry(name, owner, **more):
    return Entry(Run(name, Path(name)), owner, **more)


def ids(entries):
    return [each.run.id for each in entries]


def test_who_comes_first_is_first_and_one_person_has_one_place(turns):
    for name, owner in (("a1", "ann"), ("a2", "ann"), ("b1", "bob"), ("c1", "cat")):
        turns.add(entry(name, owner))
    assert ids(turns.waiting()) == ["a1", "b1", "c1", "a2"]
    assert turns.take(1).run.id == "a1"
    assert turns.take(1) is None  # no place is free
    assert [turns.place(name) for name in ("a1", "b1", "c1", "a2", "nobody")] == [0, 1, 2, 3, 0]
    turns.withdraw(turns.find("a1"))
    assert turns.place("b1") == 0
    assert [turns.take(9).run.id for _ in range(3)] == ["b1", "c1", "a2"]


def test_it_is_busy_while_somebody_trains_or_waits_and_is_not_held_by_a_pause(turns):
    assert not turns.is_busy
    turns.add(entry("a", "ann"))
    assert turns.is_busy
    turns.is_paused = True
    assert not turns.is_busy
    turns.is_paused = False
    first = turns.take(1)
    turns.is_paused = True
    assert turns.is_busy  # what trains goes on
    turns.withdraw(first)
    assert not turns.is_busy
    turns.is_paused = False
    turns.add(second := entry("b", "bob"))
    turns.to_front(second)
    assert turns.is_busy


def test_two_members_that_give_way_one_after_the_other_keep_their_order(turns, clock):
    for name in ("m1", "m2", "m3"):
        turns.add(entry(name, "ann", is_member=True))
    first, second = turns.take(2), turns.take(2)
    clock.now += SHARE_SECONDS
    turns.give_way(first)
    turns.give_way(second)
    assert ids(turns.waiting()) == ["m1", "m2", "m3"]


def test_in_a_hall_the_second_run_of_a_person_waits_until_the_first_is_over(clock):
    turns = Turns(clock, most_begun=1)
    for name, owner in (("a1", "ann"), ("a2", "ann"), ("b1", "bob")):
        turns.add(entry(name, owner))
    turns.add(entry("member", "ann", is_member=True))
    a1 = turns.take(4)
    assert a1.run.id == "a1"
    assert turns.is_held(turns.find("a2"))
    assert [turns.take(4).run.id for _ in range(2)] == ["b1", "member"]  # of an experiment it is no single run
    assert turns.take(4) is None  # although a place is free
    clock.now += SHARE_SECONDS
    assert list(turns.overdue()) == []  # it could give its place to nobody
    turns.give_way(a1)
    assert turns.take(4) is a1  # before the one that has not begun
    turns.withdraw(a1)
    assert not turns.is_held(turns.find("a2"))
    assert turns.take(4).run.id == "a2"


def test_the_teachers_front_knows_no_such_limit(clock):
    turns = Turns(clock, most_begun=1)
    for name in ("a1", "a2"):
        turns.add(entry(name, "ann"))
    turns.take(2)
    assert turns.take(2) is None
    turns.to_front(turns.find("a2"))
    assert turns.take(2).run.id == "a2"


def test_a_run_gives_way_after_its_share_and_not_while_it_is_alone(turns, clock):
    turns.add(entry("long", "ann"))
    long = turns.take(1)
    clock.now += 100 * SHARE_SECONDS
    assert list(turns.overdue()) == []  # nobody waits
    turns.add(entry("short", "bob"))
    assert list(turns.overdue()) == [long]
    assert list(turns.overdue()) == []  # it has been asked
    turns.give_way(long)
    assert turns.take(1).run.id == "short"
    assert ids(turns.waiting()) == ["long"]
    turns.withdraw(turns.find("short"))
    assert turns.take(1) is long
    assert (long.n_turns, long.asked) == (2, False)
    turns.add(entry("next", "bob"))
    clock.now += SHARE_SECONDS - 1
    assert list(turns.overdue()) == []
    clock.now += 1
    assert list(turns.overdue()) == [long]


def test_only_as_many_give_way_as_others_wait(turns, clock):
    for name in ("a", "b", "c"):
        turns.add(entry(name, name))
        turns.take(3)
        clock.now += 1
    clock.now += SHARE_SECONDS
    turns.add(entry("d", "d"))
    assert ids(turns.overdue()) == ["a"]  # the one that has trained for longest


def test_an_experiment_has_one_place_and_trains_in_its_order(turns, clock):
    for i in range(95):
        turns.add(entry(f"m{i}", "ann", is_member=True))
    assert turns.take(2).run.id == "m0"
    assert turns.take(2).run.id == "m1"  # nobody else wants the other place
    clock.now += SHARE_SECONDS
    assert list(turns.overdue()) == []  # its own others are no rivals
    turns.add(entry("single", "bob"))
    turns.add(entry("n0", "cat", is_member=True))
    assert ids(turns.waiting())[:3] == ["single", "m2", "n0"]
    assert ids(turns.overdue()) == ["m0", "m1"]
    turns.give_way(turns.find("m1"))
    turns.give_way(turns.find("m0"))
    # Members go on in their order, whoever gave way first
    assert ids(turns.waiting())[:5] == ["single", "m0", "n0", "m1", "m2"]


def test_who_presses_train_is_before_an_experiment_that_was_there_and_not_for_ever(turns, clock):
    turns.add(entry("busy", "dan"))
    turns.take(1)
    turns.add(entry("m0", "ann", is_member=True))
    clock.now += MEMBERS_WAIT_SECONDS - 1
    turns.add(entry("soon", "bob"))
    clock.now += 2
    turns.add(entry("late", "cat"))
    assert ids(turns.waiting()) == ["soon", "m0", "late"]


def test_a_device_takes_one_run_at_a_time_and_holds_nobody_else(turns, clock):
    for name, device in (("g1", "cuda"), ("g2", "cuda"), ("c1", "cpu")):
        turns.add(entry(name, name, device=device))
    assert turns.take(2).run.id == "g1"
    assert turns.take(2).run.id == "c1"
    clock.now += SHARE_SECONDS
    assert ids(turns.overdue()) == ["g1"]  # for g2; c1 would give way to nobody


def test_moved_to_the_front_paused_and_lost(turns, clock):
    for name in ("a", "b", "c"):
        turns.add(entry(name, name))
    turns.to_front(turns.find("c"))
    assert ids(turns.waiting()) == ["c", "a", "b"]
    turns.is_paused = True
    assert turns.take(2) is None
    turns.is_paused = False
    assert [turns.take(2).run.id, turns.take(2).run.id] == ["c", "a"]
    turns.add(entry("d", "d"))
    turns.is_paused = True
    clock.now += SHARE_SECONDS
    assert list(turns.overdue()) == []  # who pauses the queue lets go on what trains
    stopped = turns.find("b")
    turns.to_front(stopped)
    stopped.is_ending = True
    assert turns.take(3) is stopped  # it has only to be judged
    turns.withdraw(stopped)
    turns.is_paused = False
    assert ids(turns.lost()) == ["c", "a"]
    assert turns.running == []
    assert ids(turns.waiting()) == ["c", "a", "d"]


class Hall(RuleBasedStateMachine):
    """People who press Train, race and stop; runs of any length; one or two workers. The model is a plain list."""

    N_PEOPLE = 4

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.turns = Turns(self.clock)
        self.n_places = 2
        self.n_made = 0
        self.left = {}  # run id to epochs that it still has to train
        self.epochs = Counter()
        self.order = {}  # run id to its number in its experiment
        self.overtaken = {}  # lane that waits to how often another lane has been taken before it

    @rule(who=st.integers(0, N_PEOPLE - 1), n_epochs=st.integers(1, 6))
    def press_train(self, who, n_epochs):
        self.add(who, n_epochs, is_member=False)

    @rule(who=st.integers(0, N_PEOPLE - 1), n=st.integers(1, 5), n_epochs=st.integers(1, 3))
    def race(self, who, n, n_epochs):
        for _ in range(n):
            self.add(who, n_epochs, is_member=True)

    def add(self, who, n_epochs, *, is_member):
        self.n_made += 1
        run_id = f"run{self.n_made}"
        self.left[run_id] = n_epochs
        self.order[run_id] = self.n_made
        made = entry(run_id, f"person{who}", is_member=is_member)
        self.turns.add(made)
        self.overtaken.setdefault(made.lane, 0)

    @rule(seconds=st.floats(0.1, 30))
    def time_goes_by(self, seconds):
        self.clock.now += seconds

    @rule()
    def hand_out(self):
        while (taken := self.turns.take(self.n_places)) is not None:
            self.overtaken.pop(taken.lane, None)
            for lane in {each.lane for each in self.turns.waiting()}:
                self.overtaken[lane] = 0 if lane == taken.lane else self.overtaken.get(lane, 0) + 1

    @precondition(lambda self: self.turns.running)
    @rule(data=st.data())
    def an_epoch_ends(self, data):
        list(self.turns.overdue())
        run = data.draw(st.sampled_from(self.turns.running))
        self.left[run.run.id] -= 1
        self.epochs[run.run.id] += 1
        if not self.left[run.run.id]:
            self.turns.withdraw(run)
        elif run.asked:
            self.turns.give_way(run)
            self.overtaken.setdefault(run.lane, 0)

    @precondition(lambda self: self.turns.waiting())
    @rule(data=st.data())
    def stop_one_that_waits(self, data):
        gone = data.draw(st.sampled_from(self.turns.waiting()))
        self.turns.withdraw(gone)
        del self.left[gone.run.id]
        if not self.turns.of_lane(gone.owner, is_member=gone.is_member):
            self.overtaken.pop(gone.lane, None)

    @invariant()
    def everybody_is_there_once(self):
        there = ids(self.turns.running) + ids(self.turns.waiting())
        assert sorted(there) == sorted(run_id for run_id, left in self.left.items() if left)
        assert len(self.turns.running) <= self.n_places

    @invariant()
    def nobody_is_starved(self):
        # Each other lane goes before at most once for each time that it waits, and twice before members, which wait
        # as if they had come later
        for (_, is_member), times in self.overtaken.items():
            patience = 2 * self.N_PEOPLE if not is_member else None
            assert patience is None or times <= patience

    @invariant()
    def members_wait_in_their_order(self):
        for who in range(self.N_PEOPLE):
            mine = [self.order[run_id] for run_id in ids(self.turns.of_lane(f"person{who}", is_member=True))]
            assert mine == sorted(mine)

    def teardown(self):
        """Whatever has been pressed: if nobody comes any more, all are trained, each epoch once."""
        wanted = {run_id: self.epochs[run_id] + left for run_id, left in self.left.items()}
        for _ in range(sum(self.left.values()) * 4 + 10):
            self.hand_out()
            self.clock.now += SHARE_SECONDS
            list(self.turns.overdue())
            for run in self.turns.running:
                self.left[run.run.id] -= 1
                self.epochs[run.run.id] += 1
                if not self.left[run.run.id]:
                    self.turns.withdraw(run)
                elif run.asked:
                    self.turns.give_way(run)
        assert not self.turns.running
        assert not self.turns.waiting()
        assert {run_id: self.epochs[run_id] for run_id in wanted} == wanted


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=60, stateful_step_count=40)
