"""Rates from counts, held against SciPy's binomial test."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.lab.rates import FEW, Rate, known_rate, wilson


@st.composite
def counts(draw):
    n = draw(st.integers(1, 20_000))
    return draw(st.integers(0, n)), n


@given(counts(), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_wilsons_interval_is_scipys(counted, confidence):
    expected = binomtest(*counted).proportion_ci(confidence, method="wilson")
    assert wilson(*counted, confidence) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize(("n_right", "n", "low", "high"), [(12, 12, 0.757506, 1.0), (0, 10, 0.0, 0.277533)])
def test_all_and_none_are_no_certainty(n_right, n, low, high):
    """The plain interval, share plus or minus, would be of no width at all."""
    assert wilson(n_right, n) == pytest.approx((low, high), abs=1e-6)


def test_few_are_counted_and_many_are_a_percentage():
    assert Rate(12, 12).told() == "12 of 12"
    assert Rate(12, 12).in_full() == "12 of 12 (95 % interval 76% to 100%)"
    assert Rate(12, 12).briefly == "12 of 12 (76% to 100%)"
    assert Rate(FEW - 1, FEW - 1).is_of_few
    assert not Rate(FEW, FEW).is_of_few
    assert Rate(934, 1_000).told() == Rate(934, 1_000).in_full() == "93.4%"
    assert Rate(0, 0).told() == Rate(0, 0).in_full() == "–"


@given(counts())
def test_a_share_remembers_its_count(counted):
    n_right, n = counted
    assert Rate.of(n_right / n, n) == Rate(n_right, n)


@pytest.mark.parametrize(("share", "n"), [(None, 10), (math.nan, 10), (0.5, None), (0.5, 0)])
def test_what_is_not_known_is_no_rate(share, n):
    assert known_rate(share, n) is None
