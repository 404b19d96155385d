"""Bets of a room: made before the run trains, nobody's business before they are shown, and nobody's name after."""

import pytest

from core.lab.errors import NotYoursError
from core.rooms import attendance, bet, room, seat
from core.rooms.ballot import Ballot
from core.rooms.codes import RoomError
from core.rooms.news import news
from core.rooms.work import OPEN, REVEALED, TRAINS


@pytest.fixture
def code(home):
    """A room of the teacher "tea" with Ann and Ben, in which bets are open."""
    code = room.open_room("tea")
    for person in ("ann", "ben"):
        seat.join(code, person)
    assert bet.open_bets(code, "tea", "MLP, 3 epochs", "run a") == 1
    yield code
    for person in ("ann", "ben"):
        attendance.gone(code, person)


def test_a_round_of_bets(code):
    assert seat.view(code, "ann").work.phase == OPEN
    assert news("ann").asks == "1 bet"
    bet.place(code, "ann", 1, "2.0")
    bet.place(code, "ben", 1, "1.5")
    bet.place(code, "ann", 1, "1.0")  # thinks again
    assert (bet.mine(code, "ann"), bet.mine(code, "ben"), bet.n_bets(code, "tea")) == ("1.0", "1.5", 2)
    assert news("ann").asks == ""
    assert bet.go_on(code, "tea", TRAINS) == "run a"
    assert bet.go_on(code, "tea", REVEALED) == "run a"
    assert bet.revealed(code, "tea") == bet.revealed_to(code, "ann") == ["1.0", "1.5"]
    assert bet.end(code, "tea") is None
    assert seat.view(code, "ann").work is None


def test_nobody_sees_others_bets_before_they_are_shown(code):
    bet.place(code, "ben", 1, "1.5")
    for phase in (None, TRAINS):
        if phase:
            bet.go_on(code, "tea", phase)
        assert bet.revealed(code, "tea") == bet.revealed_to(code, "ann") == []
        assert bet.mine(code, "ann") is None


def test_a_bet_comes_before_the_first_batch(code):
    with pytest.raises(RoomError, match="closed"):
        bet.place(code, "ann", 2, "1.0")
    with pytest.raises(RoomError, match="no seat"):
        bet.place(code, "eve", 1, "1.0")
    with pytest.raises(RoomError, match="too long"):
        bet.place(code, "ann", 1, "1" * 5_000)
    bet.go_on(code, "tea", TRAINS)
    with pytest.raises(RoomError, match="closed"):
        bet.place(code, "ann", 1, "1.0")
    assert bet.mine(code, "ann") is None
    assert news("ann").asks == ""


def test_it_goes_forward_only(code):
    with pytest.raises(RoomError, match="does not come next"):
        bet.go_on(code, "tea", REVEALED)
    bet.go_on(code, "tea", TRAINS)
    with pytest.raises(RoomError, match="does not come next"):
        bet.go_on(code, "tea", TRAINS)
    room.ask(code, "tea", Ballot("?", ("a", "b")))
    with pytest.raises(RoomError, match="over"):
        bet.go_on(code, "tea", REVEALED)


def test_a_run_that_was_never_to_train_is_named_at_the_end(code):
    assert bet.end(code, "tea") == "run a"
    assert bet.end(code, "tea") is None


def test_nobody_else_acts_as_the_teacher(code):
    acts = [
        lambda who: bet.open_bets(code, who, "x", "run b"), lambda who: bet.go_on(code, who, TRAINS),
        lambda who: bet.n_bets(code, who), lambda who: bet.revealed(code, who), lambda who: bet.end(code, who),
    ]  # fmt: skip
    for act in acts:
        for who in ("ann", "eve", ""):
            with pytest.raises(NotYoursError):
                act(who)
    with pytest.raises(RoomError, match="no seat"):
        bet.revealed_to(code, "eve")
    assert seat.view(code, "ann").work.phase == OPEN


def test_who_leaves_takes_the_bet_along(code):
    bet.place(code, "ann", 1, "1.0")
    seat.leave(code, "ann")
    assert bet.n_bets(code, "tea") == 0
