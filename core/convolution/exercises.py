"""Exercises for Question 2: made from a seed, asked with fading, checked cell by cell.

An exercise is written as ``kind.level.seed.stage``, such as ``convolution.2.1234.3``: whoever has this text
has the same exercise. The levels "a" and "b" are the handout's two sub-questions.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal, cast

import numpy as np

from core.convolution.inputs import ConvolutionError, parse_number
from core.convolution.lesson import HANDOUT_A, HANDOUT_B, Lesson, Worked, work
from core.convolution.mistakes import (
    HINTS,
    TOLERANCE,
    applicable,
    are_told_apart,
    convolution_mistakes,
    pooling_mistakes,
    recognise,
    size_mistakes,
)
from core.convolution.walkthrough import Walkthrough

Kind = Literal["convolution", "pooling"]
Place = tuple[int, int]
LEVELS = {
    "1": "Level 1",
    "2": "Level 2",
    "3": "Level 3",
    "a": "Handout 1: no padding",
    "b": "Handout 2: padding 1",
}
STAGES = {1: "One cell", 2: "One row", 3: "The whole map", 4: "Its size too"}
TRIES = 3  # then the worked cell
MAX_EXERCISE_SEED = 99_999
_DRAWS = 1_000  # of 1,440 exercises the rarest took 54


@dataclass(frozen=True)
class Exercise:
    """One exercise: a lesson, which of its maps is asked, and how much of it."""

    kind: Kind
    level: str
    seed: int
    stage: int
    lesson: Lesson
    blanks: tuple[Place, ...]

    @property
    def code(self) -> str:
        return f"{self.kind}.{self.level}.{self.seed}.{self.stage}"

    @cached_property
    def worked(self) -> Worked:
        return work(self.lesson)

    @property
    def right(self) -> np.ndarray:
        """The asked map, (H', W')."""
        pooled = self.worked.pooled
        return pooled.output[0] if self.kind == "pooling" and pooled else self.worked.active[0]

    @property
    def every_mistake(self) -> dict[str, list[np.ndarray]]:
        """What each usual mistake answers, whether or not it shows."""
        return (convolution_mistakes if self.kind == "convolution" else pooling_mistakes)(self.worked)

    @cached_property
    def mistakes(self) -> dict[str, list[np.ndarray]]:
        """What each usual mistake answers, where it shows in the blank cells."""
        return applicable(self.every_mistake, self.right, list(self.blanks))

    @property
    def walk(self) -> Walkthrough:
        """The steps to the asked map, before an activation."""
        walk = self.worked.pooled if self.kind == "pooling" else self.worked.sums
        assert walk is not None, "a pooling exercise has a pooled map"
        return walk

    @property
    def size_mistakes(self) -> dict[str, Place]:
        return size_mistakes(self.lesson, self.walk.rows, self.walk.columns, self.kind == "pooling")


@lru_cache(maxsize=256)
def make_exercise(kind: Kind, level: str, seed: int, stage: int) -> Exercise:
    """The exercise of a seed; drawn anew until each usual mistake gives an answer of its own.

    Parameters
    ----------
    kind : {"convolution", "pooling"}
    level : {"1", "2", "3", "a", "b"}
        Harder with the number; "a" and "b" are the handout's.
    seed : int
        From 0 to 99,999.
    stage : int
        1 asks one cell, 2 a row, 3 the map, 4 its size too.
    """
    fixed = {"a": HANDOUT_A, "b": HANDOUT_B}.get(level)
    rng = np.random.default_rng([seed, stage, ("convolution", "pooling").index(kind), "123ab".index(level)])
    for _ in range(1 if fixed else _DRAWS):
        lesson = fixed or _draw_lesson(kind, level, stage, rng)
        whole = Exercise(kind, level, seed, stage, lesson, ())
        made = whole.every_mistake
        for blanks in _possible_blanks(whole.right.shape, stage, rng):
            told = applicable(made, whole.right, blanks)
            # ReLU makes many zeros; an exercise whose only answer is 0 teaches little
            telling = any(whole.right[place] for place in blanks)
            enough = len(told) >= (2 if kind == "pooling" else 3)
            if telling and enough and are_told_apart(told, blanks):
                return replace(whole, blanks=tuple(blanks))
    raise ConvolutionError(f"Seed {seed} gives no exercise of level {level}; allowed is any other seed.")


def read_exercise(text: str) -> Exercise:
    """The exercise of a link.

    Raises
    ------
    ConvolutionError
        The text names no exercise; the sentence says what is allowed.
    """
    match = re.fullmatch(r"(convolution|pooling)\.([123ab])\.(\d{1,5})\.([1-4])", text)
    if match is None:
        raise ConvolutionError(
            f"exercise is {text[:40]!r}; allowed are texts such as convolution.2.1234.3: kind, level, seed, stage."
        )
    return make_exercise(cast(Kind, match[1]), match[2], int(match[3]), int(match[4]))


@dataclass(frozen=True)
class Attempt:
    """How far somebody has come with an exercise; made of plain values only.

    Attributes
    ----------
    code : str
        The exercise.
    cells : dict of "row,column" to (text, state, tries)
        States: "right", "wrong", "shown" (the worked cell, after three tries).
    size : (state, tries)
        The same for the output size; the state is "blank" as long as it is asked.
    hint : str
        The last answer's sentence.
    place : (row, column) or None
        The cell that the hint is about.
    """

    code: str
    cells: dict[str, tuple[str, str, int]]
    size: tuple[str, int]
    hint: str = ""
    place: Place | None = None

    def state(self, place: Place) -> tuple[str, str, int]:
        """Text, state and tries of a cell."""
        return self.cells.get(f"{place[0]},{place[1]}", ("", "blank", 0))

    def score(self) -> tuple[int, int]:
        """Answers that were right at the first try, and answers that are settled."""
        states = [(state, tries) for _, state, tries in self.cells.values()] + [self.size]
        settled = [(state, tries) for state, tries in states if state in ("right", "shown")]
        return sum(state == "right" and tries == 1 for state, tries in settled), len(settled)

    def is_done(self, exercise: Exercise) -> bool:
        return self.size[0] != "blank" and all(self.state(place)[1] in ("right", "shown") for place in exercise.blanks)

    def is_solved(self, exercise: Exercise) -> bool:
        """Whether it is done without any cell, or the size, worked out for whoever answered."""
        was_shown = self.size[0] == "shown" or any(state == "shown" for _, state, _ in self.cells.values())
        return self.is_done(exercise) and not was_shown

    @property
    def mistake(self) -> str:
        """The key of the mistake that the last answer's hint is for; empty where none was recognised."""
        return next((kind for kind, hint in HINTS.items() if hint in self.hint), "")


