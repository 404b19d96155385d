"""Questions for a question bank from the exercises of Question 2: one cell of a map, or the map's size.

A wrong answer of a question is what a usual mistake gives. Needs no torch.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.convolution.exercises import (
    LEVELS,
    MAX_EXERCISE_SEED,
    Exercise,
    Kind,
    Place,
    make_exercise,
    size_rule,
)
from core.convolution.mistakes import HINTS, TOLERANCE, every_size_mistake
from core.convolution.worked_solution import ACTIVATION_NAMES, number
from core.exercises.question_bank import (
    FEWEST_DISTRACTORS,
    Distractor,
    Form,
    Question,
    Table,
    feedback_of,
    only_different,
    some_of,
)
from core.lab.words import shape

# A question bank has no picture that moves along
_HINTS = HINTS | {
    "one_step_off": "Your window is one step off: that of the first row and column begins in the upper left corner, on "
    "the padding where there is some, and each next one is the stride farther."
}
_WORDS = {"max": "largest", "average": "average"}
TITLES: dict[Kind, str] = {"convolution": "Convolution", "pooling": "Pooling"}


def convolution_questions(
    kind: Kind, level: str, first_seed: int, n_exercises: int, form: Form = "multichoice"
) -> tuple[Question, ...]:
    """The questions of successive seeds: a cell of each exercise's map, and each size that is a new one.

    Parameters
    ----------
    kind : {"convolution", "pooling"}
    level : {"1", "2", "3", "a", "b"}
        "a" and "b" are the handout's: their numbers are fixed, so all their questions come, whatever the seeds.
    first_seed : int
        From 0 to 99,999; seeds end there.
    n_exercises : int
    form : {"multichoice", "numerical"}
        Whether a cell is chosen from answers or typed. A size is always chosen: it is two numbers.

    Returns
    -------
    questions : tuple of Question
        Cells first, then sizes.
    """
    last = min(first_seed + n_exercises, MAX_EXERCISE_SEED + 1)
    if level in "123":
        exercises = [make_exercise(kind, level, seed, 1) for seed in range(first_seed, last)]
    else:
        exercises = list(_of_handout(kind, level))
    sizes = [question for exercise in exercises for question in _size_question(exercise)]
    cells = [_cell_question(exercise, form) for exercise in exercises]
    return only_different([*(cell for cell in cells if len(cell.distractors) >= FEWEST_DISTRACTORS), *sizes])


def _of_handout(kind: Kind, level: str) -> Iterator[Exercise]:
    """An exercise for each cell that is not 0, also where mistakes give the same: then both are named."""
    whole = make_exercise(kind, level, 0, 1)
    for place in zip(*np.nonzero(whole.right), strict=True):
        yield replace(whole, blanks=((int(place[0]), int(place[1])),))


def _place(exercise: Exercise) -> Place:
    return exercise.blanks[0]


def _name(exercise: Exercise) -> str:
    numbers = f", numbers {exercise.seed}" if exercise.level in "123" else ""
    return f"{TITLES[exercise.kind]}, {LEVELS[exercise.level]}{numbers}"


def _cell_question(exercise: Exercise, form: Form) -> Question:
    row, column = place = _place(exercise)
    right = float(exercise.right[place])
    every = list(_wrong_cells(exercise, place, right))
    asked = f"Which number stands in row {row + 1}, column {column + 1} of the {_map(exercise)}?"
    if exercise.lesson.pooling == "average" and exercise.kind == "pooling":
        asked += " Two decimals are enough." if form == "numerical" else " Answers are rounded to four decimals."
    return Question(
        code=exercise.code
        if exercise.level in "123"
        else f"{exercise.kind}.{exercise.level}.row{row + 1}.column{column + 1}",
        name=f"{_name(exercise)}; row {row + 1}, column {column + 1}",
        form=form,
        tables=(*grids(exercise), settings_table(exercise)),
        asked=asked,
        key=number(right),
        distractors=some_of(every, (exercise.seed, row, column)) if form == "multichoice" else tuple(every),
        solution=_worked_cell(exercise, place),
        otherwise=f"Not yet. {_cell_rule(exercise)}",
        tolerance=TOLERANCE,
    )


def _map(exercise: Exercise) -> str:
    return "pooled map" if exercise.kind == "pooling" else "activation map"


def _cell_rule(exercise: Exercise) -> str:
    """How a cell is reckoned, in words."""
    if exercise.kind == "pooling":
        return f"Take the {_WORDS[exercise.lesson.pooling]} of the cells that lie in the window."
    bias = "" if not exercise.lesson.bias[0] else " Then add the bias once."
    then = (
        "" if exercise.lesson.activation == "none" else f" {ACTIVATION_NAMES[exercise.lesson.activation]} comes last."
    )
    return f"Lay the kernel on the window, multiply each pixel by the weight on it, and add up.{bias}{then}"


def _wrong_cells(exercise: Exercise, place: Place, right: float) -> Iterator[Distractor]:
    """Each number that a mistake gives in a cell, with all the mistakes that give it.

    Of all mistakes, not only of those that ``exercise.mistakes`` holds apart: a window that is one step off and a
    forgotten stride may be the same, and then both are named.
    """
    given: dict[float, list[str]] = {}
    for kind, variants in exercise.every_mistake.items():
        for value in (float(variant[place]) for variant in variants):
            if np.isnan(value) or abs(value - right) <= 2 * TOLERANCE:
                continue
            same = next((other for other in given if abs(other - value) <= 2 * TOLERANCE), value)
            kinds = given.setdefault(same, [])
            if kind not in kinds:
                kinds.append(kind)
    for value, kinds in given.items():
        yield Distractor(number(value), tuple(kinds), feedback_of(kinds, _HINTS, _cell_rule(exercise)))


def _size_question(exercise: Exercise) -> list[Question]:
    """The question for the size of the map; none where too few mistakes show."""
    walk, right = exercise.walk, exercise.right.shape
    given: dict[Place, list[str]] = {}
    made = every_size_mistake(exercise.lesson, walk.rows, walk.columns, exercise.kind == "pooling")
    for kind, size in made.items():
        if size != right and min(size) > 0:
            given.setdefault(size, []).append(kind)
    distractors = [
        Distractor(_rows_first(size), tuple(kinds), feedback_of(kinds, _HINTS, size_rule(exercise)))
        for size, kinds in given.items()
    ]
    if len(distractors) < FEWEST_DISTRACTORS:
        return []
    question = Question(
        code=f"{exercise.kind}.{exercise.level}.{exercise.seed}.size",
        name=f"{_name(exercise)}; size",
        form="multichoice",
        tables=(settings_table(exercise, sizes=True),),
        asked=f"How many rows and columns has the {_map(exercise)}?",
        key=_rows_first(right),
        distractors=some_of(distractors, (exercise.seed,)),
        solution=f"{size_rule(exercise)} {_rows_first(right)}.",
    )
    return [question]


def _rows_first(size: tuple[int, ...]) -> str:
    return f"{size[0]} {'row' if size[0] == 1 else 'rows'}, {size[1]} {'column' if size[1] == 1 else 'columns'}"


def grids(exercise: Exercise) -> tuple[Table, ...]:
    """What is computed from: for pooling the finished activation map."""
    if exercise.kind == "pooling":
        return (_grid("Activation map", exercise.worked.active[0]),)
    kernel = np.array(exercise.lesson.kernel[0][0], dtype=np.float64)
    return _grid("Image", exercise.worked.image[0]), _grid("Kernel", kernel)


def _grid(title: str, cells: np.ndarray) -> Table:
    return Table(title, tuple(tuple(number(float(x)) for x in row) for row in cells))


def settings_table(exercise: Exercise, sizes: bool = False) -> Table:
    """What decides the answer; ``sizes`` where no grid shows how large image and window are."""
    lesson = exercise.lesson
    if exercise.kind == "pooling":
        edge = "kept (ceil_mode=True)" if lesson.edge == "partial" else "dropped (PyTorch's default)"
        told = {"Pooling": lesson.pooling, "Window": shape(*lesson.pool_size), "Stride": str(lesson.pool_stride[0])}
        told |= {"Partial windows": edge}
        given = {"Activation map": _rows_first(exercise.worked.active[0].shape)}
    else:
        padding = lesson.padding if isinstance(lesson.padding, str) else str(lesson.padding[0])
        told = {"Padding": padding, "Stride": str(lesson.stride[0])}
        if not sizes:
            told |= {"Bias": number(lesson.bias[0]), "Then": ACTIVATION_NAMES[lesson.activation]}
        kernel = np.shape(lesson.kernel[0][0])
        given = {"Image": _rows_first(exercise.worked.image[0].shape), "Kernel": _rows_first(kernel)}
    return Table("Settings", tuple((given | told if sizes else told).items()))


def _worked_cell(exercise: Exercise, place: Place) -> str:
    step = next(step for step in exercise.walk.steps if (step.row, step.column) == place)
    lesson, result = exercise.lesson, number(float(exercise.right[place]))
    if exercise.kind == "pooling":
        cells = ", ".join(number(term.pixel) for term in step.terms)
        return f"The {_WORDS[lesson.pooling]} of {cells} is {result}."
    products = " + ".join(f"({number(term.pixel)} x {number(term.weight)})" for term in step.terms)
    bias = f" + ({number(step.bias)})" if step.bias else ""
    then = "" if lesson.activation == "none" else f"; {ACTIVATION_NAMES[lesson.activation]} makes it {result}"
    return f"{products}{bias} = {number(step.total)}{then}."
