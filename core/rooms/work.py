"""What a room does besides voting, such as training a sweep together: one thing at a time, and a vote puts it away."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from core.rooms import database
from core.rooms.ballot import SHOWN
from core.rooms.room import call_back, last_vote, my_room, touch

DEAL = "deal"  # a run for each seat (core.rooms.deal)
BET = "bet"  # everybody bets on one run (core.rooms.bet)
OPEN, TRAINS, REVEALED, OVER = "open", "trains", "revealed", "over"  # those in the middle are bets'


@dataclass(frozen=True)
class Work:
    """One such thing.

    Attributes
    ----------
    number : int
        In this room, counted from 1.
    kind : str
    title : str
        What it is about, in words for people.
    experiment : str
        The id of the teacher's experiment or run that the room works at.
    phase : str
    """

    number: int
    kind: str
    title: str
    experiment: str
    phase: str


def current_work(db: sqlite3.Connection, code: str) -> Work | None:
    """What the room does now; None where it is over, where a vote came later, or there was none."""
    row = db.execute("SELECT * FROM works WHERE code = ? ORDER BY number DESC LIMIT 1", (code,)).fetchone()
    if row is None or row["phase"] == OVER or _last_number(db, code) > row["after_vote"]:
        return None
    return Work(row["number"], row["kind"], row["title"], row["experiment"], row["phase"])


def work_of(code: str, teacher: str) -> Work | None:
    """The same for the teacher's screen."""
    with database.reading() as db:
        my_room(db, code, teacher)
        return current_work(db, code)


def begin_work(
    db: sqlite3.Connection, code: str, kind: str, title: str, experiment: str, parts: Sequence[tuple[str, str]] = ()
) -> int:
    """Begin one; a vote or another work that is under way ends as it is.

    Parameters
    ----------
    parts : sequence of (str, str)
        What each of its runs is called, and the run's id.

    Returns
    -------
    int
        Its number.
    """
    db.execute("UPDATE votes SET phase = ? WHERE code = ?", (SHOWN, code))
    db.execute("UPDATE works SET phase = ? WHERE code = ?", (OVER, code))
    found = db.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM works WHERE code = ?", (code,)).fetchone()
    number: int = found[0]
    db.execute(
        "INSERT INTO works (code, number, kind, title, experiment, phase, after_vote) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (code, number, kind, title, experiment, OPEN, _last_number(db, code)),
    )
    db.executemany(
        "INSERT INTO parts (code, number, part, label, run) VALUES (?, ?, ?, ?, ?)",
        [(code, number, i, label, run_id) for i, (label, run_id) in enumerate(parts)],
    )
    call_back(db, code)
    return number


def set_phase(db: sqlite3.Connection, code: str, number: int, phase: str) -> None:
    """Bring a work to another phase."""
    db.execute("UPDATE works SET phase = ? WHERE code = ? AND number = ?", (phase, code, number))
    touch(db, code)


def _last_number(db: sqlite3.Connection, code: str) -> int:
    vote = last_vote(db, code)
    return 0 if vote is None else int(vote["number"])