def begin(exercise: Exercise) -> Attempt:
    """An attempt without an answer; the size counts as given unless it is asked."""
    return Attempt(exercise.code, {}, ("blank", 0) if exercise.stage == 4 else ("given", 0))


def answer_cell(exercise: Exercise, attempt: Attempt, place: Place, text: str) -> Attempt:
    """The attempt after an answer in one cell: right, or a hint, or after three tries the worked cell."""
    if place not in exercise.blanks or attempt.state(place)[1] in ("right", "shown") or not text.strip():
        return attempt
    key, tries = f"{place[0]},{place[1]}", attempt.state(place)[2] + 1
    try:
        value = parse_number(text, "Your answer")
    except ConvolutionError as error:  # a slip of the keyboard is no try
        cells = attempt.cells | {key: (text, "wrong", tries - 1)}
        return replace(attempt, cells=cells, hint=str(error), place=place)
    right = float(exercise.right[place])
    if abs(value - right) <= TOLERANCE:
        cells = attempt.cells | {key: (text.strip(), "right", tries)}
        return replace(attempt, cells=cells, hint="", place=None)
    if tries >= TRIES:
        cells = attempt.cells | {key: ("", "shown", tries)}
        return replace(attempt, cells=cells, hint="Three tries: here is the cell worked out.", place=place)
    cells = attempt.cells | {key: (text, "wrong", tries)}
    kind = recognise(exercise.mistakes, _numbers(cells) | {place: value}, place)
    return replace(attempt, cells=cells, hint=_sentence(exercise, kind, place), place=place)


