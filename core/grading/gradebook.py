"""The marks of a class: a row per student, as a table, and points that the teacher gives back in."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from core.assignments.assignment import Assignment
from core.grading.checks import Note
from core.grading.claims import shortened
from core.grading.files import GradingError
from core.grading.task_mark import TaskMark, number_of
from core.lab.csv_safety import to_csv

Place = tuple[str, int]  # a student's key and the number of a task
Status = Literal["marked", "words to mark", "look at it", "not marked"]
MOST_MARKS_BYTES = 5_000_000
_COLUMNS = ("student", "task", "points")
_MOST_TROUBLES = 20


@dataclass(frozen=True)
class Row:
    """A student, or a file that is nobody's.

    Attributes
    ----------
    file : str
    student : str
        Empty where the file does not say.
    marks : tuple of TaskMark
        One per task; empty where it was not marked.
    notes : tuple of Note
    hash : str
        Of the submission's content; empty where it was not marked.
    """

    file: str
    student: str
    marks: tuple[TaskMark, ...] = ()
    notes: tuple[Note, ...] = ()
    hash: str = ""

    @property
    def key(self) -> str:
        """Equal for one student."""
        return self.student.casefold()

    @property
    def status(self) -> Status:
        """What the teacher still has to do with it."""
        if not self.marks:
            return "not marked"
        if any(note.is_doubt for note in self.notes) or any(mark.is_doubted for mark in self.marks):
            return "look at it"
        return "words to mark" if any(mark.points is None for mark in self.marks) else "marked"

    @property
    def points(self) -> float:
        """Of what is marked so far."""
        return round(sum(mark.points or 0.0 for mark in self.marks), 2)

    @property
    def told(self) -> str:
        """All notes in one text, and the reasons where the teacher should look."""
        doubted = (f"Task {mark.number}: {mark.reason}" for mark in self.marks if mark.is_doubted)
        return " ".join([*(note.text for note in self.notes), *doubted])


def row_of(
    file: str, student: str, marks: tuple[TaskMark, ...], notes: tuple[Note, ...], content_hash: str = ""
) -> Row:
    """A student's row, each note once."""
    return Row(file, student, marks, tuple(dict.fromkeys(notes)), content_hash)


def unmarked(file: str, why: str, student: str = "") -> Row:
    """The row of a file that was not marked."""
    return Row(file, student, (), (Note(why),))


@dataclass(frozen=True)
class Gradebook:
    """All that came out.

    Attributes
    ----------
    assignment : Assignment
    rows : list of Row
        Of students, by name.
    left : list of Row
        Files that were not marked, with the reason.
    troubles : tuple of str
        What of the teacher's own points could not be used, a sentence each.
    """

    assignment: Assignment
    rows: list[Row]
    left: list[Row]
    troubles: tuple[str, ...] = ()

    @property
    def for_the_teacher(self) -> list[tuple[Row, TaskMark]]:
        """Texts that wait for points."""
        return [(row, mark) for row in self.rows for mark in row.marks if mark.points is None]

    def with_points(self, given: Mapping[Place, float]) -> "Gradebook":
        """The same with points of the teacher, which stand above computed ones.

        Parameters
        ----------
        given : mapping of Place to float
            A student's key and the number of a task to the points.
        """
        left, troubles, rows = dict(given), [], []
        for row in self.rows:
            marks = []
            for mark in row.marks:
                points = left.pop((row.key, mark.number), None)
                if points is not None and not 0 <= points <= mark.of:
                    troubles.append(
                        f"{row.student}, task {mark.number}: {number_of(points)} points; allowed are 0 to "
                        f"{number_of(mark.of)}."
                    )
                    points = None
                marks.append(mark if points is None else mark.given(points))
            rows.append(replace(row, marks=tuple(marks)))
        troubles += [f"There is no task {number} of a student “{shortened(key)}”." for key, number in left]
        return replace(self, rows=rows, troubles=_few([*self.troubles, *troubles]))

    def table(self) -> pd.DataFrame:
        """A row per student, and one per file that was not marked.

        Returns
        -------
        DataFrame
            Columns: student, "task 1" and so on (empty where the teacher marks it), sum, of, status, notes, file.
        """
        tasks, of = [f"task {number}" for number, _ in self.assignment.numbered()], self.assignment.points
        told = []
        for row in [*self.rows, *self.left]:
            points = {f"task {mark.number}": _cell(mark.points) for mark in row.marks}
            told.append(
                {"student": row.student}
                | {task: points.get(task, "") for task in tasks}
                | {"sum": number_of(row.points) if row.marks else "", "of": number_of(of), "status": row.status,
                   "notes": row.told, "file": row.file}
            )  # fmt: skip
        return pd.DataFrame(told, columns=["student", *tasks, "sum", "of", "status", "notes", "file"])

    def to_csv(self) -> str:
        """The table as text, which no spreadsheet takes for a formula."""
        return to_csv(self.table())


def _cell(points: float | None) -> str:
    return "" if points is None else number_of(points)


def _few(troubles: list[str]) -> tuple[str, ...]:
    if len(troubles) <= _MOST_TROUBLES:
        return tuple(troubles)
    return (*troubles[:_MOST_TROUBLES], f"And {len(troubles) - _MOST_TROUBLES:,} more like these.")


def read_marks(data: bytes) -> dict[Place, float]:
    """Points that a teacher gives: a CSV with the columns student, task, points.

    Parameters
    ----------
    data : bytes
        UTF-8, with or without the mark that spreadsheets put at its beginning; commas or semicolons.

    Returns
    -------
    dict of Place to float
        A student's key and the number of a task to the points.

    Raises
    ------
    GradingError
        If a line can't be read; the sentence says which and why.
    """
    if len(data) > MOST_MARKS_BYTES:
        raise GradingError(f"The marks have {len(data):,} bytes; allowed are {MOST_MARKS_BYTES:,}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GradingError("The marks are not in UTF-8. Save them as “CSV UTF-8”.") from error
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise GradingError(f"The marks are no CSV file: {error}.") from error
    names = [name.strip().casefold() for name in lines[0]] if lines else []
    if not set(_COLUMNS) <= set(names):
        raise GradingError(f"The marks need a first line with the columns {', '.join(_COLUMNS)}.")
    student, task, points = (names.index(name) for name in _COLUMNS)
    found: dict[Place, float] = {}
    for number, line in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in line):
            continue
        try:
            value = float(line[points].replace(",", "."))
            place = (_student(line[student]), int(line[task].lower().removeprefix("task")))
        except (ValueError, IndexError) as error:
            raise GradingError(f"Line {number} of the marks needs a student, a task's number and points.") from error
        if not math.isfinite(value):
            raise GradingError(f"Line {number} of the marks: {line[points][:20]!r} are no points.")
        found[place] = value
    return found


def _student(cell: str) -> str:
    """A student's key; without the apostrophe that keeps a spreadsheet from taking a name for a formula."""
    bare = " ".join(cell.split())
    return (bare[1:] if bare.startswith(("'=", "'+", "'-", "'@")) else bare).casefold()
