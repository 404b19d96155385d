"""Where marks are kept, and how: each file is replaced whole, and one that can't be read is laid aside and not lost.

    assignments/marks/<code>/marks.json     of the lab: of every teacher, which is whoever has its key
    <out>/marks.json                        of the command

They hold people's names and marks, so only the system's user who runs the lab can read them. Several teachers may give
points at once: each says what they saw, and what another has changed meanwhile is not written over.
"""

import json
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

from core.assignments import desk
from core.assignments.assignment import is_code, read_code
from core.grading import kept
from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, Place
from core.grading.kept import Kept, Seen
from core.lab.files import disk_sentence, write_json
from core.lab.remembered import Remembered

NAME = "marks.json"
_MOST_READ = 20
WRITING = threading.Lock()  # points are read, changed and written whole
_read_before: Remembered[tuple[Path, int, int, int], Kept] = Remembered(_MOST_READ)


def folder() -> Path:
    """Of all marks of the lab."""
    return desk.folder() / "marks"


def path_of(code: str) -> Path:
    """Of the lab's marks of an assignment."""
    return folder() / read_code(code) / NAME


def codes() -> list[str]:
    """Assignments of which there are marks here, those that were changed last first."""
    found = [(time_of(path), path.parent.name) for path in folder().glob(f"*/{NAME}")]
    return [code for _, code in sorted(found, reverse=True) if is_code(code)]


def read(path: Path) -> Kept | None:
    """The marks of a file; None where there is none.

    Raises
    ------
    GradingError
        If it is torn, is foreign or can't be opened. It stays as it is.
    """
    try:
        told = path.stat()
        key = (path, told.st_ino, told.st_mtime_ns, told.st_size)
        known = _read_before.get(key)
        if known is None:
            known = kept.from_json(json.loads(path.read_bytes()))
            _read_before.put(key, known)
        return known
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GradingError(f"The file of the marks can't be opened: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, GradingError):
            raise
        raise GradingError("The file of the marks is torn, and can't be read.") from error


def mark_anew(path: Path, book: Gradebook, given: Mapping[Place, float] | None = None) -> Kept:
    """Keep what came out in the place of what was there; points of submissions that have not changed stay.

    Parameters
    ----------
    path : Path
    book : Gradebook
    given : mapping, optional
        As of ``core.grading.kept.marked_anew``.

    Raises
    ------
    GradingError
        If it can't be written; then what was there is there still.
    """
    with WRITING:
        aside: tuple[str, ...] = ()
        try:
            before = read(path)
            if before is not None and before.book.assignment.code != book.assignment.code:
                raise GradingError(f"The marks that were here are of {before.book.assignment.code}.")
        except GradingError as error:
            before, aside = None, (f"{error} They now lie beside the new ones as {lay_aside(path, path.parent)}.",)
        made = kept.marked_anew(book, before, given)
        made = Kept(made.book, made.given, (*aside, *made.told))
        write(path, made)
    return made


def give(path: Path, place: Place, points: float | None, seen: Seen) -> None:
    """Keep a teacher's points for a task of a student; None takes them back.

    Parameters
    ----------
    path : Path
    place : Place
    points : float or None
    seen : Seen
        What the teacher saw who gives them.

    Raises
    ------
    GradingError
        If there are no such marks any more, something else is there now than was seen, or it can't be written.
    """
    with WRITING:
        before = read(path)
        if before is None:
            raise GradingError("These marks were deleted. Mark the submissions anew.")
        before.must_be_as(seen, place)
        write(path, before.with_given(place, points))


def forget(code: str) -> None:
    """Delete the lab's marks of an assignment, with what was laid aside of them; what is gone stays gone.

    Raises
    ------
    GradingError
        If the system does not let them go.
    """
    with WRITING:  # points that are written at this moment do not bring them back
        try:
            shutil.rmtree(path_of(code).parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise GradingError(f"The marks could not be deleted: {error.strerror or error}.") from error


def time_of(path: Path) -> float:
    """When a file was changed, in seconds since 1970; 0 where there is none."""
    try:
        return path.stat().st_mtime
    except OSError:  # deleted at this moment
        return 0.0


def lay_aside(path: Path, beside: Path) -> str:
    """Move a file that is not used to a name in a folder that nothing else there has; returns the name."""
    number = 1
    while (aside := beside / f"{Path(NAME).stem}-before-{number}.json").exists():
        number += 1
    move(path, aside)
    return aside.name


def move(path: Path, to: Path) -> None:
    """Move a file of marks.

    Raises
    ------
    GradingError
        If the system does not let it; then it stays where it was.
    """
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        path.replace(to)
    except OSError as error:
        raise GradingError(_sentence(error, to.parent)) from error


def write(path: Path, made: Kept) -> None:
    """Replace a file of marks, by whoever holds ``WRITING``.

    Raises
    ------
    GradingError
        If it can't be written; then what was there is there still.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, kept.as_json(made), is_private=True)
    except OSError as error:
        raise GradingError(_sentence(error, path.parent)) from error


def _sentence(error: OSError, folder: Path) -> str:
    told = disk_sentence(error, folder).replace("this run", "the marks").replace("train again", "try again")
    return told.replace("The run", "The marks")