def answer_size(exercise: Exercise, attempt: Attempt, rows: int, columns: int) -> Attempt:
    """The attempt after an answer for the output size."""
    if attempt.size[0] != "blank":
        return attempt
    tries = attempt.size[1] + 1
    if (rows, columns) == exercise.right.shape:
        return replace(attempt, size=("right", tries), hint="")
    if tries >= TRIES:
        height, width = exercise.right.shape
        return replace(attempt, size=("shown", tries), hint=f"Three tries: the size is {height} × {width}.")
    kind = next((k for k, size in exercise.size_mistakes.items() if size == (rows, columns)), None)
    return replace(attempt, size=("blank", tries), hint=HINTS[kind] if kind else f"Not yet. {size_rule(exercise)}")


def size_rule(exercise: Exercise) -> str:
    """How the size that is asked for is reckoned, in words."""
    asks_pooling = exercise.kind == "pooling"
    padding = "" if asks_pooling or exercise.lesson.padding == (0, 0) else "plus twice the padding "
    rounded = "up" if asks_pooling and exercise.lesson.edge == "partial" else "down"
    return f"Size {padding}minus window, divided by the stride, rounded {rounded}, plus 1; rows first."


def _sentence(exercise: Exercise, kind: str | None, place: Place) -> str:
    where = f"Look at the window of row {place[0] + 1}, column {place[1] + 1}."
    if kind:
        return f"{HINTS[kind]} {where}"
    if exercise.kind == "pooling":
        return f"Not yet. Take the {exercise.lesson.pooling} of the marked cells. {where}"
    return f"Not yet. Multiply each pixel by the weight on it, and add up. {where}"


def _numbers(cells: dict[str, tuple[str, str, int]]) -> dict[Place, float]:
    values = {}
    for key, (text, state, _) in cells.items():
        row, column = key.split(",")
        try:
            values[int(row), int(column)] = parse_number(text) if state != "shown" else float("nan")
        except ConvolutionError:
            continue
    return values


def _draw_lesson(kind: Kind, level: str, stage: int, rng: np.random.Generator) -> Lesson:
    """A lesson of a level: larger numbers, then bias, padding and stride, then all of it with a 3 x 3 kernel."""
    side = {"1": (4, 4) if kind == "convolution" else (5, 5), "2": (4, 5), "3": (7, 5)}[level]
    window = (2, 2) if level != "3" else (3, 3)
    low = 0 if level == "1" else -9
    # One cell alone has to tell eight mistakes apart: larger weights make coincidences rarer
    most = 5 if stage == 1 and level != "1" else 3
    settings: dict[str, Any] = {
        "image": (_draw_grid(rng, side, low, 9),),
        "kernel": ((_draw_grid(rng, window, -most, most),),),
    }
    if level != "1":
        settings["bias"] = (float(rng.choice([-3, -2, -1, 1, 2, 3])),)
        settings["padding"] = (1, 1)
        settings["stride"] = (2, 2) if level == "3" or rng.random() < 0.5 else (1, 1)
    if kind == "pooling":
        # What is pooled should be a map with numbers in it, not one that a stride made small
        settings |= {"stride": (1, 1), "activation": "none" if level == "3" else "relu"}
        settings["pooling"] = "max" if level == "1" else str(rng.choice(["max", "average"]))
        settings["edge"] = str(rng.choice(["drop", "partial"]))
    return Lesson(**settings)


def _draw_grid(rng: np.random.Generator, shape: tuple[int, int], low: int, high: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(x) for x in row) for row in rng.integers(low, high + 1, shape))


def _possible_blanks(shape: tuple[int, ...], stage: int, rng: np.random.Generator) -> list[list[Place]]:
    """What can be asked of a map: each cell, each row, in random order, or all of it."""
    rows = [[(r, c) for c in range(shape[1])] for r in range(shape[0])]
    if stage >= 3:
        return [[cell for row in rows for cell in row]]
    parts = rows if stage == 2 else [[cell] for row in rows for cell in row]
    return [parts[i] for i in rng.permutation(len(parts))]
