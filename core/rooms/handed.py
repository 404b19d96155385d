"""Results of a deal that were trained elsewhere: who may hand one in, and what was handed in.

A seat signs with a secret of its own, made of the room's salt, which never leaves the rooms' file: who has one can make
none for another seat or another run. What a result says is nothing to the room, which keeps its text beside the run.
A signature says whose result it is, not that it is true.
"""

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass

from core.rooms import database
from core.rooms.codes import RoomError
from core.rooms.deal import dealt, started_already
from core.rooms.room import my_room
from core.rooms.seat import mark_in, open_room_row


@dataclass(frozen=True)
class Claim:
    """What came in for a run, before anybody has looked whether it may.

    Attributes
    ----------
    code : str
        Of the room.
    number, part : int
        Of the deal, counted from 1; of the run in it, counted from 0.
    body : bytes
        What was signed.
    signature : bytes
    """

    code: str
    number: int
    part: int
    body: bytes
    signature: bytes


def secret(code: str, person: str, number: int) -> tuple[int, bytes]:
    """What the seat signs its result with.

    Parameters
    ----------
    number : int
        Of the deal that the person saw.

    Returns
    -------
    part : int
        Which run of the deal the seat holds, counted from 0.
    secret : bytes of length 32

    Raises
    ------
    RoomError
        If the deal is over, or the person holds none of its runs.
    """
    with database.reading() as db:
        room = open_room_row(db, code)
        mark = mark_in(db, room, person)
        dealt(db, code, number)
        row = db.execute(
            "SELECT part FROM hands WHERE code = ? AND number = ? AND mark = ?", (code, number, mark)
        ).fetchone()
    if row is None:
        raise RoomError("You hold no run of this room yet.")
    return row["part"], _secret(room, number, row["part"], mark)


def sign(secret: bytes, body: bytes) -> bytes:
    """The signature, 32 bytes."""
    return hmac.digest(secret, body, "sha256")


def run_id(claim: Claim) -> str:
    """The run that a result is for.

    Raises
    ------
    RoomError
        If nobody who holds that run has signed it, the deal is over, or the run has a result or is getting one.
    """
    with database.reading() as db:
        return str(_checked(db, claim)["run"])


def keep(claim: Claim, text: str) -> str:
    """Keep a result; returns what it is of, such as ``"learning rate 0.01"``. Raises as ``run_id``."""
    with database.writing() as db:
        row = _checked(db, claim)
        db.execute(
            "INSERT INTO handed (code, number, part, result) VALUES (?, ?, ?, ?)",
            (claim.code, claim.number, claim.part, text),
        )
    return f"{row['title']} {row['label']}"


def results(code: str, teacher: str) -> dict[str, str]:
    """What was handed in of the deal under way: a run's id to the text."""
    with database.reading() as db:
        my_room(db, code, teacher)
        rows = db.execute(
            "SELECT run, result FROM handed JOIN parts USING (code, number, part) WHERE code = ? AND number = "
            "(SELECT MAX(number) FROM works WHERE code = ?)",
            (code, code),
        )
        return {row["run"]: row["result"] for row in rows}


def begin_again(code: str, teacher: str) -> list[str]:
    """Begin here what was handed in from elsewhere; returns the ids of those that had not been begun."""
    with database.writing() as db:
        my_room(db, code, teacher)
        number = dealt(db, code).number
        rows = db.execute(
            "SELECT run FROM handed JOIN parts USING (code, number, part) WHERE code = ? AND number = ? "
            "AND NOT is_begun ORDER BY part",
            (code, number),
        ).fetchall()
        db.executemany(
            "UPDATE parts SET is_begun = 1 WHERE code = ? AND number = ? AND run = ?",
            [(code, number, row["run"]) for row in rows],
        )
    return [row["run"] for row in rows]


def _checked(db: sqlite3.Connection, claim: Claim) -> sqlite3.Row:
    """The run's row with the deal's title."""
    place = claim.code, claim.number, claim.part
    room = open_room_row(db, claim.code)
    dealt(db, claim.code, claim.number)
    holders = db.execute("SELECT mark FROM hands WHERE code = ? AND number = ? AND part = ?", place)
    secrets = [_secret(room, claim.number, claim.part, row["mark"]) for row in holders]
    if not any(hmac.compare_digest(sign(each, claim.body), claim.signature) for each in secrets):
        raise RoomError(
            "The signature does not fit: the link was changed on its way, or it is not of a seat that holds this run. "
            "Open the room on your phone, open your lab by the link that stands there, and hand in from there."
        )
    row: sqlite3.Row = db.execute(
        "SELECT title, label, run, is_begun, result FROM parts JOIN works USING (code, number) "
        "LEFT JOIN handed USING (code, number, part) WHERE code = ? AND number = ? AND part = ?",
        place,
    ).fetchone()
    if row["is_begun"] or row["result"] is not None:
        said = started_already(row["title"], row["label"], is_handed=row["result"] is not None)
        raise RoomError(f"{said} There is nothing left to do.")
    return row


def _secret(room: sqlite3.Row, number: int, part: int, mark: str) -> bytes:
    """Of one seat and one run."""
    told = f"chalknet ticket {room['code']} {number} {part} {mark}"
    return hmac.digest(room["salt"].encode(), told.encode(), hashlib.sha256)
