"""Results that were trained elsewhere: only who holds a run hands it in, once, while it is on."""

import hashlib
import hmac
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.errors import NotYoursError
from core.rooms import attendance, database, deal, handed, news, room, seat
from core.rooms.ballot import Ballot
from core.rooms.codes import RoomError
from core.rooms.handed import Claim

RATES = [("0.001", "run a"), ("0.01", "run b"), ("0.1", "run c")]
PERSONS = ("ann", "ben", "cid", "dot")


@pytest.fixture
def code(home):
    """A room of the teacher "tea", in which Ann holds run a and Ben holds run b."""
    code = room.open_room("tea")
    for person in ("ann", "ben"):
        seat.join(code, person)
    deal.deal(code, "tea", "learning rate", "experiment 1", RATES)
    yield code
    for person in PERSONS:
        attendance.gone(code, person)


def claim_of(code, person, body=b"what came out"):
    number = deal.hand(code, person).number
    part, secret = handed.secret(code, person, number)
    return Claim(code, number, part, body, handed.sign(secret, body))


def test_what_a_seat_has_signed_is_kept_for_its_own_run(code):
    claim = claim_of(code, "ben")
    assert handed.run_id(claim) == "run b"
    assert handed.keep(claim, "text") == "learning rate 0.01"
    assert handed.results(code, "tea") == {"run b": "text"}
    assert [part.is_handed for part in deal.parts(code, "tea")] == [False, True, False]
    assert [part.is_free for part in deal.parts(code, "tea")] == [True, False, True]
    assert (deal.hand(code, "ben").result, deal.hand(code, "ann").result) == ("text", None)


def test_the_signature_is_hmac_sha256_of_the_room_s_salt(code):
    """Reckoned here by hand from what the file holds: no other secret is needed, and this one is told to nobody."""
    with sqlite3.connect(database.path()) as db:
        salt, mark = db.execute("SELECT salt, mark FROM rooms JOIN hands USING (code) WHERE part = 0").fetchone()
    secret = hmac.new(salt.encode(), f"chalknet ticket {code} 1 0 {mark}".encode(), hashlib.sha256).digest()
    assert handed.secret(code, "ann", 1) == (0, secret)
    assert claim_of(code, "ann", b"x").signature == hmac.new(secret, b"x", hashlib.sha256).digest()
    assert salt not in str(seat.view(code, "ann")) + str(deal.hand(code, "ann")) + str(room.wall(code, "tea"))


def test_each_seat_run_deal_and_room_has_a_secret_of_its_own(code):
    other = room.open_room("tea")
    seat.join(other, "ann")
    deal.deal(other, "tea", "learning rate", "experiment 1", RATES)
    found = {handed.secret(code, "ann", 1), handed.secret(code, "ben", 1), handed.secret(other, "ann", 1)}
    deal.deal(code, "tea", "seed", "experiment 2", RATES)
    found |= {handed.secret(code, "ann", 2), handed.secret(code, "ben", 2)}
    assert len({secret for _, secret in found}) == 5
    attendance.gone(other, "ann")


def test_no_ticket_without_a_run(code):
    with pytest.raises(RoomError, match="no seat"):
        handed.secret(code, "eve", 1)
    with pytest.raises(RoomError, match="over"):
        handed.secret(code, "ann", 2)
    seat.join(code, "cid")
    with pytest.raises(RoomError, match="hold no run"):
        handed.secret(code, "cid", 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b"something better"}, {"signature": b""}, {"signature": bytes(32)}, {"part": 1}, {"part": 2},
        {"part": 9},
    ],
    ids=str,
)  # fmt: skip
def test_what_was_changed_or_is_another_run_s_is_refused(code, changes):
    claim = replace(claim_of(code, "ann"), **changes)
    for act in (handed.run_id, lambda claim: handed.keep(claim, "text")):
        with pytest.raises(RoomError, match="signature does not fit"):
            act(claim)
    assert handed.results(code, "tea") == {}


@given(
    body=st.binary(max_size=40), signature=st.binary(max_size=40), part=st.integers(-3, 9), number=st.integers(-3, 9)
)
def test_nobody_makes_a_signature_up(tmp_path_factory, body, signature, part, number):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_HOME", str(tmp_path_factory.getbasetemp() / "made_up"))
        code = room.open_room("tea")
        seat.join(code, "ann")
        deal.deal(code, "tea", "seed", "x", RATES)
        with pytest.raises(RoomError):
            handed.keep(Claim(code, number, part, body, signature), "text")
        room.delete(code, "tea")
        attendance.gone(code, "ann")


