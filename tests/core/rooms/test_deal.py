"""Runs that are dealt to seats: who holds what, and that nobody begins another's, or one twice."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lab.errors import NotYoursError
from core.rooms import attendance, database, deal, room, seat
from core.rooms.ballot import SHOWN, Ballot
from core.rooms.codes import RoomError
from core.rooms.deal import Part

RATES = [("0.001", "run a"), ("0.01", "run b"), ("0.1", "run c")]
ASKED = Ballot("?", ("a", "b"), 0)


@pytest.fixture
def code(home):
    """A room of the teacher "tea" with Ann and Ben."""
    code = room.open_room("tea")
    for person in ("ann", "ben"):
        seat.join(code, person)
    yield code
    for person in ("ann", "ben", "cid", "dot"):
        attendance.gone(code, person)


def deal_rates(code):
    return deal.deal(code, "tea", "learning rate", "experiment 1", RATES)


def labels(code, *people):
    return [deal.hand(code, person).label for person in people]


def test_each_seat_holds_one_of_its_own_and_who_comes_late_gets_what_is_left(code):
    assert seat.view(code, "ann").work is None
    number = deal_rates(code)
    assert seat.view(code, "ann").work.title == "learning rate"
    assert labels(code, "ann", "ben") == ["0.001", "0.01"]
    seat.join(code, "cid")
    assert labels(code, "cid", "ann") == ["0.1", "0.001"]
    seat.join(code, "dot")
    held = deal.hand(code, "dot")  # more seats than runs
    assert (held.n_holders, held.n_parts, held.number) == (2, 3, number)
    assert [part.n_holders for part in deal.parts(code, "tea")] == [2, 1, 1]


def test_one_press_begins_the_own_run_and_no_other(code):
    number = deal_rates(code)
    assert deal.press(code, "ben", number) == "run b"
    assert deal.parts(code, "tea") == [
        Part("0.001", "run a", 1, False), Part("0.01", "run b", 1, True), Part("0.1", "run c", 0, False)
    ]  # fmt: skip
    with pytest.raises(RoomError, match=r"Learning rate 0\.01 has been started already"):
        deal.press(code, "ben", number)
    with pytest.raises(RoomError, match="no seat"):
        deal.press(code, "eve", number)
    for other in (number - 1, number + 1):
        with pytest.raises(RoomError, match="over"):
            deal.press(code, "ann", other)
    seat.join(code, "cid")
    with pytest.raises(RoomError, match="hold no run"):
        deal.press(code, "cid", number)  # before anything was dealt to it
    assert deal.begun(code, "tea") == ["run b"]


def test_of_two_that_hold_one_run_the_first_press_counts(code):
    number = deal.deal(code, "tea", "seed", "experiment 1", RATES[:1])
    assert deal.hand(code, "ann") == deal.hand(code, "ben")
    deal.press(code, "ben", number)
    with pytest.raises(RoomError, match="started already"):
        deal.press(code, "ann", number)
    assert deal.hand(code, "ann").is_begun


def test_the_teacher_begins_what_nobody_holds_or_all_that_is_left(code):
    number = deal_rates(code)
    assert deal.start(code, "tea") == ["run c"]
    assert deal.start(code, "tea") == []
    deal.press(code, "ann", number)
    assert deal.start(code, "tea", also_held=True) == ["run b"]
    with pytest.raises(RoomError, match="started already"):
        deal.press(code, "ben", number)


def test_who_leaves_gives_the_run_back(code):
    deal_rates(code)
    seat.leave(code, "ann")
    assert [part.n_holders for part in deal.parts(code, "tea")] == [0, 1, 0]
    seat.join(code, "cid")
    assert labels(code, "cid") == ["0.001"]


@pytest.mark.parametrize("end", ["vote", "end", "deal", "close"])
def test_what_comes_next_puts_it_away(code, end):
    number = deal_rates(code)
    deal.press(code, "ann", number)
    if end == "vote":
        room.ask(code, "tea", ASKED)
    elif end == "end":
        assert deal.end(code, "tea") == ["run b", "run c"]
        assert deal.end(code, "tea") == []
    elif end == "deal":
        deal.deal(code, "tea", "seed", "experiment 2", RATES)
    else:
        room.close(code, "tea")
    with pytest.raises(RoomError, match="closed" if end == "close" else "over"):
        deal.press(code, "ben", number)


def test_a_vote_that_is_under_way_ends_as_it_is(code):
    room.ask(code, "tea", ASKED)
    seat.answer(code, "ann", 1, 1)
    deal_rates(code)
    seen = seat.view(code, "ann")
    assert (seen.work.title, seen.phase, seen.mine) == ("learning rate", SHOWN, (1, None))
    deal.end(code, "tea")
    assert seat.view(code, "ann").work is None


def test_nobody_else_acts_as_the_teacher(code):
    deal_rates(code)
    acts = [
        lambda who: deal.deal(code, who, "seed", "x", RATES), lambda who: deal.start(code, who),
        lambda who: deal.parts(code, who), lambda who: deal.end(code, who),
    ]  # fmt: skip
    for act in acts:
        for who in ("ann", "eve", ""):
            with pytest.raises(NotYoursError):
                act(who)
    assert deal.begun(code, "tea") == []


def test_two_rooms_do_not_see_each_other(code):
    other = room.open_room("tom")
    deal_rates(code)
    seat.join(other, "ann")
    assert seat.view(other, "ann").work is None
    with pytest.raises(RoomError):
        deal.hand(other, "ann")
    with pytest.raises(NotYoursError):
        deal.parts(code, "tom")


def test_a_class_that_presses_at_once_begins_each_run_once(code):
    class_ = [f"student {i}" for i in range(24)]
    for person in class_:
        seat.join(code, person)
    number = deal.deal(code, "tea", "seed", "experiment 1", [(str(i), f"run {i}") for i in range(12)])

    def press(person):
        try:
            return deal.press(code, person, number)
        except RoomError:
            return None

    with ThreadPoolExecutor(len(class_)) as pool:
        began = [run for run in pool.map(press, [*class_, "ann", "ben"]) if run]
    assert sorted(began) == sorted(f"run {i}" for i in range(12))


@settings(max_examples=25)
@given(n_parts=st.integers(1, 6), before=st.integers(0, 9), after=st.integers(0, 9))
def test_no_run_is_held_twice_while_another_is_held_by_nobody(tmp_path_factory, n_parts, before, after):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_HOME", str(tmp_path_factory.mktemp("room")))
        code = room.open_room("tea")
        for i in range(before):
            seat.join(code, f"s{i}")
        deal.deal(code, "tea", "seed", "x", [(str(i), f"run {i}") for i in range(n_parts)])
        for i in range(before, before + after):
            seat.join(code, f"s{i}")
        held = Counter(deal.hand(code, f"s{i}").run_id for i in range(before + after))
        counts = [held[f"run {i}"] for i in range(n_parts)]
        assert max(counts) - min(counts) <= 1
        assert [part.n_holders for part in deal.parts(code, "tea")] == counts
        for i in range(before + after):
            attendance.gone(code, f"s{i}")


def test_a_file_of_an_earlier_version_gets_what_it_lacks(code):
    with sqlite3.connect(database.path()) as db:
        for table in ("handed", "bets", "hands", "parts", "works"):
            db.execute(f"DROP TABLE {table}")
    assert seat.view(code, "ann").work is None
    deal_rates(code)
    assert labels(code, "ann") == ["0.001"]


def test_a_deleted_room_is_gone_with_what_it_dealt(code):
    deal_rates(code)
    room.delete(code, "tea")
    with database.reading() as db:
        for table in ("works", "parts", "hands", "handed", "bets"):
            assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] == 0
