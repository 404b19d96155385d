"""The class trains together: each seat is dealt one run of an experiment, and begins it by one press.

What the runs are is nothing to the room: it keeps their ids, what they are called, who holds which, and which have been
begun (``core.together`` makes them and hands them to the engine).
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from core.rooms import database
from core.rooms.codes import RoomError
from core.rooms.room import my_room, room_row
from core.rooms.seat import mark_in, open_room_row
from core.rooms.work import DEAL, OVER, Work, begin_work, current_work, set_phase

_OVER = "This is over: the teacher has gone on to something else."


@dataclass(frozen=True)
class Hand:
    """What one seat holds.

    Attributes
    ----------
    number : int
        Of the work.
    title : str
        What differs between the runs.
    label : str
        What this one has, such as ``"0.01"``.
    run_id : str
    is_begun : bool
        Whether somebody has pressed Train.
    n_holders : int
        Seats that hold the same one: more than one only where there are more seats than runs.
    n_parts : int
        Runs of all.
    result : str or None
        What was handed in of it from elsewhere (``core.rooms.handed``).
    """

    number: int
    title: str
    label: str
    run_id: str
    is_begun: bool
    n_holders: int
    n_parts: int
    result: str | None = None


@dataclass(frozen=True)
class Part:
    """One run of a deal, as the teacher sees it."""

    label: str
    run_id: str
    n_holders: int
    is_begun: bool
    is_handed: bool = False  # from elsewhere

    @property
    def is_free(self) -> bool:
        """Whether it waits for somebody to begin it."""
        return not (self.is_begun or self.is_handed)


def deal(code: str, teacher: str, title: str, experiment: str, parts: Sequence[tuple[str, str]]) -> int:
    """Deal the runs of an experiment to all who sit there, in the order in which they came; returns its number.

    Parameters
    ----------
    title : str
        What differs between them, such as ``"learning rate"``.
    experiment : str
        The id of the teacher's experiment.
    parts : sequence of (str, str)
        What each run is called, and its id.
    """
    if not parts:
        raise RoomError("There is nothing to deal: the experiment has no runs.")
    with database.writing() as db:
        my_room(db, code, teacher)
        number = begin_work(db, code, DEAL, title, experiment, parts)
        seats = db.execute("SELECT mark FROM seats WHERE code = ? ORDER BY taken, mark", (code,)).fetchall()
        db.executemany(
            "INSERT INTO hands (code, number, mark, part) VALUES (?, ?, ?, ?)",
            [(code, number, seat["mark"], i % len(parts)) for i, seat in enumerate(seats)],
        )
    return number


def hand(code: str, person: str) -> Hand:
    """What this seat holds; who came late is dealt what nobody holds, as long as there is such a run.

    Raises
    ------
    RoomError
        If there is no such room, the person has no seat in it, or it does not train together now.
    """
    with database.reading() as db:
        room = room_row(db, code)
        mark, work = mark_in(db, room, person), dealt(db, code)
        found = _hand(db, code, work, mark)
    if found is not None:
        return found
    with database.writing() as db:
        room = open_room_row(db, code)
        mark, work = mark_in(db, room, person), dealt(db, code)
        if _hand(db, code, work, mark) is None:
            free = db.execute(
                "SELECT part FROM parts LEFT JOIN hands USING (code, number, part) "
                "LEFT JOIN handed USING (code, number, part) WHERE code = ? AND number = ? "
                "GROUP BY part ORDER BY COUNT(mark), is_begun OR result IS NOT NULL, part LIMIT 1",
                (code, work.number),
            ).fetchone()
            db.execute(
                "INSERT INTO hands (code, number, mark, part) VALUES (?, ?, ?, ?)",
                (code, work.number, mark, free["part"]),
            )
        found = _hand(db, code, work, mark)
    assert found is not None
    return found


def press(code: str, person: str, number: int) -> str:
    """Begin the run that this seat holds, once; returns its id.

    Parameters
    ----------
    number : int
        Of the work that the person saw.

    Raises
    ------
    RoomError
        If it is over, the person holds none, or it has been begun already.
    """
    with database.writing() as db:
        room = open_room_row(db, code)
        mark, work = mark_in(db, room, person), dealt(db, code, number)
        held = _hand(db, code, work, mark)
        if held is None:
            raise RoomError("You hold no run of this room yet.")
        if held.is_begun or held.result is not None:
            raise RoomError(started_already(held.title, held.label, is_handed=held.result is not None))
        db.execute(
            "UPDATE parts SET is_begun = 1 WHERE code = ? AND number = ? AND run = ?", (code, number, held.run_id)
        )
    return held.run_id


def parts(code: str, teacher: str) -> list[Part]:
    """The runs that the room works at now, in their order; empty where it does not."""
    with database.reading() as db:
        my_room(db, code, teacher)
        return _parts(db, code)


def begun(code: str, teacher: str) -> list[str]:
    """The ids of those that have been begun."""
    return [part.run_id for part in parts(code, teacher) if part.is_begun]


def start(code: str, teacher: str, *, also_held: bool = False) -> list[str]:
    """Begin what nobody holds, or all that has not been begun; returns the runs' ids."""
    with database.writing() as db:
        my_room(db, code, teacher)
        work = dealt(db, code)
        rest = [part.run_id for part in _parts(db, code) if part.is_free and (also_held or not part.n_holders)]
        db.executemany(
            "UPDATE parts SET is_begun = 1 WHERE code = ? AND number = ? AND run = ?",
            [(code, work.number, run_id) for run_id in rest],
        )
    return rest


