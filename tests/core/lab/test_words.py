"""Numbers, counts and times in words."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.words import count, decimal, duration, number, of_all, percent, shape

UNITS = {"s": 1, "min": 60, "h": 3600}


@given(st.floats(1e-9, 1e6))
def test_a_decimal_is_the_number_and_has_no_power_of_ten(number):
    told = decimal(number)
    assert re.fullmatch(r"\d+(\.\d*[1-9])?", told), told
    assert float(told) == pytest.approx(number, rel=1e-5)


@pytest.mark.parametrize(
    ("number", "told"),
    [(1e-5, "0.00001"), (0.0001, "0.0001"), (0.01, "0.01"), (0.5, "0.5"), (10.0, "10"), (0.0, "0"), (1, "1"),
     (1 / 3, "0.333333"), (0.1 + 0.2, "0.3"), (1.23e-8, "0.0000000123"), (2_000_000.0, "2000000")],
)  # fmt: skip
def test_decimals(number, told):
    assert decimal(number) == told


@given(st.integers(-(10**12), 10**12) | st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1e-9))
def test_a_whole_number_is_told_to_its_last_figure_and_others_to_six(value):
    told = number(value)
    assert re.fullmatch(r"-?\d{1,3}(,?\d{3})*(\.\d+)?", told), told
    assert float(told.replace(",", "")) == pytest.approx(value, rel=0 if value == round(value) else 1e-5)


@pytest.mark.parametrize(
    ("value", "told"),
    [(4_097_000, "4,097,000"), (24_477_696.0, "24,477,696"), (0.004, "0.004"), (-5.0, "-5"), (16.5, "16.5")],
)
def test_numbers(value, told):
    assert number(value) == told


@pytest.mark.parametrize(
    ("share", "told"), [(None, "–"), (math.nan, "–"), (0.0, "0.0%"), (1.0, "100.0%"), (0.9344, "93.4%")]
)
def test_a_share_that_is_not_known_is_a_dash(share, told):
    assert percent(share) == told


def test_a_share_has_as_many_digits_as_are_asked_for():
    assert percent(0.93449, 0) == "93%"
    assert percent(0.93449, 2) == "93.45%"


@pytest.mark.parametrize(
    ("n", "told"), [(0, "0 epochs"), (1, "1 epoch"), (2, "2 epochs"), (10_000, "10,000 epochs")]
)
def test_one_epoch_two_epochs(n, told):
    assert count(n, "epoch") == told


def test_a_plural_of_its_own():
    assert count(1, "batch", "batches") == "1 batch"
    assert count(3, "batch", "batches") == "3 batches"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.04, "0.0 s"), (0.84, "0.8 s"), (9.94, "9.9 s"), (9.96, "10 s"), (42.4, "42 s"), (59.6, "1 min 0 s"),
     (185, "3 min 5 s"), (3599.6, "1 h 0 min"), (7800, "2 h 10 min")],
)  # fmt: skip
def test_durations(seconds, told):
    assert duration(seconds) == told


@given(st.floats(0, 1e6))
def test_a_duration_is_off_by_less_than_its_smallest_unit(seconds):
    told = re.findall(r"([\d.]+) (s|min|h)", duration(seconds))
    smallest = UNITS[told[-1][1]] if seconds >= 9.95 else 0.1
    assert abs(sum(float(n) * UNITS[unit] for n, unit in told) - seconds) <= smallest
    assert all(float(n) < 60 for n, unit in told if unit != "h")


@pytest.mark.parametrize(
    ("n", "planned", "told"), [(5, 5, "5 folds"), (3, 5, "3 of 5 folds"), (0, 5, "0 of 5 folds"), (1, 1, "1 fold")]
)
def test_how_many_of_how_many(n, planned, told):
    assert of_all(n, planned, "fold") == told


@pytest.mark.parametrize(
    ("sizes", "told"), [((), "one number"), ((7,), "7"), ((3, 32, 32), "3 x 32 x 32"), ((128, 3072), "128 x 3,072")]
)
def test_a_shape(sizes, told):
    assert shape(*sizes) == told
