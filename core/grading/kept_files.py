"""Where marks are kept, and how: each file is replaced whole, and one that can't be read is laid aside and not lost.

    assignments/marks/<mark>/<code>/marks.json     of a teacher, who is known by a mark of the key in the cookie
    <out>/marks.json                               of the command

They hold people's names and marks, so only the system's user who runs the lab can read them.
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
from core.grading.kept import Kept
from core.lab.files import disk_sentence, write_json
from core.lab.owners import owner_mark
from core.lab.remembered import Remembered

NAME = "marks.json"
_MOST_READ = 20
_WRITING = threading.Lock()  # points are read, changed and written whole
_read_before: Remembered[tuple[Path, int, int, int], Kept] = Remembered(_MOST_READ)


def path_of(person: str, code: str) -> Path:
    """Of a teacher's marks of an assignment."""
    return _folder(person) / read_code(code) / NAME


def codes(person: str) -> list[str]:
    """Assignments of which a teacher has marks here, those that were changed last first."""
    found = [(_time(path), path.parent.name) for path in _folder(person).glob(f"*/{NAME}")]
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
    with _WRITING:
        aside: tuple[str, ...] = ()
        try:
            before = read(path)
            if before is not None and before.book.assignment.code != book.assignment.code:
                raise GradingError(f"The marks that were here are of {before.book.assignment.code}.")
        except GradingError as error:
            before, aside = None, (f"{error} They now lie beside the new ones as {_lay_aside(path)}.",)
        made = kept.marked_anew(book, before, given)
        made = Kept(made.book, made.given, (*aside, *made.told))
        _write(path, made)
    return made


def give(path: Path, place: Place, points: float | None) -> None:
    """Keep the teacher's points for a task of a student; None takes them back.

    Raises
    ------
    GradingError
        If there are no such marks any more, or they can't be written.
    """
    with _WRITING:
        before = read(path)
        if before is None:
            raise GradingError("These marks were deleted. Mark the submissions anew.")
        _write(path, before.with_given(place, points))


def forget(person: str, code: str) -> None:
    """Delete a teacher's marks of an assignment, with what was laid aside of them; what is gone stays gone.

    Raises
    ------
    GradingError
        If the system does not let them go.
    """
    try:
        shutil.rmtree(path_of(person, code).parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise GradingError(f"The marks could not be deleted: {error.strerror or error}.") from error


def _folder(person: str) -> Path:
    return desk.folder() / "marks" / owner_mark(person)


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # deleted at this moment
        return 0.0


def _lay_aside(path: Path) -> str:
    """Give a file that can't be used a name that nothing else has; returns it."""
    number = 1
    while (aside := path.with_name(f"{path.stem}-before-{number}.json")).exists():
        number += 1
    try:
        path.replace(aside)
    except OSError as error:
        raise GradingError(_sentence(error, path.parent)) from error
    return aside.name


def _write(path: Path, made: Kept) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, kept.as_json(made), is_private=True)
    except OSError as error:
        raise GradingError(_sentence(error, path.parent)) from error


def _sentence(error: OSError, folder: Path) -> str:
    told = disk_sentence(error, folder).replace("this run", "the marks").replace("train again", "try again")
    return told.replace("The run", "The marks")
