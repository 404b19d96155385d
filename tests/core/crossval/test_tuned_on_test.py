"""core/crossval/tuned_on_test.py: what choosing by the test set costs, against binomials and real networks."""

import numpy as np
import pytest
from scipy import stats

from core.crossval import tuned_on_test
from core.datasets import DatasetError
from core.specs import DataSpec


def test_the_best_of_equals_gains_what_the_largest_of_binomials_does():
    """50 networks that are all right with probability 0.3: the best on 100 pictures is not better at all."""
    rng = np.random.default_rng(1)
    right = rng.random((50, 20_000)) < 0.3
    found = tuned_on_test.chosen(right, n_repeats=200)
    k = np.arange(101)
    below = stats.binom.cdf(k, 100, 0.3) ** 50
    expected = float((k * np.diff(below, prepend=0)).sum()) / 100  # mean of the largest of 50 binomials
    assert found.told.mean() == pytest.approx(expected, abs=0.01)
    assert found.fresh.mean() == pytest.approx(0.3, abs=0.005)
    drop, low, high = found.drop
    assert low < drop < high
    interval = stats.ttest_rel(found.told, found.fresh).confidence_interval(0.95)
    assert (low, high) == pytest.approx((interval.low, interval.high))


def test_one_network_is_chosen_by_nobody():
    right = np.random.default_rng(0).random((1, 5_000)) < 0.5
    drop, low, high = tuned_on_test.chosen(right, n_repeats=100).drop
    assert low < 0.01
    assert abs(drop) < 0.02
    assert high > -0.01


def test_real_networks_lose_by_it(home):
    seen = []
    found = tuned_on_test.tune(DataSpec(), n_runs=8, on_progress=lambda done, total: seen.append((done, total)))
    assert found.drop[0] > 0
    assert found.told.shape == found.fresh.shape == (20,)
    assert (found.n_test, found.n_fresh, found.n_runs) == (100, 1_000, 8)
    assert seen[-1] == (8, 8)
    again = tuned_on_test.tune(DataSpec(), n_runs=8)
    assert np.array_equal(found.told, again.told)
    assert tuned_on_test.tune(DataSpec(), should_stop=lambda: True) is None


def test_a_set_that_is_too_small_is_a_sentence(home, monkeypatch):
    few = tuned_on_test.pictures_for(DataSpec(dataset="digits"))
    assert few.n_test == 360
    monkeypatch.setattr(tuned_on_test, "N_TEST", 200)
    with pytest.raises(DatasetError, match="360 pictures to judge by; 400 are needed"):
        tuned_on_test.pictures_for(DataSpec(dataset="digits"))


def test_a_sealed_test_set_stays_sealed(home):
    data = tuned_on_test.pictures_for(DataSpec(judged_on="validation"))
    assert data.judged_on == "validation"
    assert all(spec.data == data for spec in tuned_on_test.specs(data, n_runs=3))
