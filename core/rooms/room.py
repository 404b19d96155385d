"""What a teacher does with a room: open it, ask, go from vote to discussion to vote, show, send, close, delete."""

import secrets
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass

from core.lab.errors import NotYoursError
from core.lab.owners import belongs_to, owner_mark
from core.rooms import database
from core.rooms.ballot import FIRST, NEXT_PHASES, ROUNDS, SHOWN, Ballot
from core.rooms.codes import RoomError, new_code

MOST_OPEN = 20  # rooms of one teacher
MOST_ADDRESS = 4_000  # letters of a page's address with its settings


@dataclass(frozen=True)
class Wall:
    """What the teacher's screen shows of a room.

    Attributes
    ----------
    code : str
    n_seats, n_ready : int
        Who is in, and who of them has said to be ready.
    names : tuple of str
        The nicknames, sorted, with who gave none left out; empty while the room hides them.
    is_paused, is_closed, shows_names : bool
    number : int
        Of the vote, counted from 1; 0 before the first.
    ballot : Ballot or None
    phase : str
        ``ballot.FIRST``, ``TALK``, ``SECOND`` or ``SHOWN``; empty before the first vote.
    first, second : tuple of int
        How many have chosen each option, in either round.
    address : str
        The page that everybody was sent to last, with its settings; empty once something was asked after it.
    """

    code: str
    n_seats: int
    n_ready: int
    names: tuple[str, ...]
    is_paused: bool
    is_closed: bool
    shows_names: bool
    number: int
    ballot: Ballot | None
    phase: str
    first: tuple[int, ...]
    second: tuple[int, ...]
    address: str

    @property
    def n_answers(self) -> int:
        """Of the round that is under way, or was last."""
        return sum(self.second) if any(self.second) or self.phase == "second" else sum(self.first)


def open_room(teacher: str) -> str:
    """Open a room; returns its code. Rooms that nobody has used for a month are deleted by the way.

    Parameters
    ----------
    teacher : str
        The person's key; that it is the teacher's is for the caller to check (``core.lab.teacher``).

    Raises
    ------
    RoomError
        If this teacher has ``MOST_OPEN`` rooms open, or the rooms' file can't be written.
    """
    mark, now = owner_mark(teacher), time.time()
    with database.writing() as db:
        database.forget_old(db)
        n = db.execute("SELECT COUNT(*) FROM rooms WHERE teacher = ? AND NOT is_closed", (mark,)).fetchone()[0]
        if n >= MOST_OPEN:
            raise RoomError(f"You have {n} rooms open, the most that one teacher may have. Close one first.")
        taken = {row["code"] for row in db.execute("SELECT code FROM rooms")}
        code = next(code for code in iter(new_code, "") if code not in taken)
        db.execute(
            "INSERT INTO rooms (code, salt, teacher, opened, used) VALUES (?, ?, ?, ?, ?)",
            (code, secrets.token_hex(16), mark, now, now),
        )
    return code


def rooms_of(teacher: str) -> list[str]:
    """The codes of this teacher's open rooms, newest first."""
    with database.reading() as db:
        found = db.execute(
            "SELECT code FROM rooms WHERE teacher = ? AND NOT is_closed ORDER BY opened DESC, code",
            (owner_mark(teacher),),
        )
        return [row["code"] for row in found]


def ask(code: str, teacher: str, ballot: Ballot) -> None:
    """Begin a vote; one that is under way ends as it is, shown."""
    with database.writing() as db:
        my_room(db, code, teacher)
        db.execute("UPDATE votes SET phase = ? WHERE code = ?", (SHOWN, code))
        db.execute(
            "INSERT INTO votes SELECT ?, COALESCE(MAX(number), 0) + 1, ?, ? FROM votes WHERE code = ?",
            (code, ballot.to_json(), FIRST, code),
        )
        call_back(db, code)


def go_on(code: str, teacher: str, phase: str) -> None:
    """Bring the vote to its next phase.

    Raises
    ------
    RoomError
        If there is no vote, or the phase does not come after the one that it is in.
    """
    with database.writing() as db:
        my_room(db, code, teacher)
        vote = last_vote(db, code)
        if vote is None:
            raise RoomError("There is no vote in this room yet.")
        if phase not in NEXT_PHASES[vote["phase"]]:
            raise RoomError(f"The vote is in the phase “{vote['phase']}”; “{phase}” does not come next.")
        db.execute("UPDATE votes SET phase = ? WHERE code = ? AND number = ?", (phase, code, vote["number"]))
        if phase in ROUNDS:
            call_back(db, code)
        touch(db, code)


def pause(code: str, teacher: str, is_paused: bool) -> None:
    """Take no answers for a while, or take them again."""
    _set(code, teacher, "is_paused = ?", int(is_paused))


