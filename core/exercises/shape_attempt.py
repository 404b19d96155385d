"""How far somebody has come with a task of the shape doctor: row after row, each with two questions."""

from dataclasses import dataclass, field, replace
from typing import Literal

from core.exercises.answers import AnswerError, read_count, read_shape
from core.exercises.layers import Shape
from core.exercises.shape_mistakes import Verdict, check_count, check_shape
from core.exercises.shapes import Task

TRIES = 3  # then the answer, worked out
Question = Literal["shape", "count"]
QUESTIONS: tuple[Question, ...] = ("shape", "count")


@dataclass(frozen=True)
class Asked:
    """One question of a row.

    Attributes
    ----------
    state : {"open", "right", "shown"}
    tries : int
        Answers that were given and could be read.
    text : str
        The last answer, as typed.
    hint : str
        What was said to it; empty where nothing is to be said.
    mistakes : tuple of str
        What was recognised in it.
    answer : tuple of int, int or None
        It, where it could be read and is wrong.
    """

    state: Literal["open", "right", "shown"] = "open"
    tries: int = 0
    text: str = ""
    hint: str = ""
    mistakes: tuple[str, ...] = ()
    answer: Shape | int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is asked any more."""
        return self.state != "open"


@dataclass(frozen=True)
class Attempt:
    """All questions of a task; a row is asked when those above it are settled.

    Attributes
    ----------
    task : Task
    asked : dict of (row, question) to Asked
        Those that were answered.
    """

    task: Task
    asked: dict[tuple[int, Question], Asked] = field(default_factory=dict)

    def of(self, index: int, question: Question) -> Asked:
        """A question of a row."""
        return self.asked.get((index, question), Asked())

    def is_row_settled(self, index: int) -> bool:
        """Whether both of its questions are."""
        return all(self.of(index, question).is_settled for question in QUESTIONS)

    @property
    def row(self) -> int | None:
        """The row that is asked; None where all is settled."""
        return next((index for index in range(len(self.task.rows)) if not self.is_row_settled(index)), None)

    @property
    def is_solved(self) -> bool:
        """Whether every answer was found."""
        return self.row is None and all(one.state == "right" for one in self.asked.values())

    def score(self) -> tuple[int, int, int]:
        """Answers that were right at the first try, answers that are settled, and all that are asked."""
        settled = [one for one in self.asked.values() if one.is_settled]
        first = sum(one.state == "right" and one.tries == 1 for one in settled)
        return first, len(settled), 2 * len(self.task.rows)


def answer(attempt: Attempt, question: Question, text: str) -> tuple[Attempt, Verdict | None]:
    """The attempt after an answer to the row that is asked.

    Returns
    -------
    attempt : Attempt
    verdict : Verdict or None
        None where nothing was judged: an empty field, a slip of the keyboard, a question that is settled.
    """
    index, task = attempt.row, attempt.task
    if index is None or not text.strip() or attempt.of(index, question).is_settled:
        return attempt, None
    before, row = attempt.of(index, question), task.rows[index]
    try:
        if question == "shape":
            shape = read_shape(text, n_axes=len(row.shape), batch_size=task.batch_size)
            given: Shape | int = shape
            verdict = check_shape(task, index, shape)
        else:
            given = count = read_count(text)
            verdict = check_count(task, index, count)
    except AnswerError as error:  # no try
        return _with(attempt, index, question, Asked(tries=before.tries, text=text, hint=str(error))), None
    tries = before.tries + 1
    if verdict.is_right:
        return _with(attempt, index, question, Asked("right", tries, text)), verdict
    now = Asked("open", tries, text, verdict.hint, verdict.mistakes, given)
    if tries >= TRIES:
        worked = row.layer.worked_shape if question == "shape" else row.layer.worked_count
        now = replace(now, state="shown", hint=f"{verdict.hint} Three tries: here it is. {worked(row.shape_in)}")
    return _with(attempt, index, question, now), verdict


def _with(attempt: Attempt, index: int, question: Question, asked: Asked) -> Attempt:
    return replace(attempt, asked=attempt.asked | {(index, question): asked})
