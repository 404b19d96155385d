"""Question 2 as one HTML file, with its exercises: opens anywhere without a lab, a server or a network."""

import json
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import streamlit as st

from core.convolution.exercises import LEVELS, STAGES, Exercise, make_exercise
from core.convolution.lesson import EXAMPLES, Lesson, Worked, work
from core.convolution.mistakes import HINTS, TOLERANCE
from pages.convolution.practice_picture import map_only
from pages.convolution.task import KINDS, how_to
from pages.shared.pictures.convolution import axes, lesson_data, picture_files
from pages.shared.words.language import language, marked, say

_HERE = Path(__file__).parent / "saved"
_EXPORT = "export default function ("
_COLOURS = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor")
# The handout's two, then three levels, each a single cell and a whole map, with two draws of numbers
_EXERCISES = [(level, 0, stage) for level in "ab" for stage in (1, 3)]
_EXERCISES += [(level, seed, stage) for level in "123" for stage in (1, 3) for seed in (1, 2)]


def saved_page(worked: Worked, notes: Callable[[Lesson], list[dict]] = lambda lesson: []) -> str:
    """The file: first what the page shows, then the examples on small grids, then exercises.

    Parameters
    ----------
    worked : Worked
        What stands on the page. The file computes no cell, it shows core's.
    notes : callable
        What the picture of a lesson says at some of its cells.

    Returns
    -------
    str
        HTML. Its style and scripts are the page's own; answers are checked with the right numbers and the usual
        mistakes' that are in the file.
    """
    shown = [(say("As it was saved"), worked)]
    for title, example in EXAMPLES.values():
        if example.source == "grid" and example != worked.lesson:
            shown.append((say(title), work(example)))
    exercises = [make_exercise(kind, *rest) for kind in ("convolution", "pooling") for rest in _EXERCISES]
    saved = {
        "pictures": [
            {
                "title": title,
                "data": lesson_data(one.lesson, one.image, one) | _AS_IT_IS | {"notes": notes(one.lesson)},
            }
            for title, one in shown
        ],
        "exercises": [_exercise(number, exercise) for number, exercise in enumerate(exercises, 1)],
        "groups": {"watch": say("Watch"), "exercises": say("Do it yourself")},
        "score": say("**Score: {right} of {settled}** right at the first try.").replace("**", ""),
    }
    files = picture_files()
    before, _, component = files["js"].partition(_EXPORT)
    script = f"{before}const showPicture = function ({component}\n{(_HERE / 'saved.js').read_text(encoding='utf-8')}"
    style = f"{files['css']}\n{(_HERE / 'saved.css').read_text(encoding='utf-8')}\n{_theme()}"
    page = Template((_HERE / "saved.html").read_text(encoding="utf-8"))
    text = json.dumps(saved, ensure_ascii=False, allow_nan=False).replace("</", r"<\/")
    said = {name: say(text) for name, text in _SAID.items()}
    return page.substitute(said, language=language(), style=style, picture=files["html"], saved=text, script=script)


# Of the page around the picture
_SAID = {
    "title": marked("Convolution by hand"),
    "choose": marked("Show"),
    "about": marked(
        "Saved from Question 2 of Chalknet. Everything is in this file: it needs no network. Arrow keys move the "
        "window, space plays."
    ),
}
_AS_IT_IS = {"editable": False, "editableKernel": False}


def _exercise(number: int, exercise: Exercise) -> dict[str, Any]:
    """What an exercise needs where there is no Python: its right answers, and what each usual mistake answers."""
    worked, is_convolution = exercise.worked, exercise.kind == "convolution"
    walk = worked.sums if is_convolution else worked.pooled
    assert walk is not None, "a pooling exercise has a pooled map"
    shape = axes(walk.rows, walk.columns)
    if is_convolution:
        data = lesson_data(exercise.lesson, worked.image, None) | {"axes": shape}
        maps = {"sums": worked.sums.output[0], "active": worked.active[0]}
    else:
        data = map_only(exercise) | {"pool": {"kind": exercise.lesson.pooling, "axes": shape}}
        maps = {"pooled": exercise.right}
    not_yet = say("Not yet. Multiply each pixel by the weight on it, and add up.")
    if not is_convolution:
        not_yet = say("Not yet. Take the {kind} of the marked cells.", kind=say(exercise.lesson.pooling))
    of_kind = (LEVELS[exercise.level], STAGES[exercise.stage])
    return {
        "title": " · ".join([f"{number}. {say(KINDS[exercise.kind])}", *map(say, of_kind)]),
        "task": say("{what}: {how}.", what=say("Fill the empty cells"), how=how_to(exercise))
        .replace("**", "")
        .replace("`", ""),
        "data": data | _AS_IT_IS,
        "maps": {name: grid.tolist() for name, grid in maps.items()},
        "asked": "active" if is_convolution else "pooled",
        "stage": exercise.kind,
        "blanks": exercise.blanks,
        "right": exercise.right.tolist(),
        "tolerance": TOLERANCE,
        "mistakes": [
            [kind, [_without_nan(variant) for variant in variants]] for kind, variants in exercise.mistakes.items()
        ],
        "hints": {kind: say(HINTS[kind]) for kind in exercise.mistakes},
        "where": say("Look at the window of row {row}, column {column}."),
        "not_yet": not_yet,
        "first": say("Type a number into the marked cell and press Enter."),
        "right_next": say("Right. The next one?"),
        "done": say("All right."),
        "shown": say("Three tries: here is the cell worked out."),
        "no_number": say("Allowed are numbers from -1,000,000 to 1,000,000, such as -1, 0.5 or 1/9."),
    }


def _without_nan(grid: np.ndarray) -> list[list[float | None]]:
    return [[None if np.isnan(value) else float(value) for value in row] for row in grid]


def _theme() -> str:
    """The lab's colours, light and dark as the reader's system has it."""

    def colours(theme: str) -> str:
        names = (f"--st-{''.join('-' + c.lower() if c.isupper() else c for c in name)}" for name in _COLOURS)
        values = (st.get_option(f"theme.{theme}.{name}") for name in _COLOURS)
        return "".join(f"{name}:{value};" for name, value in zip(names, values, strict=True))

    return f":root{{{colours('light')}}}@media (prefers-color-scheme:dark){{:root{{{colours('dark')}}}}}"
