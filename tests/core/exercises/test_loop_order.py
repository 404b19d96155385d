"""Lines in order: which orders pass, and that each usual mistake gets its hint and no other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wrong_orders import ALSO, FOLDS, TRAINING, WRONG, moved, right_orders

from core.exercises.loop_order import (
    OrderError,
    as_letters,
    checked,
    depths,
    hint,
    is_right,
    mistakes,
    of_letters,
    shuffled,
    text_of,
)

PUZZLES = pytest.mark.parametrize("puzzle", [TRAINING, FOLDS], ids=lambda puzzle: puzzle.key)

EVERY = [(puzzle, key, moves) for puzzle, wrong in WRONG.items() for key, moves in wrong.items()] + ALSO


@pytest.mark.parametrize(("puzzle", "key", "moves"), EVERY, ids=lambda given: str(getattr(given, "key", given)))
def test_an_order_with_a_mistake_gets_its_hint_and_no_other(puzzle, key, moves):
    order = moved(puzzle, moves)
    assert not is_right(puzzle, order)
    assert mistakes(puzzle, order) == [key]
    assert hint(puzzle, order) == (key, puzzle.hints()[key])


@PUZZLES
def test_there_is_an_order_for_each_hint_and_no_two_are_alike(puzzle):
    assert WRONG[puzzle].keys() == puzzle.hints().keys()
    assert len(set(puzzle.hints().values())) == len(puzzle.hints())


@PUZZLES
@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_an_order_is_right_or_shows_a_mistake(puzzle, data):
    order = list(puzzle.right)
    for _ in range(data.draw(st.integers(0, 6))):  # a shuffle of all lines is hardly ever nearly right
        line = order.pop(data.draw(st.integers(0, len(order) - 1)))
        order.insert(data.draw(st.integers(0, len(order))), line)
    assert is_right(puzzle, order) == (mistakes(puzzle, order) == [])


@PUZZLES
def test_all_orders_that_keep_to_what_lines_need_are_right(puzzle):
    for order in right_orders(puzzle):
        assert is_right(puzzle, order)
        assert hint(puzzle, order) == ("", "")


def test_of_the_folds_six_orders_are_right_of_nearly_forty_million():
    """The two lines above the loop in two orders, the network's in three places."""
    keys, right = [line.key for line in FOLDS.lines], right_orders(FOLDS)
    assert len(set(right)) == 6
    assert {[keys[n] for n in order].index("model") for order in right} == {3, 4, 5}


def test_zero_grad_below_the_step_is_right():
    assert is_right(TRAINING, moved(TRAINING, [("zero", "count")]))
    assert is_right(TRAINING, moved(TRAINING, [("zero", "reshape")]))


@PUZZLES
def test_a_shuffle_is_that_of_its_seed_and_never_right(puzzle):
    assert shuffled(puzzle, 7) == shuffled(puzzle, 7)
    assert len({shuffled(puzzle, seed) for seed in range(50)}) == 50
    assert not any(is_right(puzzle, shuffled(puzzle, seed)) for seed in range(50))


@PUZZLES
@given(seed=st.integers(0, 999_999))
@settings(max_examples=50)
def test_a_link_has_an_order_as_letters(puzzle, seed):
    order = shuffled(puzzle, seed)
    assert of_letters(puzzle, as_letters(order)) == order


WRONG_LINKS = ["", "a", "aabcdefghijklm", "abcdefghijklmo", "ABCDEFGHIJKLMN", "abcdefghijklmné", "n" * 14]


@pytest.mark.parametrize("text", WRONG_LINKS)
def test_a_wrong_link_is_refused(text):
    with pytest.raises(OrderError, match="each of the 14 lines once"):
        of_letters(TRAINING, text)


NO_ORDERS = [[], [0.0, *range(1, 14)], [False, *range(1, 14)], ["0", *range(1, 14)], [*range(15)]]


@pytest.mark.parametrize("order", NO_ORDERS)
def test_what_is_no_order_is_refused(order):
    with pytest.raises(OrderError):
        checked(TRAINING, order)


def test_lines_are_indented_by_the_loops_above_them():
    """As the handout's own text is; a line below the end stands as deep as the loop."""
    assert depths(TRAINING, TRAINING.right) == [0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1]
    compile(text_of(TRAINING, TRAINING.right), "lines", "exec")
    outside = text_of(TRAINING, moved(TRAINING, [("zero", "epochs")]))
    assert outside.startswith("optimizer.zero_grad()\nfor epoch")
