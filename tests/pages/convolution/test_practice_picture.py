"""The picture of an exercise: nobody finds an answer in the page's source before it is right, or was shown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.convolution.exercises import LEVELS, STAGES, TRIES, answer_cell, answer_size, begin, make_exercise
from pages.convolution.practice_picture import practice_data

EXERCISES = [(kind, level, stage) for kind in ("convolution", "pooling") for level in LEVELS for stage in STAGES]


def exercise_and_attempt(kind, level, stage, seed=3):
    exercise = make_exercise(kind, level, 0 if level in "ab" else seed, stage)
    attempt = begin(exercise)
    if stage == 4:
        attempt = answer_size(exercise, attempt, *exercise.right.shape)
    return exercise, attempt


def maps(data):
    """The maps that are asked for, as the page sends them."""
    found = [data[name] for name in ("sums", "active", "pooled") if name in data]
    return [np.array(m["values"], dtype=float).reshape(m["shape"])[0] for m in found]


@pytest.mark.parametrize(("kind", "level", "stage"), EXERCISES)
def test_what_is_asked_is_a_hole_and_the_rest_is_there(kind, level, stage):
    exercise, attempt = exercise_and_attempt(kind, level, stage)
    shown = maps(practice_data(exercise, attempt))
    assert len(shown) == (2 if kind == "convolution" else 1)
    blank = np.zeros(exercise.right.shape, dtype=bool)
    blank[tuple(np.transpose(exercise.blanks))] = True
    for grid in shown:
        assert np.array_equal(np.isnan(grid), blank)
    assert np.array_equal(shown[-1][~blank], exercise.right[~blank])


@pytest.mark.parametrize(("kind", "level", "stage"), [one for one in EXERCISES if one[2] == 4])
def test_before_its_size_is_known_there_is_no_map_at_all(kind, level, stage):
    exercise = make_exercise(kind, level, 0 if level in "ab" else 3, stage)
    data = practice_data(exercise, begin(exercise))
    assert not {"sums", "active", "pooled", "axes", "pool"} & set(data)
    assert data["practice"] == {"asked": None}


@given(st.sampled_from(EXERCISES), st.integers(0, 50), st.data())
def test_a_cell_appears_when_it_is_right_and_only_then(which, seed, draw):
    exercise, attempt = exercise_and_attempt(*which, seed=seed)
    place = draw.draw(st.sampled_from(exercise.blanks))
    wrong = answer_cell(exercise, attempt, place, str(exercise.right[place] + 1000))
    assert np.isnan(maps(practice_data(exercise, wrong))[-1][place])
    cell = practice_data(exercise, wrong)["practice"]["cells"][place[0]][place[1]]
    assert cell == {"name": "wrong", "open": True, "sign": "✗", "text": str(exercise.right[place] + 1000)}
    right = answer_cell(exercise, wrong, place, str(exercise.right[place]))
    data = practice_data(exercise, right)
    assert maps(data)[-1][place] == exercise.right[place]
    cell = data["practice"]["cells"][place[0]][place[1]]
    assert (cell["name"], cell["open"]) == ("right", False)


def test_after_the_last_try_the_worked_cell_is_shown():
    exercise, attempt = exercise_and_attempt("convolution", "1", 1)
    (place,) = exercise.blanks
    for _ in range(TRIES):
        attempt = answer_cell(exercise, attempt, place, "123456")
    data = practice_data(exercise, attempt)
    assert maps(data)[-1][place] == exercise.right[place]
    assert data["practice"]["cells"][place[0]][place[1]] == {"name": "shown", "open": False, "sign": "→"}


def test_another_answer_is_another_place_to_look_at():
    exercise, attempt = exercise_and_attempt("convolution", "2", 3)
    first = practice_data(exercise, attempt)["start"]
    place = exercise.blanks[0]
    then = practice_data(exercise, answer_cell(exercise, attempt, place, str(exercise.right[place])))["start"]
    assert first["id"] != then["id"]
