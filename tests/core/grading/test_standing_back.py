"""Marking behind a class that trains: one run at a time, after a share of the class, and never for ever."""

from hypothesis import given
from hypothesis import strategies as st

from core.engine.turns import SHARE_SECONDS
from core.grading.standing_back import StandingBack


class Class:
    """Trains or not, on a clock that stands still until somebody turns it."""

    now = 0.0

    def __init__(self, *, trains=True):
        self.trains = trains
        self.rule = StandingBack(lambda: self.trains, clock=lambda: self.now)

    def begins(self, n_under_way=0, *, after=0.0):
        self.now += after
        may = self.rule.may_begin(n_under_way)
        if may:
            self.rule.began()
        return may


def test_without_a_class_that_trains_nothing_is_held():
    room = Class(trains=False)
    assert [room.begins(n) for n in (0, 1, 5)] == [True] * 3


def test_while_the_class_trains_each_run_waits_for_a_share_and_is_alone():
    room = Class()
    for _ in range(3):
        assert not room.begins()
        assert not room.begins(after=SHARE_SECONDS - 0.1)
        assert room.begins(after=0.2)
        assert not room.begins(1, after=100)  # one is under way, however long that takes


def test_as_soon_as_the_class_is_done_it_goes_on():
    room = Class()
    assert not room.begins()
    room.trains = False
    assert room.begins(after=0.1)
    room.trains = True
    assert not room.begins(after=SHARE_SECONDS)  # the share is counted anew


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 5.0)), min_size=1, max_size=60))
def test_nobody_is_starved(moments):
    """Whatever the class does, the marking has never waited for longer than a share and one look."""
    room, waited = Class(), 0.0
    for trains, seconds in moments:
        room.trains = trains
        waited = 0.0 if room.begins(after=seconds) else waited + seconds
        assert waited <= SHARE_SECONDS + 5.0
