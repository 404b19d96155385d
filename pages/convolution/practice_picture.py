"""What the picture of an exercise is told: the map with holes, what was answered, where to look."""

from typing import Any

from core.convolution.exercises import Attempt, Exercise
from pages.shared.pictures.convolution import axes, lesson_data, numbers
from pages.shared.words.language import say, say_of_core

_SIGNS = {"right": "✓", "wrong": "✗", "shown": "→"}


def practice_data(exercise: Exercise, attempt: Attempt) -> dict[str, object]:
    """The picture's numbers, without those that are asked: nobody finds the answer in the page's source."""
    worked, asked = exercise.worked, exercise.kind == "convolution"
    source = lesson_data(exercise.lesson, worked.image, None) if asked else map_only(exercise)
    hint = say_of_core(attempt.hint) or _encouragement(exercise, attempt)
    data = source | {"editable": False, "editableKernel": False, "hint": hint}
    if attempt.size[0] == "blank":
        return data | {"practice": {"asked": None}}
    walk = worked.sums if asked else worked.pooled
    assert walk is not None, "a pooling exercise has a pooled map"
    hidden = {place for place in exercise.blanks if attempt.state(place)[1] not in ("right", "shown")}

    def known(array: Any) -> dict[str, object]:
        spec = numbers(array[None])
        for r, c in hidden:
            spec["values"][r * array.shape[1] + c] = None
        return spec

    cells = [[_cell(exercise, attempt, (r, c)) for c in range(exercise.right.shape[1])]
             for r in range(exercise.right.shape[0])]  # fmt: skip
    shape = axes(walk.rows, walk.columns)
    if asked:
        data |= {"axes": shape, "sums": known(worked.sums.output[0]), "active": known(worked.active[0])}
    else:
        data |= {"pool": {"kind": exercise.lesson.pooling, "axes": shape}, "pooled": known(exercise.right)}
    first = attempt.place or min(hidden, default=exercise.blanks[0])
    tries = sum(cell[2] for cell in attempt.cells.values())
    answer = f"{attempt.code} {tries} {attempt.hint}"  # another answer, another place to look at
    start = {"id": answer, "stage": exercise.kind, "row": first[0], "column": first[1]}
    return data | {"practice": {"asked": "active" if asked else "pooled", "cells": cells}, "start": start}


def _encouragement(exercise: Exercise, attempt: Attempt) -> str:
    if attempt.is_done(exercise):
        return say("All right.")
    if attempt.size[0] == "blank":
        return say("How many rows and columns will the map have?")
    if attempt.score()[1]:
        return say("Right. The next one?")
    return say("Type a number into the marked cell and press Enter.")


def map_only(exercise: Exercise) -> dict[str, object]:
    """For pooling: the finished activation map stands where the image stood."""
    return {
        "image": numbers(exercise.worked.active), "imageTitle": say("Activation map"), "hideKernel": True,
        "kernel": [[]], "bias": [0], "activation": "none", "channelNames": [say("channel {n}", n=1)],
    }  # fmt: skip


def _cell(exercise: Exercise, attempt: Attempt, place: tuple[int, int]) -> dict[str, object] | None:
    if place not in exercise.blanks:
        return None
    text, state, _ = attempt.state(place)
    cell = {"name": state, "open": state in ("blank", "wrong"), "sign": _SIGNS.get(state)}
    return cell if state == "shown" else cell | {"text": text}
