"""A question as a question bank has it: what is shown and asked, the key, and what each wrong answer is told.

``convolution_bank`` and ``shape_bank`` make questions from exercise families; ``moodle`` and ``bank_csv`` write them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Form = Literal["multichoice", "numerical"]
MOST_DISTRACTORS = 5  # beside the key: more can't be weighed against each other on one screen
FEWEST_DISTRACTORS = 2


@dataclass(frozen=True)
class Table:
    """Cells that a question shows; ``header`` is the first row of a table that has one."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class Distractor:
    """A wrong answer, the mistakes that give it, and what is said to it."""

    text: str
    mistakes: tuple[str, ...]
    feedback: str


@dataclass(frozen=True)
class Question:
    """One question with one right answer.

    Attributes
    ----------
    code : str
        Told apart by it from all others of the same form. That of a cell with drawn numbers is the exercise's text in a
        link.
    name : str
        People's.
    form : {"multichoice", "numerical"}
        Whether an answer is chosen, or typed as a number.
    tables : tuple of Table
        What is given.
    asked : str
    key : str
        The right answer.
    distractors : tuple of Distractor
        All other than the key, and than each other.
    solution : str
        How the key comes about.
    otherwise : str
        What is said to a typed number that no usual mistake gives.
    tolerance : float
        How far a typed number may be from an answer to count as it.
    """

    code: str
    name: str
    form: Form
    tables: tuple[Table, ...]
    asked: str
    key: str
    distractors: tuple[Distractor, ...]
    solution: str
    otherwise: str = ""
    tolerance: float = 0.0


def feedback_of(mistakes: Sequence[str], hints: Mapping[str, str], rule: str) -> str:
    """The hint of a mistake; of two that give an answer both, as nobody can tell which it was; of more the rule."""
    if len(mistakes) == 1:
        return hints[mistakes[0]]
    told = " Or: ".join(hints[mistake] for mistake in mistakes) if len(mistakes) == 2 else rule
    return f"More than one mistake gives this. {told}"


def some_of(distractors: Iterable[Distractor], seed: Iterable[int]) -> tuple[Distractor, ...]:
    """At most five distractors, each with a feedback of its own, drawn by a seed."""
    every = list(distractors)
    chosen: list[Distractor] = []
    for place in np.random.default_rng(list(seed)).permutation(len(every)):
        if len(chosen) < MOST_DISTRACTORS and all(every[place].feedback != other.feedback for other in chosen):
            chosen.append(every[place])
    return tuple(chosen)


def only_different(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Without those that show and ask what an earlier one does."""
    seen: dict[object, Question] = {}
    for question in questions:
        seen.setdefault((question.form, question.tables, question.asked), question)
    return tuple(seen.values())