def show_names(code: str, teacher: str, shows_names: bool) -> None:
    """Show the nicknames on the wall, or hide them; answers never stand beside them."""
    _set(code, teacher, "shows_names = ?", int(shows_names))


def send_to(code: str, teacher: str, address: str) -> None:
    """Bring everybody in the room to a page of the lab, with its settings; once for each call.

    Raises
    ------
    RoomError
        If it is no address of this lab's pages: it begins with ``/`` and no other host.
    """
    if not address.startswith("/") or address.startswith("//") or "\\" in address or len(address) > MOST_ADDRESS:
        raise RoomError("Only pages of this lab can be sent: an address that begins with “/”.")
    _set(code, teacher, "address = ?, n_sent = n_sent + 1", address)


def close(code: str, teacher: str) -> None:
    """End a room: nobody joins or answers any more; what was answered can still be looked at."""
    _set(code, teacher, "is_closed = 1")


def delete(code: str, teacher: str) -> None:
    """Delete a room with its seats, votes and answers."""
    with database.writing() as db:
        my_room(db, code, teacher)
        db.execute("DELETE FROM rooms WHERE code = ?", (code,))


def wall(code: str, teacher: str) -> Wall:
    """What the teacher sees now: sums, and never who has answered what."""
    with database.reading() as db:
        room = my_room(db, code, teacher)
        seats = db.execute("SELECT nickname, is_ready FROM seats WHERE code = ?", (code,)).fetchall()
        vote = last_vote(db, code)
        first, second = counts(db, vote) if vote is not None else ((), ())
    names = sorted(seat["nickname"] for seat in seats if seat["nickname"]) if room["shows_names"] else ()
    return Wall(
        code, len(seats), sum(seat["is_ready"] for seat in seats), tuple(names), bool(room["is_paused"]),
        bool(room["is_closed"]), bool(room["shows_names"]), 0 if vote is None else vote["number"],
        None if vote is None else Ballot.from_json(vote["ballot"]), "" if vote is None else vote["phase"], first,
        second, room["address"],
    )  # fmt: skip


def shift(code: str, teacher: str) -> Counter[tuple[int, int]]:
    """How many have gone from which option to which between the rounds of the last vote, of those who answered both."""
    with database.reading() as db:
        my_room(db, code, teacher)
        vote = last_vote(db, code)
        rows = db.execute(
            "SELECT a.option AS before, b.option AS after FROM answers a JOIN answers b USING (code, number, mark) "
            "WHERE a.code = ? AND a.number = ? AND a.round = 1 AND b.round = 2",
            (code, 0 if vote is None else vote["number"]),
        )
        return Counter((row["before"], row["after"]) for row in rows)


def room_row(db: sqlite3.Connection, code: str) -> sqlite3.Row:
    """Raise ``RoomError`` if there is no such room."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM rooms WHERE code = ?", (code,)).fetchone()
    if row is None:
        raise RoomError(f"There is no room “{code}” in this lab. Its code stands on the teacher's screen.")
    return row


def last_vote(db: sqlite3.Connection, code: str) -> sqlite3.Row | None:
    """The vote under way, or the last one."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM votes WHERE code = ? ORDER BY number DESC LIMIT 1", (code,)
    ).fetchone()
    return row


def counts(db: sqlite3.Connection, vote: sqlite3.Row) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How many have chosen each option of a vote, in the first and the second round."""
    n = len(Ballot.from_json(vote["ballot"]).options)
    found = [[0] * n, [0] * n]
    for row in db.execute(
        "SELECT round, option, COUNT(*) AS n FROM answers WHERE code = ? AND number = ? GROUP BY round, option",
        (vote["code"], vote["number"]),
    ):
        found[row["round"] - 1][row["option"]] = row["n"]
    return tuple(found[0]), tuple(found[1])


def my_room(db: sqlite3.Connection, code: str, teacher: str) -> sqlite3.Row:
    """Raise ``NotYoursError`` if it is another teacher's."""
    row = room_row(db, code)
    if not belongs_to(row["teacher"], teacher):
        raise NotYoursError(f"The room “{code}” is another teacher's.")
    return row


def _set(code: str, teacher: str, what: str, *values: object) -> None:
    """``what`` is this file's own SQL; what people type is among the values."""
    with database.writing() as db:
        my_room(db, code, teacher)
        db.execute(f"UPDATE rooms SET {what} WHERE code = ?", (*values, code))
        touch(db, code)


def call_back(db: sqlite3.Connection, code: str) -> None:
    """The room is asked something now: nobody is sent any more to the page of before."""
    db.execute("UPDATE rooms SET address = '' WHERE code = ?", (code,))
    touch(db, code)


def touch(db: sqlite3.Connection, code: str) -> None:
    """The room is used now, so it is kept."""
    db.execute("UPDATE rooms SET used = ? WHERE code = ?", (time.time(), code))
