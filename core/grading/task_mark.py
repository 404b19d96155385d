"""What a task is worth: points, the reason, and the parts that they are made of."""

from dataclasses import dataclass, replace

from core.assignments.tasks import AnyTask


@dataclass(frozen=True)
class Part:
    """One of several answers to a task.

    Attributes
    ----------
    name : str
        What was asked, such as ``"row 1, column 2"``.
    given : str
        The answer, as it stands in the file; empty where there is none.
    is_right : bool
    said : str
        What is said to it: a mistake's hint, or what is right.
    """

    name: str
    given: str
    is_right: bool
    said: str = ""


@dataclass(frozen=True)
class TaskMark:
    """The points of a task.

    Attributes
    ----------
    number : int
        From 1.
    title : str
        Of its kind.
    text : str
        What was asked.
    of : float
        Points that it is worth.
    points : float or None
        None where the teacher marks it, and has not yet.
    reason : str
        Why so many, in sentences.
    parts : tuple of Part
    words : str
        What was written in words.
    rubric : str
        What earns the points, for who marks.
    is_doubted : bool
        Whether the teacher should look at it.
    """

    number: int
    title: str
    text: str
    of: float
    points: float | None
    reason: str
    parts: tuple[Part, ...] = ()
    words: str = ""
    rubric: str = ""
    is_doubted: bool = False

    @property
    def told(self) -> str:
        """``"1.5 of 2"``; ``"for the teacher, of 2"`` where nobody has marked it."""
        return f"for the teacher, of {number_of(self.of)}" if self.points is None else points_of(self.points, self.of)

    def given(self, points: float) -> "TaskMark":
        """The same with the teacher's points."""
        before = "" if self.points is None else f" Computed were {number_of(self.points)}."
        reason = f"The teacher has given {points_of(points, self.of)}.{before} {self.reason}".strip()
        return replace(self, points=points, reason=reason)


def mark_of(
    number: int, task: AnyTask, share: float | None, reason: str, *, parts: tuple[Part, ...] = (), words: str = "",
    is_doubted: bool = False,
) -> TaskMark:  # fmt: skip
    """The mark of a task.

    Parameters
    ----------
    number : int
    task : task
    share : float or None
        Of its points, from 0 to 1; None for the teacher.
    reason, parts, words, is_doubted
        As of ``TaskMark``.
    """
    points = None if share is None else round(share * task.points, 2)
    rubric = getattr(task, "rubric", "")
    return TaskMark(number, task.title, task.text, task.points, points, reason, parts, words, rubric, is_doubted)


def number_of(points: float) -> str:
    """Points as people write them: ``"1.5"``, ``"2"``."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def points_of(points: float, of: float) -> str:
    """``"1.5 of 2"``."""
    return f"{number_of(points)} of {number_of(of)}"
