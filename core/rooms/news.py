"""What a room wants of somebody who is elsewhere in the lab: one small read, and none for who has no seat."""

import sqlite3
from dataclasses import dataclass

from core.lab.remembered import Remembered
from core.rooms import attendance, database
from core.rooms.ballot import ROUNDS
from core.rooms.codes import RoomError
from core.rooms.room import last_vote, room_row
from core.rooms.seat import mark_in, sits_in
from core.rooms.work import BET, DEAL, OPEN, Work, current_work

_looked: Remembered[tuple[str, str], bool] = Remembered(5_000)  # in the rooms' file, for this person


@dataclass(frozen=True)
class News:
    """What there is.

    Attributes
    ----------
    code : str
    asks : str
        Names what is asked and was not answered yet, such as ``"3 first"`` for the first round of vote 3 or
        ``"1 deal"`` for a run to begin; empty where nothing is.
    n_sent : int
        How often the room has been sent to a page.
    address : str
        To which page it was sent last, where this person has not gone along yet; else empty.
    """

    code: str
    asks: str
    n_sent: int
    address: str


def has_seat(person: str) -> bool:
    """Whether there can be news for this person.

    A lab that was started anew knows nobody, and many will not come to their room's page by themselves: it looks for a
    person's seat once. Who has none costs no further look, and where no room was ever opened no look at all.
    """
    if attendance.place_of(person) is not None:
        return True
    key = (str(database.path()), person)
    if not database.path().exists() or _looked.get(key):
        return False
    try:
        with database.reading() as db:
            rooms = db.execute("SELECT * FROM rooms WHERE NOT is_closed ORDER BY used DESC").fetchall()
            found = next((room for room in rooms if sits_in(db, room, person)), None)
    except RoomError:
        return False  # the page Room says why; the next page looks again
    _looked.put(key, True)
    if found is not None:
        attendance.sits(found["code"], person, found["n_sent"])
    return found is not None


def news(person: str) -> News | None:
    """What the room of this person wants now; None for who has no seat in an open room.

    Raises
    ------
    RoomError
        If the rooms' file can't be read.
    """
    place = attendance.place_of(person)
    if place is None:
        return None
    if not database.path().exists():
        attendance.gone(place.code, person)
        return None
    with database.reading() as db:
        try:
            room = room_row(db, place.code)
            mark = mark_in(db, room, person)
        except RoomError:  # deleted, or the seat was given back by another window
            room = None
        if room is None or room["is_closed"]:
            attendance.gone(place.code, person)
            return None
        work = current_work(db, place.code)
        asks = _vote(db, room, mark) if work is None else _work(db, place.code, work, mark)
    is_sent = room["n_sent"] > place.n_sent
    return News(place.code, asks, room["n_sent"], room["address"] if is_sent else "")


def _vote(db: sqlite3.Connection, room: sqlite3.Row, mark: str) -> str:
    vote = last_vote(db, room["code"])
    if vote is None or vote["phase"] not in ROUNDS or room["is_paused"]:
        return ""
    answered = db.execute(
        "SELECT 1 FROM answers WHERE code = ? AND number = ? AND round = ? AND mark = ?",
        (room["code"], vote["number"], ROUNDS[vote["phase"]], mark),
    ).fetchone()
    return "" if answered else f"{vote['number']} {vote['phase']}"


def _work(db: sqlite3.Connection, code: str, work: Work, mark: str) -> str:
    """A run that waits for a press, before anything was dealt to this seat as well; or a bet that can be made."""
    if work.kind == BET and work.phase != OPEN:
        return ""
    done = db.execute(_DONE[work.kind], (code, work.number, mark)).fetchone()
    return "" if done else f"{work.number} {work.kind}"


_DONE = {
    DEAL: "SELECT 1 FROM hands JOIN parts USING (code, number, part) LEFT JOIN handed USING (code, number, part) "
    "WHERE code = ? AND number = ? AND mark = ? AND (is_begun OR result IS NOT NULL)",
    BET: "SELECT 1 FROM bets WHERE code = ? AND number = ? AND mark = ?",
}