def test_once_is_enough(code):
    claim = claim_of(code, "ann")
    handed.keep(claim, "first")
    for again in (claim, claim_of(code, "ann", b"something else")):
        with pytest.raises(RoomError, match=r"Learning rate 0\.001 has been handed in already"):
            handed.keep(again, "second")
    assert handed.results(code, "tea") == {"run a": "first"}


def test_who_comes_late_is_dealt_what_waits_for_somebody(code):
    handed.keep(claim_of(code, "ann"), "text")
    seat.leave(code, "ann")
    seat.join(code, "cid")
    assert deal.hand(code, "cid").run_id == "run c"
    assert handed.results(code, "tea") == {"run a": "text"}  # it knows nobody, and stays


def test_of_two_that_hold_one_run_each_may_hand_it_in_and_the_first_counts(code):
    for person in ("cid", "dot"):
        seat.join(code, person)
        deal.hand(code, person)
    assert deal.hand(code, "dot").run_id == "run a"
    claims = [claim_of(code, "ann", b"a"), claim_of(code, "dot", b"d")]
    assert claims[0].signature != replace(claims[1], body=b"a").signature

    def keep(claim):
        try:
            return handed.keep(claim, claim.body.decode())
        except RoomError:
            return None

    with ThreadPoolExecutor(2) as pool:
        kept = [name for name in pool.map(keep, claims) if name]
    assert kept == ["learning rate 0.001"]
    assert deal.hand(code, "ann").result == deal.hand(code, "dot").result


def test_a_run_is_trained_here_or_handed_in(code):
    claim = claim_of(code, "ann")
    deal.press(code, "ann", 1)
    with pytest.raises(RoomError, match=r"Learning rate 0\.001 has been started already"):
        handed.keep(claim, "text")
    handed.keep(claim_of(code, "ben"), "text")
    with pytest.raises(RoomError, match=r"Learning rate 0\.01 has been handed in already"):
        deal.press(code, "ben", 1)
    assert deal.start(code, "tea", also_held=True) == ["run c"]  # what was handed in is not left


def test_the_teacher_begins_again_what_was_handed_in(code):
    handed.keep(claim_of(code, "ben"), "text")
    assert handed.begin_again(code, "tea") == ["run b"]
    assert handed.begin_again(code, "tea") == []
    assert deal.begun(code, "tea") == ["run b"]
    assert deal.hand(code, "ben").is_begun
    for who in ("ann", "eve", ""):
        for act in (handed.begin_again, handed.results):
            with pytest.raises(NotYoursError):
                act(code, who)


@pytest.mark.parametrize("end", ["vote", "end", "deal", "close", "leave", "delete"])
def test_what_comes_too_late_is_refused(code, end):
    claim = claim_of(code, "ann")
    if end == "vote":
        room.ask(code, "tea", Ballot("?", ("a", "b"), 0))
    elif end == "end":
        assert deal.end(code, "tea") == ["run a", "run b", "run c"]
    elif end == "deal":
        deal.deal(code, "tea", "seed", "experiment 2", RATES)
    elif end == "close":
        room.close(code, "tea")
    elif end == "leave":
        seat.leave(code, "ann")
    else:
        room.delete(code, "tea")
    why = {"close": "closed", "leave": "signature", "delete": "no room"}.get(end, "over")
    with pytest.raises(RoomError, match=why):
        handed.keep(claim, "text")


def test_a_deleted_room_is_gone_with_what_was_handed_in(code):
    handed.keep(claim_of(code, "ann"), "text")
    room.delete(code, "tea")
    with database.reading() as db:
        assert db.execute("SELECT COUNT(*) FROM handed").fetchone()[0] == 0


def test_a_file_of_an_earlier_version_gets_what_it_lacks(code):
    with sqlite3.connect(database.path()) as db:
        db.execute("DROP TABLE handed")
    assert deal.hand(code, "ann").result is None
    handed.keep(claim_of(code, "ann"), "text")
    assert handed.results(code, "tea") == {"run a": "text"}


def test_who_has_handed_in_is_asked_no_more(code):
    assert news.news("ann").asks == "1 deal"
    handed.keep(claim_of(code, "ann"), "text")
    assert news.news("ann").asks == ""
    assert news.news("ben").asks == "1 deal"
