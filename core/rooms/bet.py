"""Bets together: everybody bets on one run before it trains, and the room shows all of them at once, without names.

What a bet says is nothing to the room: it keeps a text for each seat (``core.together`` reads it). Nobody, the teacher
neither, sees another's before the bets are revealed.
"""

import sqlite3

from core.rooms import database
from core.rooms.codes import RoomError
from core.rooms.room import my_room, room_row
from core.rooms.seat import mark_in, open_room_row
from core.rooms.work import BET, OPEN, OVER, REVEALED, TRAINS, Work, begin_work, current_work, set_phase

MOST_LETTERS = 4_000
_NEXT = {OPEN: (TRAINS,), TRAINS: (REVEALED,), REVEALED: ()}


def open_bets(code: str, teacher: str, title: str, run_id: str) -> int:
    """Ask everybody for a bet on a run that has not begun; returns its number."""
    with database.writing() as db:
        my_room(db, code, teacher)
        return begin_work(db, code, BET, title, run_id)


def place(code: str, person: str, number: int, bet: str) -> None:
    """Bet, or bet otherwise, until the run trains.

    Parameters
    ----------
    number : int
        Of the work that the person saw.
    bet : str
        At most ``MOST_LETTERS``.

    Raises
    ------
    RoomError
        If the person has no seat, bets are closed, or it is too long.
    """
    if len(bet) > MOST_LETTERS:
        raise RoomError(f"This bet is too long: it has {len(bet):,} letters, at most {MOST_LETTERS:,} are kept.")
    with database.writing() as db:
        room = open_room_row(db, code)
        mark, work = mark_in(db, room, person), _work(db, code)
        if work.number != number or work.phase != OPEN:
            raise RoomError("The bets are closed: a bet comes before the first batch.")
        db.execute(
            "INSERT INTO bets VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET bet = excluded.bet",
            (code, number, mark, bet),
        )


def mine(code: str, person: str) -> str | None:
    """The own bet; None where there is none."""
    with database.reading() as db:
        room = room_row(db, code)
        mark, work = mark_in(db, room, person), _work(db, code)
        row = db.execute(
            "SELECT bet FROM bets WHERE code = ? AND number = ? AND mark = ?", (code, work.number, mark)
        ).fetchone()
    return None if row is None else str(row["bet"])


def n_bets(code: str, teacher: str) -> int:
    """How many have bet."""
    with database.reading() as db:
        my_room(db, code, teacher)
        return len(_bets(db, code, _work(db, code)))


def go_on(code: str, teacher: str, phase: str) -> str:
    """Close the bets (``TRAINS``), or show them (``REVEALED``); returns the run's id.

    Raises
    ------
    RoomError
        If that does not come next.
    """
    with database.writing() as db:
        my_room(db, code, teacher)
        work = _work(db, code)
        if phase not in _NEXT[work.phase]:
            raise RoomError(f"The bets are in the phase “{work.phase}”; “{phase}” does not come next.")
        set_phase(db, code, work.number, phase)
    return work.experiment


def revealed(code: str, teacher: str) -> list[str]:
    """All bets, in an order that tells nobody's; empty before they are revealed."""
    with database.reading() as db:
        my_room(db, code, teacher)
        work = _work(db, code)
        return _bets(db, code, work) if work.phase == REVEALED else []


def revealed_to(code: str, person: str) -> list[str]:
    """The same for who has a seat."""
    with database.reading() as db:
        room = room_row(db, code)
        mark_in(db, room, person)
        work = _work(db, code)
        return _bets(db, code, work) if work.phase == REVEALED else []


def end(code: str, teacher: str) -> str | None:
    """Put it away; returns the id of the run if it was never to train. None is fine too."""
    with database.writing() as db:
        my_room(db, code, teacher)
        work = current_work(db, code)
        if work is None or work.kind != BET:
            return None
        set_phase(db, code, work.number, OVER)
    return work.experiment if work.phase == OPEN else None


def _work(db: sqlite3.Connection, code: str) -> Work:
    work = current_work(db, code)
    if work is None or work.kind != BET:
        raise RoomError("This is over: the teacher has gone on to something else.")
    return work


def _bets(db: sqlite3.Connection, code: str, work: Work) -> list[str]:
    rows = db.execute("SELECT bet FROM bets WHERE code = ? AND number = ? ORDER BY bet", (code, work.number))
    return [row["bet"] for row in rows]
