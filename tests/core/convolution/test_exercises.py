"""Exercises of Question 2: the same for everybody with the link, and the right hint for every usual mistake."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.convolution.exercises import LEVELS, STAGES, answer_cell, answer_size, begin, make_exercise, read_exercise
from core.convolution.inputs import ConvolutionError
from core.convolution.mistakes import HINTS

KINDS = ("convolution", "pooling")
EXERCISES = [
    (kind, level, seed, stage)
    for kind in KINDS
    for level in LEVELS
    for stage in STAGES
    for seed in ((0, 1, 2, 3) if level in "123" else (0,))
]


def answered(exercise, answers):
    """The hint to each wrong cell, when all these answers were given before."""
    attempt = begin(exercise)
    hints = []
    for place, value in answers.items():
        attempt = answer_cell(exercise, attempt, place, repr(float(value)))
    for place, value in answers.items():
        if attempt.state(place)[1] == "wrong":
            again = answer_cell(exercise, attempt, place, repr(float(value)))
            hints.append(again.hint)
    return hints


@pytest.mark.parametrize("code", EXERCISES)
def test_every_mistake_gets_its_hint_and_no_other(code):
    exercise = make_exercise(*code)
    assert exercise.mistakes, "an exercise in which no mistake shows teaches nothing"
    for kind, variants in exercise.mistakes.items():
        for variant in variants:
            answers = {place: variant[place] for place in exercise.blanks if not np.isnan(variant[place])}
            hints = answered(exercise, answers)
            assert hints
            for hint in hints:
                assert HINTS[kind] in hint
                assert not any(text in hint for other, text in HINTS.items() if other != kind)
                assert replace(begin(exercise), hint=hint).mistake == kind


@pytest.mark.parametrize("code", [code for code in EXERCISES if code[3] == 4])
def test_every_wrong_size_gets_its_hint_and_no_other(code):
    exercise = make_exercise(*code)
    for kind, size in exercise.size_mistakes.items():
        attempt = answer_size(exercise, begin(exercise), *size)
        assert attempt.hint == HINTS[kind]
        assert attempt.size == ("blank", 1)


def test_every_mistake_occurs_in_some_exercise():
    seen = set()
    for code in EXERCISES:
        exercise = make_exercise(*code)
        seen |= set(exercise.mistakes) | (set(exercise.size_mistakes) if exercise.stage == 4 else set())
    assert seen == set(HINTS)


@pytest.mark.parametrize("code", EXERCISES)
def test_right_answers_are_right_at_once(code):
    exercise = make_exercise(*code)
    attempt = begin(exercise)
    if exercise.stage == 4:
        attempt = answer_size(exercise, attempt, *exercise.right.shape)
        assert attempt.size == ("right", 1)
    for place in exercise.blanks:
        attempt = answer_cell(exercise, attempt, place, f"{exercise.right[place]:.2f}")
        assert attempt.state(place)[1] == "right"
        assert attempt.hint == ""
    assert attempt.is_done(exercise)
    assert attempt.is_solved(exercise)
    settled = len(exercise.blanks) + (exercise.stage == 4)
    assert attempt.score() == (settled, settled)


@pytest.mark.parametrize("stage", STAGES)
def test_fading_asks_more_and_more(stage):
    exercise = make_exercise("convolution", "2", 7, stage)
    rows, columns = exercise.right.shape
    assert len(exercise.blanks) == {1: 1, 2: columns}.get(stage, rows * columns)
    assert (begin(exercise).size[0] == "blank") == (stage == 4)


def test_the_link_gives_the_same_exercise():
    exercise = make_exercise("pooling", "3", 1234, 2)
    again = read_exercise(exercise.code)
    assert (again.lesson, again.blanks) == (exercise.lesson, exercise.blanks)
    assert exercise.lesson != make_exercise("pooling", "3", 1235, 2).lesson


@pytest.mark.parametrize(
    "text", ["", "convolution", "convolution.4.1.1", "convolution.1.1.5", "pooling.1.123456.1", "x" * 500]
)
def test_a_malformed_link_is_one_sentence(text):
    with pytest.raises(ConvolutionError, match=r"exercise is .*; allowed are texts such as convolution.2.1234.3"):
        read_exercise(text)


def test_the_handouts_tables_are_exercises():
    assert make_exercise("convolution", "a", 0, 3).right.tolist() == [[0, 0], [1, 3], [7, 9]]
    assert make_exercise("pooling", "a", 0, 3).right.tolist() == [[3], [9]]
    slip = make_exercise("pooling", "b", 0, 3)
    assert slip.right.tolist() == [[0.25, 0.5], [2, 8.5], [16.5, 24]]
    attempt = answer_cell(slip, begin(slip), (2, 0), "25")  # as the handout has it
    assert HINTS["maximum_for_average"] in attempt.hint


def test_after_three_tries_comes_the_worked_cell():
    exercise = make_exercise("convolution", "a", 0, 1)
    place = exercise.blanks[0]
    attempt = begin(exercise)
    for tries in (1, 2):
        attempt = answer_cell(exercise, attempt, place, "77")
        assert attempt.state(place) == ("77", "wrong", tries)
        assert "Not yet" in attempt.hint
    attempt = answer_cell(exercise, attempt, place, "77")
    assert attempt.state(place)[1] == "shown"
    assert attempt.score() == (0, 1)
    for other in exercise.blanks[1:]:
        attempt = answer_cell(exercise, attempt, other, f"{exercise.right[other]:g}")
    assert attempt.is_done(exercise)
    assert not attempt.is_solved(exercise)
    assert answer_cell(exercise, attempt, place, "0") is attempt


def test_after_three_tries_comes_the_size():
    exercise = make_exercise("pooling", "2", 1, 4)
    attempt = begin(exercise)
    for _ in range(3):
        attempt = answer_size(exercise, attempt, 19, 19)
    assert attempt.size == ("shown", 3)
    assert "× " in attempt.hint
    assert answer_size(exercise, attempt, 1, 1) is attempt


def test_a_slip_of_the_keyboard_is_no_try():
    exercise = make_exercise("convolution", "a", 0, 1)
    place = exercise.blanks[0]
    attempt = answer_cell(exercise, begin(exercise), place, "3x")
    assert attempt.state(place) == ("3x", "wrong", 0)
    assert "Your answer is '3x'; allowed are numbers" in attempt.hint
    right = answer_cell(exercise, attempt, place, repr(float(exercise.right[place])))
    assert right.score() == (1, 1)


def test_what_is_not_asked_cannot_be_answered():
    exercise = make_exercise("convolution", "a", 0, 1)
    attempt = begin(exercise)
    elsewhere = next((r, c) for r in range(3) for c in range(2) if (r, c) not in exercise.blanks)
    assert answer_cell(exercise, attempt, elsewhere, "1") is attempt
    assert answer_cell(exercise, attempt, exercise.blanks[0], "  ") is attempt


@pytest.mark.parametrize("code", [code for code in EXERCISES if code[3] == 4])
def test_who_reckons_as_the_hint_says_gets_the_size(code):
    """The words of the hint, taken at their word, with the numbers that the exercise shows."""
    exercise = make_exercise(*code)
    lesson, asks_pooling = exercise.lesson, exercise.kind == "pooling"
    told = answer_size(exercise, begin(exercise), 19, 17).hint.removeprefix("Not yet. ")
    assert told.endswith("plus 1; rows first.")
    found = []
    for axis in (0, 1):
        size = exercise.worked.active.shape[1 + axis] if asks_pooling else np.array(lesson.image).shape[1 + axis]
        window = lesson.pool_size[axis] if asks_pooling else np.array(lesson.kernel).shape[2 + axis]
        stride = lesson.pool_stride[axis] if asks_pooling else lesson.stride[axis]
        padded = size + 2 * lesson.padding[axis] if "plus twice the padding" in told else size
        assert "minus window, divided by the stride, rounded" in told
        rounded = math.ceil if "rounded up" in told else math.floor
        found.append(rounded((padded - window) / stride) + 1)
    assert tuple(found) == exercise.right.shape