def end(code: str, teacher: str) -> list[str]:
    """Put it away; returns the ids of the runs that nobody has begun, which nobody will. None is fine too."""
    with database.writing() as db:
        my_room(db, code, teacher)
        work = current_work(db, code)
        if work is None or work.kind != DEAL:
            return []
        rest = [part.run_id for part in _parts(db, code) if not part.is_begun]
        set_phase(db, code, work.number, OVER)
    return rest


def dealt(db: sqlite3.Connection, code: str, number: int | None = None) -> Work:
    """The deal under way; raises ``RoomError`` where there is none, or it is not the one of that number."""
    work = current_work(db, code)
    if work is None or work.kind != DEAL or number not in (None, work.number):
        raise RoomError(_OVER)
    return work


def started_already(title: str, label: str, *, is_handed: bool) -> str:
    """Why a run can't be begun, or handed in."""
    became = "handed in" if is_handed else "started"
    return f"{title.capitalize()} {label} has been {became} already; each is trained once."


def _hand(db: sqlite3.Connection, code: str, work: Work, mark: str) -> Hand | None:
    row = db.execute(
        "SELECT label, run, is_begun, "
        "(SELECT COUNT(*) FROM hands h WHERE h.code = p.code AND h.number = p.number AND h.part = p.part) AS n, "
        "(SELECT COUNT(*) FROM parts q WHERE q.code = p.code AND q.number = p.number) AS n_parts, result "
        "FROM hands JOIN parts p USING (code, number, part) LEFT JOIN handed USING (code, number, part) "
        "WHERE code = ? AND number = ? AND mark = ?",
        (code, work.number, mark),
    ).fetchone()
    if row is None:
        return None
    return Hand(
        work.number, work.title, row["label"], row["run"], bool(row["is_begun"]), row["n"], row["n_parts"],
        row["result"],
    )  # fmt: skip


def _parts(db: sqlite3.Connection, code: str) -> list[Part]:
    work = current_work(db, code)
    if work is None or work.kind != DEAL:
        return []
    rows = db.execute(
        "SELECT label, run, is_begun, COUNT(mark) AS n, COUNT(result) > 0 AS is_handed FROM parts "
        "LEFT JOIN hands USING (code, number, part) LEFT JOIN handed USING (code, number, part) "
        "WHERE code = ? AND number = ? GROUP BY part ORDER BY part",
        (code, work.number),
    )
    return [
        Part(row["label"], row["run"], row["n"], bool(row["is_begun"]), bool(row["is_handed"])) for row in rows
    ]
