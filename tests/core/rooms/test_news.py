"""What a room wants of who is elsewhere: told once, to whom it concerns, and for who has no seat no file is opened."""

import pytest

from core.rooms import attendance, bet, database, deal, room, seat
from core.rooms.ballot import SECOND, SHOWN, TALK, Ballot
from core.rooms.news import News, has_seat, news

ASKED = Ballot("What has 5 x 5 left of 7 x 7?", ("3 x 3", "5 x 5", "7 x 7"), 0)


@pytest.fixture
def code(home):
    """A room of the teacher "tea" with Ann."""
    code = room.open_room("tea")
    seat.join(code, "ann")
    yield code
    attendance.gone(code, "ann")


def test_who_has_no_seat_opens_no_file(home):
    assert news("eve") is None
    assert not database.path().exists()


def test_a_lab_that_was_started_anew_finds_a_seat_with_one_look(code, monkeypatch):
    room.open_room("tea")  # a newer room, without anybody
    room.send_to(code, "tea", "/CNN")
    attendance.gone(code, "ann")  # as after the start: in memory only
    assert not has_seat("eve")
    assert has_seat("ann")
    room.ask(code, "tea", ASKED)
    assert news("ann") == News(code, "1 first", 1, "")
    monkeypatch.setattr(database, "reading", None)
    assert has_seat("ann")
    assert not has_seat("eve")


def test_a_seat_in_a_closed_room_is_none(code):
    room.close(code, "tea")
    attendance.gone(code, "ann")
    assert not has_seat("ann")


def test_a_vote_is_news_until_it_is_answered(code):
    assert news("ann") == News(code, "", 0, "")
    room.ask(code, "tea", ASKED)
    assert news("ann").asks == "1 first"
    room.pause(code, "tea", True)
    assert news("ann").asks == ""
    room.pause(code, "tea", False)
    seat.answer(code, "ann", 1, 2)
    assert news("ann").asks == ""
    room.go_on(code, "tea", TALK)
    assert news("ann").asks == ""
    room.go_on(code, "tea", SECOND)
    assert news("ann").asks == "1 second"
    room.go_on(code, "tea", SHOWN)
    assert news("ann").asks == ""
    assert news("ben") is None


def test_a_run_to_begin_is_news_until_somebody_begins_it(code):
    number = deal.deal(code, "tea", "seed", "x", [("0", "run a"), ("1", "run b")])
    assert news("ann").asks == f"{number} deal"
    deal.press(code, "ann", number)
    assert news("ann").asks == ""
    seat.join(code, "ben")
    assert news("ben").asks == f"{number} deal"
    attendance.gone(code, "ben")


def test_a_page_that_the_room_is_sent_to_is_news_once(code):
    room.send_to(code, "tea", "/CNN?n_epochs=2")
    now = news("ann")
    assert (now.n_sent, now.address) == (1, "/CNN?n_epochs=2")
    seat.view(code, "ann")  # looking at the room is not going along
    assert news("ann") == now
    attendance.sits(code, "ann", now.n_sent)
    assert news("ann").address == ""
    room.send_to(code, "tea", "/CNN?n_epochs=2")
    assert news("ann").address == "/CNN?n_epochs=2"


@pytest.mark.parametrize("what", ["vote", "again", "deal", "bet"])
def test_what_the_room_is_asked_after_it_was_sent_to_a_page_comes_first(code, what):
    """Who has not gone there yet would be brought from the question to a page of before."""
    if what == "again":
        room.ask(code, "tea", ASKED)
        room.go_on(code, "tea", TALK)
    room.send_to(code, "tea", "/CNN?n_epochs=2")
    assert news("ann").address == "/CNN?n_epochs=2"
    if what == "vote":
        room.ask(code, "tea", ASKED)
    elif what == "again":
        room.go_on(code, "tea", SECOND)
    elif what == "deal":
        deal.deal(code, "tea", "seed", "x", [("0", "run a")])
    else:
        bet.open_bets(code, "tea", "x", "run a")
    now = news("ann")
    assert (now.address, bool(now.asks)) == ("", True)
    assert seat.view(code, "ann").address == ""
    room.send_to(code, "tea", "/CNN")
    assert news("ann").address == "/CNN"


def test_what_was_sent_before_one_came_is_no_news(code):
    room.send_to(code, "tea", "/CNN")
    seat.join(code, "ben")
    assert news("ben").address == ""
    attendance.gone(code, "ben")


@pytest.mark.parametrize(
    "end",
    [lambda code: room.close(code, "tea"), lambda code: room.delete(code, "tea"), lambda code: seat.leave(code, "ann")],
)
def test_where_there_is_no_room_any_more_nothing_is_asked_again(code, end):
    room.ask(code, "tea", ASKED)
    end(code)
    assert news("ann") is None
    assert attendance.place_of("ann") is None


def test_a_lab_that_was_started_anew_knows_who_comes_to_the_room(code):
    attendance.gone(code, "ann")
    assert news("ann") is None
    seat.view(code, "ann")
    assert news("ann") is not None
