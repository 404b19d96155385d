"""Where assignments lie in the lab's folder: what teachers have set, what somebody works on, what was handed in.

    assignments/<code>.json                     set by a teacher of this lab
    assignments/work/<mark>/current.json        what a person works on now
    assignments/work/<mark>/<code>.json         name, answers and chosen runs of a person
    assignments/handed_in/<code>/<mark>.chalknet.json
    assignments/marks/<code>/marks.json         what teachers have marked (core.grading.kept_files)

A person's folder is named by a mark of the key in their browser's cookie: nobody reaches another's by a link.
"""

import hashlib
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.assignments import submission
from core.assignments.assignment import Assignment, AssignmentError, from_dict, from_json, read_code
from core.assignments.variant import read_student
from core.assignments.working import folder_of
from core.lab.files import disk_sentence, read_json, write_json, write_text
from core.lab.owners import owner_mark
from core.lab.paths import home

_WRITING = threading.Lock()  # an answer is read, changed and written whole


@dataclass(frozen=True)
class Work:
    """What a person has done of an assignment.

    Attributes
    ----------
    assignment : Assignment
    student : str
        The name or number under which it will be handed in.
    answers : dict of int to dict
        Number of a task to the answer, as ``core.assignments.tasks`` says.
    runs : dict of int to str
        Number of a task to the id of the run that is handed in for it.
    handed_in : float or None
        When, in seconds since 1970.
    """

    assignment: Assignment
    student: str
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    runs: dict[int, str] = field(default_factory=dict)
    handed_in: float | None = None


def folder() -> Path:
    """Of all assignments."""
    return home() / "assignments"


def publish(assignment: Assignment) -> str:
    """Keep an assignment, so that its code finds it here; returns the code.

    Raises
    ------
    AssignmentError
        If it can't be written.
    """
    _written(folder() / f"{assignment.code}.json", assignment.model_dump(mode="json"))
    return assignment.code


def published() -> list[Assignment]:
    """All that teachers have set here, by title; a file that can't be read is passed over."""
    found = []
    for path in folder().glob("*.json"):
        try:
            found.append(from_json(path.read_bytes()))
        except (AssignmentError, OSError):
            continue
    return sorted(found, key=lambda one: (one.title, one.code))


def find(code: str) -> Assignment:
    """The assignment of a code.

    Raises
    ------
    AssignmentError
        If there is none here, or its file was changed.
    """
    code = read_code(code)
    try:
        assignment = from_json((folder() / f"{code}.json").read_bytes())
    except OSError as error:
        raise AssignmentError(
            f"No assignment {code} was set in this lab. Ask for its link or its file: these work in any lab."
        ) from error
    if assignment.code != code:
        raise AssignmentError(f"The file of the assignment {code} was changed; ask for it again.")
    return assignment


def withdraw(code: str) -> None:
    """Forget an assignment here; who works on it goes on, and what was handed in stays."""
    (folder() / f"{read_code(code)}.json").unlink(missing_ok=True)


def begin(person: str, assignment: Assignment, student: str) -> Work:
    """Work on an assignment from now on; earlier answers to it are there again.

    Raises
    ------
    AssignmentError
        If the name is none, or nothing can be written.
    """
    name = read_student(student)
    with _WRITING:
        before = _read(person, assignment.code)
        work = Work(assignment, name) if before is None else replace(before, student=name)
        if before is not None and before.student.casefold() != name.casefold():
            work = replace(work, answers=_of_no_seed(work), runs={}, handed_in=None)
        _keep(person, work)
        _written(folder_of(person) / "current.json", {"code": assignment.code})
    return work


def leave(person: str) -> None:
    """Work on nothing; the answers stay."""
    (folder_of(person) / "current.json").unlink(missing_ok=True)


def forget(person: str, code: str) -> None:
    """Delete a person's answers to an assignment, and what they handed in here."""
    current = read_json(folder_of(person) / "current.json").get("code")
    if current == code:
        leave(person)
    (folder_of(person) / f"{code}.json").unlink(missing_ok=True)
    _deposited(person, code).unlink(missing_ok=True)


def current(person: str) -> Work | None:
    """What a person works on now; None where that is nothing."""
    code = read_json(folder_of(person) / "current.json").get("code")
    return _read(person, str(code)) if code else None


def answer(person: str, code: str, number: int, told: dict[str, Any]) -> Work:
    """Keep the answer to a task; a later one replaces it.

    Raises
    ------
    AssignmentError
        If the person does not work on it, or nothing can be written.
    """
    return _change(person, code, lambda work: replace(work, answers=work.answers | {number: told}))


def choose_run(person: str, code: str, number: int, run_id: str) -> Work:
    """Say which run is handed in for a task."""
    return _change(person, code, lambda work: replace(work, runs=work.runs | {number: run_id}))


def hand_in(person: str, code: str, text: str) -> Path:
    """Put the file that ``submission.make`` gave where the teacher finds it; a later one replaces it.

    Raises
    ------
    AssignmentError
        If it is too large, is of another assignment, or can't be written.
    """
    told = submission.read(text.encode())
    if told.assignment.code != code or not told.is_whole:
        raise AssignmentError("This file is of another assignment, or was changed. It was not handed in.")
    path = _deposited(person, code)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text, is_private=True)
    except OSError as error:
        raise AssignmentError(disk_sentence(error, path.parent)) from error
    _change(person, code, lambda work: replace(work, handed_in=told.made))
    return path


def handed_in(code: str) -> list[Path]:
    """The files that were handed in here for an assignment."""
    return sorted((folder() / "handed_in" / read_code(code)).glob(f"*{submission.SUFFIX}"))


def delete_handed_in(code: str) -> None:
    """Delete all of them: for the teacher, once they are marked."""
    shutil.rmtree(folder() / "handed_in" / read_code(code), ignore_errors=True)


def _of_no_seed(work: Work) -> dict[int, dict[str, Any]]:
    """Answers that stay where somebody takes another name, and with it another variant: those in words."""
    return {number: told for number, told in work.answers.items() if set(told) == {"text"}}


def _deposited(person: str, code: str) -> Path:
    mark = hashlib.sha256(f"chalknet handed in {owner_mark(person)} {code}".encode()).hexdigest()[:20]
    return folder() / "handed_in" / code / f"{mark}{submission.SUFFIX}"


def _change(person: str, code: str, how: Callable[[Work], Work]) -> Work:
    with _WRITING:
        work = _read(person, code)
        if work is None:
            raise AssignmentError("You don't work on this assignment here. Open its link and give your name.")
        work = how(work)
        _keep(person, work)
    return work


def _read(person: str, code: str) -> Work | None:
    told = read_json(folder_of(person) / f"{code}.json")
    try:
        return Work(
            from_dict(told["assignment"]),
            str(told["student"]),
            {int(number): dict(one) for number, one in told["answers"].items()},
            {int(number): str(one) for number, one in told["runs"].items()},
            told["handed_in"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, AssignmentError):
        return None


def _keep(person: str, work: Work) -> None:
    told: dict[str, Any] = {
        "assignment": work.assignment.model_dump(mode="json"), "student": work.student, "answers": work.answers,
        "runs": work.runs, "handed_in": work.handed_in,
    }  # fmt: skip
    _written(folder_of(person) / f"{work.assignment.code}.json", told)


def _written(path: Path, content: dict[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, content, is_private=True)
    except OSError as error:
        raise AssignmentError(disk_sentence(error, path.parent)) from error

