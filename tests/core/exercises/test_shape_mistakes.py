"""core/exercises/shape_mistakes.py: answered with a mistake, it gets that hint and no other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exercises.layers import Conv, Flatten, Linear, Norm, Pool
from core.exercises.shape_mistakes import HINTS, check_count, check_shape, count_mistakes, shape_mistakes
from core.exercises.shapes import HANDOUT, LEVELS, MAX_SEED, Task, read_task

TASKS = [HANDOUT, *(f"{level}.{seed}" for level in LEVELS for seed in range(40))]


def named(hint):
    return {key for key, text in HINTS.items() if text in hint}


def asked(code):
    """For each question of a task: its mistakes, and what checks an answer."""
    task = read_task(code)
    for index in range(len(task.rows)):
        yield shape_mistakes(task, index), lambda answer, index=index: check_shape(task, index, answer)
        yield count_mistakes(task, index), lambda answer, index=index: check_count(task, index, answer)


@pytest.mark.parametrize("code", TASKS)
def test_every_mistake_gets_its_hint_and_no_other(code):
    """No other but those that give the very same answer: nobody could tell which it was, so both are named."""
    for mistakes, check in asked(code):
        for kind, variants in mistakes.items():
            for answer in variants:
                same = {other for other, theirs in mistakes.items() if answer in theirs}
                verdict = check(answer)
                assert not verdict.is_right
                assert kind in same
                assert named(verdict.hint) == same == set(verdict.mistakes)
                assert verdict.hint.startswith("More than one mistake") == (len(same) > 1)


def test_hints_are_told_apart_by_their_words():
    assert len(set(HINTS.values())) == len(HINTS)
    for key, text in HINTS.items():
        assert named(text) == {key}


def test_every_mistake_occurs_in_some_task_alone():
    seen = set()
    for code in TASKS:
        for mistakes, check in asked(code):
            seen |= {check(answer).mistakes for variants in mistakes.values() for answer in variants}
    assert {keys[0] for keys in seen if len(keys) == 1} == set(HINTS)


@given(st.sampled_from([HANDOUT, *LEVELS]), st.integers(0, MAX_SEED), st.data())
@settings(max_examples=60, deadline=None)
def test_right_is_right_and_anything_else_is_not(level, seed, data):
    task = read_task(level if level == HANDOUT else f"{level}.{seed}")
    index = data.draw(st.integers(0, len(task.rows) - 1))
    row = task.rows[index]
    for right, check, wrong in (
        (row.shape, check_shape, data.draw(st.lists(st.integers(1, 4_000), min_size=1, max_size=4).map(tuple))),
        (row.n_parameters, check_count, data.draw(st.integers(0, 10**6))),
    ):
        verdict = check(task, index, right)
        assert (verdict.is_right, verdict.mistakes, verdict.hint) == (True, (), "")
        if wrong != right:
            verdict = check(task, index, wrong)
            assert not verdict.is_right
            assert verdict.hint
            assert named(verdict.hint) == set(verdict.mistakes)


def test_an_answer_that_no_mistake_gives_hears_what_is_right_of_it():
    task = read_task(HANDOUT)
    assert "The channels are right, height and width are not." in check_shape(task, 0, (32, 17, 17)).hint
    assert "Height and width are right, the channels are not." in check_shape(task, 0, (5, 32, 32)).hint
    assert "has three numbers" in check_shape(task, 0, (7,)).hint
    assert "has one number" in check_shape(task, 10, (7, 7)).hint
    assert "Filters x (channels" in check_count(task, 0, 12).hint


# Reckoned by hand. conv: 3 x 9 x 9 in, 4 filters of 5, padding 1, stride 2: side (9 + 2 - 5) / 2 + 1 = 4
SMALL = Task("by hand", (3, 9, 9), 8, (
    ("conv", Conv(4, 5, 1, 2)), ("norm", Norm()), ("pool", Pool()), ("flatten", Flatten()), ("linear", Linear(5)),
))  # fmt: skip


@pytest.mark.parametrize(("index", "answer", "mistake"), [
    (0, (4, 3, 3), "padding_forgotten"),  # (9 - 5) / 2 + 1
    (0, (4, 7, 7), "stride_ignored"),  # 9 + 2 - 5 + 1
    (0, (3, 4, 4), "channels_swapped"), (0, (12, 4, 4), "maps_per_channel"), (0, (4, 4), "channels_left_out"),
    (0, (4, 2, 2), "pooled_early"),
    (1, (4,), "channels_only"),
    (2, (4, 4, 4), "pooling_forgotten"), (2, (4, 1, 1), "pooling_twice"), (2, (2, 2, 2), "channels_pooled"),
    (3, (128,), "with_batch"), (3, (4, 2, 2), "flatten_forgotten"), (3, (8,), "side_not_squared"),
    (3, (64,), "pooling_forgotten"),
    (4, (16,), "in_for_out"), (4, (80,), "weights_for_outputs"), (4, (40,), "with_batch"),
])  # fmt: skip
def test_wrong_shapes_by_hand(index, answer, mistake):
    assert mistake in check_shape(SMALL, index, answer).mistakes


@pytest.mark.parametrize(("index", "answer", "mistake"), [
    (0, 300, "bias_forgotten"), (0, 301, "one_bias"), (0, 64, "kernel_not_squared"), (0, 104, "in_channels_forgotten"),
    (0, 76, "filters_forgotten"), (0, 303, "in_and_out_swapped"), (0, 304 * 16, "positions_counted"),
    (0, 16, "kernel_forgotten"), (0, 304 * 8, "with_batch"),
    (1, 16, "running_counted"), (1, 4, "half_of_norm"), (1, 0, "norm_learns_nothing"), (1, 128, "norm_per_number"),
    (2, 4, "pool_has_weights"), (3, 16, "flatten_has_weights"),
    (4, 80, "bias_forgotten"), (4, 96, "in_and_out_swapped"), (4, 5, "weights_forgotten"), (4, 25, "pixels_forgotten"),
    (4, 21, "sum_for_product"),
])  # fmt: skip
def test_wrong_counts_by_hand(index, answer, mistake):
    assert mistake in check_count(SMALL, index, answer).mistakes
