"""Marks as they are kept: what came out, and the points that the teacher has given, each for one submission.

Points belong to the submission that they were given for, known by the hash of its content. Where submissions are marked
anew, points of those that are the same stay, and those of changed ones are dropped, with a sentence that says whose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, Place, Row
from core.grading.task_mark import number_of
from core.lab.words import count

KIND = "chalknet marks"
FORMAT = 1


@dataclass(frozen=True)
class Given:
    """Points of the teacher.

    Attributes
    ----------
    student : str
        As it is written.
    task : int
        Its number, from 1.
    points : float
    hash : str
        Of the submission that they were given for.
    """

    student: str
    task: int
    points: float
    hash: str

    @property
    def place(self) -> Place:
        """The student's key and the number of the task."""
        return (self.student.casefold(), self.task)

    @property
    def told(self) -> str:
        """``"Ada (task 2: 1.5)"``."""
        return f"{self.student} (task {self.task}: {number_of(self.points)})"


@dataclass(frozen=True)
class Seen:
    """What a teacher saw who gives points.

    Attributes
    ----------
    hash : str
        Of the submission.
    points : float or None
        That had been given for the task.
    """

    hash: str
    points: float | None


@dataclass(frozen=True)
class Kept:
    """What is kept of a marking.

    Attributes
    ----------
    book : Gradebook
        As it came out, without the teacher's own points.
    given : tuple of Given
        These; also of students whose submission was not there when the others were marked anew.
    told : tuple of str
        What became of earlier points when this was marked, in sentences.
    """

    book: Gradebook
    given: tuple[Given, ...] = ()
    told: tuple[str, ...] = field(default=())

    @property
    def points(self) -> dict[Place, float]:
        """The teacher's points that are for a submission of the book."""
        hashes = {row.key: row.hash for row in self.book.rows}
        return {one.place: one.points for one in self.given if hashes.get(one.place[0]) == one.hash}

    @property
    def marked(self) -> Gradebook:
        """The book with the teacher's points."""
        return self.book.with_points(self.points)

    @property
    def told_before_anew(self) -> str:
        """What marking anew will do to it, as a sentence."""
        return (
            f"This replaces the marks of {count(len(self.book.rows), 'student')} that are kept here; points that "
            "teachers gave stay where the submission is the same."
        )

    def must_be_as(self, seen: Seen, place: Place) -> None:
        """Refuse points of somebody who saw something else: another submission, or no points of another teacher.

        Raises
        ------
        GradingError
            It says what is there now.
        """
        row = next((row for row in self.book.rows if row.key == place[0]), None)
        name = place[0] if row is None else row.student
        if row is None or row.hash != seen.hash:
            raise GradingError(
                f"{name} was marked anew meanwhile, with another submission. These points were not kept: look at the "
                "text that is there now."
            )
        now = self.points.get(place)
        if now != seen.points:
            what = "taken the points back" if now is None else f"given {number_of(now)}"
            raise GradingError(
                f"Another teacher has {what} meanwhile ({name}, task {place[1]}). That stays, and yours were not kept: "
                "give them again if they should count."
            )

    def with_given(self, place: Place, points: float | None) -> "Kept":
        """The same with other points for a task of a student; None takes them back.

        Raises
        ------
        GradingError
            If there is no such student.
        """
        rest = tuple(one for one in self.given if one.place != place)
        if points is None:
            return replace(self, given=rest)
        row = next((row for row in self.book.rows if row.key == place[0]), None)
        if row is None:
            raise GradingError("These marks have no such student any more. Load the page anew.")
        return replace(self, given=(*rest, Given(row.student, place[1], points, row.hash)))


def marked_anew(book: Gradebook, before: Kept | None, given: Mapping[Place, float] | None = None) -> Kept:
    """What is kept after a marking.

    Parameters
    ----------
    book : Gradebook
        As it came out, without the teacher's own points.
    before : Kept or None
        Of the same assignment.
    given : mapping of Place to float, optional
        All points of the teacher anew, as from a file: then these count and none of the earlier ones, and it is said
        where one of them was given before, for another submission.
    """
    rows = {row.key: row for row in book.rows}
    earlier = before.given if before is not None else ()
    changed = [one for one in earlier if _is_changed(one, rows)]
    if given is not None:
        new = tuple(
            Given(rows[key].student, number, points, rows[key].hash)
            for (key, number), points in given.items()
            if key in rows
        )
        again = [one for one in changed if given.get(one.place) == one.points]
        told = "The submission has changed since these points were given. Look whether they still hold:"
        return Kept(book, new, _named(told, again))
    stay = tuple(one for one in earlier if one not in changed)
    absent = [one for one in stay if one.place[0] not in rows]
    dropped = _named("The submission has changed since points were given, and these were dropped:", changed)
    waiting = _named("These points are kept, but no submission of theirs is here now:", absent)
    return Kept(book, stay, (*dropped, *waiting))


def joined(base: Kept, other: Kept) -> Kept:
    """Two markings of one assignment as one: what only the other has is taken over, and all else of it is told.

    Parameters
    ----------
    base : Kept
        Which stands where both say something.
    other : Kept
    """
    rows = {row.key: row for row in base.book.rows}
    new = [row for row in other.book.rows if row.key not in rows]
    rows |= {row.key: row for row in new}
    book = replace(base.book, rows=sorted(rows.values(), key=lambda row: row.key))
    mine = {one.place: one for one in base.given}
    only = [one for one in other.given if one.place not in mine]
    changed = [one for one in only if _is_changed(one, rows)]
    taken = [one for one in only if one not in changed]
    unlike = [one for one in other.given if one.place in mine and one.points != mine[one.place].points]
    students = ", ".join(row.student for row in new)
    told = (
        *((f"Students who are from there alone: {students}.",) if new else ()),
        *_named("Points that are from there alone:", taken),
        *_named("Other points were given there, which do not count:", unlike),
        *_named("The submission has changed since these points were given there, and they do not count:", changed),
    )
    return Kept(book, (*base.given, *taken), (*base.told, *told))


def _is_changed(given: Given, rows: Mapping[str, Row]) -> bool:
    """Whether points are for another submission of the student than that of the row."""
    row = rows.get(given.place[0])
    return row is not None and row.hash != given.hash


def _named(told: str, every: list[Given]) -> tuple[str, ...]:
    names = ", ".join(one.told for one in sorted(every, key=lambda one: one.place))
    return (f"{told} {names}.",) if every else ()


_WHOLE = TypeAdapter(Kept)


def as_json(kept: Kept) -> dict[str, Any]:
    """What its file holds."""
    return {"kind": KIND, "format": FORMAT, "marks": _WHOLE.dump_python(kept, mode="json")}


def from_json(told: object) -> Kept:
    """What ``as_json`` has made.

    Raises
    ------
    GradingError
        If it is something else; the sentence says what.
    """
    if not isinstance(told, dict) or told.get("kind") != KIND:
        raise GradingError("The file of the marks holds no marks of the lab.")
    if told.get("format") != FORMAT:
        raise GradingError(
            f"The file of the marks has format {str(told.get('format'))[:20]!r}; this lab reads {FORMAT}. "
            "A newer lab has written it: open it there."
        )
    try:
        return _WHOLE.validate_python(told.get("marks"))
    except (ValidationError, RecursionError) as error:
        raise GradingError("The file of the marks was changed, and can't be read.") from error
