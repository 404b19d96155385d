"""core/exercises/answers.py: shapes and counts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exercises.answers import AnswerError, read_count, read_shape

SIZES = st.lists(st.integers(1, 5_000), min_size=3, max_size=3)
BETWEEN = st.sampled_from([", ", ",", " ", " x ", "x", " X ", "×", " × ", "; ", " , "])
AROUND = st.sampled_from(["{}", "({})", "[{}]", " {} ", "({},)", "torch.Size([{}])"])


@given(SIZES, BETWEEN, AROUND, st.sampled_from(["", "64", "N", "-1"]))
def test_a_shape_is_read_however_it_is_written(sizes, between, around, batch):
    text = around.format(between.join([*([batch] if batch else []), *map(str, sizes)]))
    assert read_shape(text, n_axes=3, batch_size=64) == tuple(sizes)


@given(st.integers(1, 10**9))
def test_one_number_may_have_its_thousands_apart(number):
    for between in (",", "'", "\u00a0", "\u202f"):
        text = f"{number:,}".replace(",", between)
        assert read_shape(text, n_axes=1, batch_size=32) == (number,)
        assert read_count(text) == number
    assert read_count(f"{number:,}".replace(",", " ")) == number
    if number > 32:
        assert read_shape(f"32, {number:,}", n_axes=1, batch_size=32) == (number,)


@given(st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=4), min_size=1, max_size=3))
def test_a_count_may_be_a_sum_of_products(products):
    text = " + ".join("*".join(map(str, product)) for product in products)
    right = eval(text)
    assert read_count(text) == right
    assert read_count(text.replace("*", " x ")) == right


@pytest.mark.parametrize(("text", "n_axes", "shape"), [
    ("8*8*64", 1, (4096,)), ("8 * 8 * 64", 1, (4096,)), ("64, 8, 8", 1, (64, 8, 8)), ("32 x 4096", 1, (4096,)),
    ("32 100", 1, (100,)), ("16, 100", 1, (16, 100)), ("64,128,128", 3, (64, 128, 128)), ("32, 32", 3, (32, 32)),
    ("32, 32, 32", 3, (32, 32, 32)), ("32x64x8x8", 3, (64, 8, 8)), ("1, 64, 8, 8", 3, (1, 64, 8, 8)),
])  # fmt: skip
def test_what_the_batch_is_and_what_not(text, n_axes, shape):
    assert read_shape(text, n_axes=n_axes, batch_size=32) == shape


@pytest.mark.parametrize("text", ["", "  ", "()", "a", "64, 16, sixteen", "64 x -8 x 8", "0, 3, 3", "3.5 x 2 x 2",
                                  "4 096", "99999999999", "\u0663 x 3 x 3", "1*" * 99, "x" * 500, "64@16"])  # fmt: skip
@pytest.mark.parametrize("n_axes", [1, 3])
def test_what_is_no_shape_is_one_sentence(text, n_axes):
    with pytest.raises(AnswerError, match="can't be read; allowed are whole numbers from 1") as raised:
        read_shape(text, n_axes=n_axes, batch_size=32)
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("text", ["", "-1", "a", "3+", "*3", "3**2", "1e3", "3 3", "1" * 20, "2.0", "__import__('os')"])
def test_what_is_no_count_is_one_sentence(text):
    with pytest.raises(AnswerError, match="can't be read; allowed is a whole number from 0"):
        read_count(text)


def test_no_parameters_are_a_count():
    assert read_count("0") == 0
