"""What a student does in a room: take a seat, say to be ready, answer, leave; and what a student may see."""

import hashlib
import sqlite3
import time
from dataclasses import dataclass, replace

from core.rooms import attendance, database
from core.rooms.ballot import ROUNDS, SHOWN, Ballot
from core.rooms.codes import RoomError
from core.rooms.room import counts, last_vote, room_row
from core.rooms.work import Work, current_work

MOST_SEATS, MOST_NICKNAME = 500, 24


@dataclass(frozen=True)
class View:
    """What one seat sees.

    Attributes
    ----------
    code, nickname : str
    is_ready, is_paused, is_closed : bool
    number : int
        Of the vote, counted from 1; 0 before the first.
    ballot : Ballot or None
        Without its answer until it is shown.
    phase : str
    mine : tuple of (int or None)
        The own answers of the first and the second round.
    first, second : tuple of int
        How many have chosen each option; empty until it is shown.
    n_sent : int
        How often the teacher has sent the room to a page.
    address : str
        To which page, the last time; empty once something was asked after it.
    work : Work or None
        What the room does now in place of a vote.
    """

    code: str
    nickname: str
    is_ready: bool
    is_paused: bool
    is_closed: bool
    number: int
    ballot: Ballot | None
    phase: str
    mine: tuple[int | None, int | None]
    first: tuple[int, ...]
    second: tuple[int, ...]
    n_sent: int
    address: str
    work: Work | None

    @property
    def takes_answers(self) -> bool:
        """Whether an answer counts now."""
        return self.phase in ROUNDS and not (self.is_paused or self.is_closed)


def join(code: str, person: str, nickname: str = "") -> None:
    """Take a seat, or give the one that the person has another nickname.

    Parameters
    ----------
    code : str
    person : str
        The person's key. The room keeps a mark of it that no other room and no run has.
    nickname : str
        May be empty; at most ``MOST_NICKNAME`` letters.

    Raises
    ------
    RoomError
        If there is no such room, it is closed or full, or the nickname is too long.
    """
    name = " ".join(nickname.split())
    if len(name) > MOST_NICKNAME or not name.isprintable():
        raise RoomError(f"A nickname has at most {MOST_NICKNAME} letters; leave it empty to have none.")
    with database.writing() as db:
        room = open_room_row(db, code)
        n = db.execute("SELECT COUNT(*) FROM seats WHERE code = ?", (code,)).fetchone()[0]
        mark = _mark(room, person)
        if n >= MOST_SEATS and _seat(db, room, mark) is None:
            raise RoomError(f"The room “{code}” is full: it has {MOST_SEATS} seats.")
        db.execute(
            "INSERT INTO seats (code, mark, nickname, taken) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET nickname = excluded.nickname",
            (code, mark, name, time.time()),
        )
    attendance.sits(code, person, room["n_sent"])


def leave(code: str, person: str) -> None:
    """Give the seat back; the room forgets the nickname, what was answered, held and bet."""
    with database.writing() as db:
        room = room_row(db, code)
        mark = _mark(room, person)
        for table in ("seats", "answers", "hands", "bets"):
            db.execute(f"DELETE FROM {table} WHERE code = ? AND mark = ?", (code, mark))
    attendance.gone(code, person)


def is_in(code: str, person: str) -> bool:
    """Whether this person has a seat; false where there is no such room."""
    with database.reading() as db:
        try:
            room = room_row(db, code)
        except RoomError:
            return False
        return _seat(db, room, _mark(room, person)) is not None


def be_ready(code: str, person: str, is_ready: bool) -> None:
    """Tell the teacher so, or no longer."""
    with database.writing() as db:
        room = open_room_row(db, code)
        mark = mark_in(db, room, person)
        db.execute("UPDATE seats SET is_ready = ? WHERE code = ? AND mark = ?", (int(is_ready), code, mark))


def answer(code: str, person: str, number: int, option: int) -> None:
    """Answer the vote under way: one answer in each round, which may be changed until the round ends.

    Parameters
    ----------
    number : int
        Of the vote that the person saw: what comes late does not count for the next one.
    option : int
        Counted from 0.

    Raises
    ------
    RoomError
        If the person has no seat, no answers are taken now, or there is no such option.
    """
    with database.writing() as db:
        room = open_room_row(db, code)
        mark, vote = mark_in(db, room, person), last_vote(db, code)
        if vote is None or vote["number"] != number or vote["phase"] not in ROUNDS:
            raise RoomError("This vote is over: your answer came too late to count.")
        if room["is_paused"]:
            raise RoomError("The teacher has paused the vote: no answers are taken now.")
        n = len(Ballot.from_json(vote["ballot"]).options)
        if not 0 <= option < n:
            raise RoomError(f"There are {n} options; number {option + 1} is none of them.")
        db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET option = excluded.option",
            (code, number, ROUNDS[vote["phase"]], mark, option),
        )


def view(code: str, person: str) -> View:
    """What this seat sees now.

    Raises
    ------
    RoomError
        If there is no such room, or the person has no seat in it.
    """
    with database.reading() as db:
        room = room_row(db, code)
        mark, vote = mark_in(db, room, person), last_vote(db, code)
        if attendance.place_of(person) is None:  # the lab was started anew
            attendance.sits(code, person, room["n_sent"])
        seat = _seat(db, room, mark)
        assert seat is not None
        here = View(
            code, seat["nickname"], bool(seat["is_ready"]), bool(room["is_paused"]), bool(room["is_closed"]), 0, None,
            "", (None, None), (), (), room["n_sent"], room["address"], current_work(db, code),
        )  # fmt: skip
        if vote is None:
            return here
        mine: list[int | None] = [None, None]
        for row in db.execute(
            "SELECT round, option FROM answers WHERE code = ? AND number = ? AND mark = ?", (code, vote["number"], mark)
        ):
            mine[row["round"] - 1] = row["option"]
        is_shown = vote["phase"] == SHOWN
        first, second = counts(db, vote) if is_shown else ((), ())
    ballot = Ballot.from_json(vote["ballot"])
    return replace(
        here, number=vote["number"], ballot=ballot if is_shown else replace(ballot, right=None, why="", code=""),
        phase=vote["phase"], mine=(mine[0], mine[1]), first=first, second=second,
    )  # fmt: skip


def open_room_row(db: sqlite3.Connection, code: str) -> sqlite3.Row:
    """Raise ``RoomError`` if there is no such room, or it is closed."""
    room = room_row(db, code)
    if room["is_closed"]:
        raise RoomError(f"The room “{code}” is closed.")
    return room


def mark_in(db: sqlite3.Connection, room: sqlite3.Row, person: str) -> str:
    """Whose seat it is, as the room knows it; raises ``RoomError`` for who has none."""
    mark = _mark(room, person)
    if _seat(db, room, mark) is None:
        raise RoomError(f"You have no seat in the room “{room['code']}” yet. Join it first.")
    return mark


def sits_in(db: sqlite3.Connection, room: sqlite3.Row, person: str) -> bool:
    """Whether this person has a seat there."""
    return _seat(db, room, _mark(room, person)) is not None


def _seat(db: sqlite3.Connection, room: sqlite3.Row, mark: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM seats WHERE code = ? AND mark = ?", (room["code"], mark)
    ).fetchone()
    return row


def _mark(room: sqlite3.Row, person: str) -> str:
    """Of a person in this room alone: the rooms' file does not tell who has made which run, or sat in which room."""
    if not person:
        raise RoomError("This browser keeps no cookies: without one the room can't know your seat again.")
    return hashlib.sha256(f"chalknet seat {room['salt']} {person}".encode()).hexdigest()[:32]
