"""An assignment: what a teacher sets, as a record, a file, a link and a short code.

The code is made of the content (a hash): whoever changes a task, a fixed setting or the points has another assignment.
"""

import base64
import datetime
import hashlib
import json
import zlib
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from core.assignments.tasks import AnyTask, BetTask, RunTask, TaskSpec
from core.lab.errors import ChalknetError
from core.specs.base import Spec, sentences

CODE_LENGTH = 8
MOST_BYTES = 200_000  # of its text, unpacked
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without I, L, O, 0 and 1
OWN_SEED = "random_state"  # the setting that takes the student's seed

State = Literal["locked", "hidden", "free"]


class AssignmentError(ChalknetError):
    """What is no assignment, or can't be done with one; its text is a sentence for people."""


class SetSetting(Spec):
    """A setting of the page, as its link writes it.

    Attributes
    ----------
    name : str
        Of the URL parameter.
    text : str
        Its value there.
    state : {"locked", "hidden", "free"}
        Locked: shown and fixed. Hidden: fixed, and its widget is not shown. Free: where the student begins.
    """

    name: Annotated[
        str,
        Field(
            min_length=1, max_length=60, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
            description="allowed are letters, digits and _",
        ),
    ]  # fmt: skip
    text: Annotated[str, Field(max_length=400)]
    state: State = "locked"


class Assignment(Spec):
    """What is set.

    Attributes
    ----------
    title, text : str
        For people.
    page, tab : str
        Key of the page of the lab that it is about (``pages.shared.lessons``), and one of its tabs.
    settings : tuple of SetSetting
        Of that page; what is not named is free and has the page's own default.
    own_seed : bool
        Whether runs have to be trained with the student's own seed.
    tasks : tuple of Task
        From 1 to 30.
    until : str
        Date and time in ISO format, such as ``"2026-12-24T18:00"``, by the clock of who reads it; empty for no end.
    """

    format: Literal[1] = 1
    title: Annotated[str, Field(min_length=1, max_length=120, title="the title")]
    text: Annotated[str, Field(max_length=4_000)] = ""
    page: Annotated[
        str, Field(min_length=1, max_length=40, pattern=r"^[a-z]+$", description="allowed are small letters")
    ] = "perceptron"
    tab: Annotated[str, Field(max_length=60)] = ""
    settings: Annotated[tuple[SetSetting, ...], Field(max_length=60)] = ()
    own_seed: bool = True
    tasks: Annotated[tuple[TaskSpec, ...], Field(min_length=1, max_length=30, title="the tasks")]
    until: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        names = [one.name for one in self.settings]
        if len(set(names)) != len(names):
            raise ValueError("A setting is named twice among the assignment's settings.")
        for number, task in enumerate(self.tasks, 1):
            if isinstance(task, BetTask):
                of = self.tasks[task.run - 1] if task.run <= len(self.tasks) else None
                if not isinstance(of, RunTask):
                    raise ValueError(f"Task {number} bets on the run of task {task.run}, which is no run.")
        try:
            _ = self.ends
        except ValueError:
            raise ValueError(f"until is {self.until!r}; allowed is a date and time such as 2026-12-24T18:00.") from None
        return self

    @property
    def ends(self) -> datetime.datetime | None:
        """When it has to be handed in, by this machine's clock; None for no end."""
        return datetime.datetime.fromisoformat(self.until) if self.until else None

    @property
    def points(self) -> float:
        """Of all tasks."""
        return sum(task.points for task in self.tasks)

    @property
    def code(self) -> str:
        """Eight letters and digits of its content."""
        number = int.from_bytes(hashlib.sha256(self.canonical()).digest()[:8], "big")
        return "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(CODE_LENGTH))

    def canonical(self) -> bytes:
        """Its content as bytes that do not depend on how a file was written."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":")).encode()

    def fixed(self) -> dict[str, str]:
        """Settings that no student can change: names to texts."""
        return {one.name: one.text for one in self.settings if one.state != "free"}

    def numbered(self) -> list[tuple[int, AnyTask]]:
        """Tasks with their numbers, from 1."""
        return list(enumerate(self.tasks, 1))


def to_json(assignment: Assignment) -> str:
    """The file's text."""
    return json.dumps(assignment.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def from_json(text: str | bytes) -> Assignment:
    """The assignment of a file.

    Raises
    ------
    AssignmentError
        If it is none: a sentence for each thing that is wrong.
    """
    if len(text) > MOST_BYTES:
        raise AssignmentError(f"The file has {len(text):,} bytes; an assignment has {MOST_BYTES:,} at most.")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AssignmentError("The file is no assignment: it is not JSON.") from error
    return from_dict(content)


def from_dict(content: object) -> Assignment:
    """The assignment of what JSON has given.

    Raises
    ------
    AssignmentError
        If it is none.
    """
    if not isinstance(content, dict):
        raise AssignmentError("The file is no assignment: it is no JSON object.")
    try:
        return Assignment.model_validate(content)
    except ValidationError as error:
        raise AssignmentError(sentences(error, Assignment)) from error


def to_link(assignment: Assignment) -> str:
    """All of it as the text of a URL parameter."""
    return base64.urlsafe_b64encode(zlib.compress(assignment.canonical(), 9)).decode().rstrip("=")


def from_link(text: str) -> Assignment:
    """The assignment of ``to_link``; what would unpack to more than an assignment can have is refused unread.

    Raises
    ------
    AssignmentError
        If the link is cut, or is none.
    """
    wrong = AssignmentError("The link holds no assignment: is it whole? Ask for the file, or for the short code.")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpack = zlib.decompressobj()
        unpacked = unpack.decompress(packed, MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise wrong from error
    if not unpack.eof:
        raise wrong
    return from_json(unpacked)


def is_code(text: str) -> bool:
    """Whether a text looks as codes do."""
    return len(text) == CODE_LENGTH and set(text) <= set(_LETTERS)


def read_code(text: str) -> str:
    """A code as somebody has typed it.

    Raises
    ------
    AssignmentError
        If it can't be one.
    """
    code = "".join(text.upper().replace("-", " ").split())
    if is_code(code):
        return code
    raise AssignmentError(
        f"“{text[:20]}” is no assignment's code. A code has {CODE_LENGTH} letters and digits, such as “K7MPX2QA”."
    )
