"""core/seed_statistics.py against SciPy, and its verdicts against simulated races."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from core.optimizers.seed_statistics import Comparison, band, compare, compare_all, seeds_needed, verdict

scores = st.integers(3, 20).flatmap(
    lambda n: st.tuples(*[arrays(np.float64, n, elements=st.floats(0, 1, width=32)) for _ in range(2)])
)


@given(scores, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_scipys(pair, confidence):
    first, second = pair
    if (first - second).std() < 1e-6:
        first = first + np.linspace(0, 1, len(first))
    ours = compare(first, second, confidence=confidence)
    theirs = stats.ttest_rel(first, second)
    interval = theirs.confidence_interval(confidence)
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-12)
    assert ours.difference == pytest.approx((first - second).mean(), abs=1e-12)
    # The interval leaves zero out exactly where the test says so
    if abs(theirs.pvalue - (1 - confidence)) > 1e-9:
        assert ours.is_real == (theirs.pvalue < 1 - confidence)


@given(arrays(np.float64, st.tuples(st.integers(2, 9), st.just(4)), elements=st.floats(0, 1, width=32)))
def test_the_band_is_scipys(curves):
    mean, low, high = band(curves)
    for i, column in enumerate(curves.T):
        assert mean[i] == pytest.approx(column.mean())
        if column.std() > 1e-6:
            theirs = stats.t.interval(0.95, len(column) - 1, loc=column.mean(), scale=stats.sem(column))
            assert (low[i], high[i]) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_a_band_leaves_out_what_diverged():
    mean, low, high = band(np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]]))
    assert mean[:2].tolist() == [2.0, 2.0]
    assert np.isnan(mean[2])
    assert np.isnan(low[1])
    assert low[0] < 2 < high[0]


@pytest.mark.parametrize("n_seeds", [3, 5, 20])
@pytest.mark.parametrize("n_test", [100, 1000])
@pytest.mark.parametrize("n_contestants", [2, 4])
def test_identical_contestants_can_not_be_told_apart(n_seeds, n_test, n_contestants):
    """In each hundred of repeats at least 93 say so for every pair; scores are shares of test pictures."""
    rng = np.random.default_rng(n_seeds + n_test + n_contestants)
    said = []
    for _ in range(150):
        drawn = rng.binomial(n_test, rng.normal(0.6, 0.01, (n_contestants, n_seeds)).clip(0, 1)) / n_test
        contestants = {f"c{i}": row for i, row in enumerate(drawn)}
        verdicts = [verdict(c) for c in compare_all(contestants, resolution=1 / n_test)]
        said.append(all("can't tell" in sentence for sentence in verdicts))
    assert np.mean(said) >= 0.93


def test_the_very_same_scores_can_not_be_told_apart():
    same = [0.5, 0.6, 0.7]
    (c,) = compare_all({"Adam": same, "Adam too": same}, resolution=0.01)
    assert verdict(c) == "Adam and Adam too: can't tell from 3 seeds; on average they came out the same."


def test_one_picture_in_every_seed_is_no_certainty():
    scores = np.array([0.50, 0.55, 0.60])
    assert not compare(scores + 0.01, scores, resolution=0.01).is_real
    assert compare(scores + 0.05, scores, resolution=0.01).is_real


def test_a_clear_difference_is_told_with_its_interval():
    rng = np.random.default_rng(0)
    luck = rng.normal(0, 0.02, 10)
    adam, sgd = 0.618 + luck + rng.normal(0, 0.005, 10), 0.6 + luck
    (c,) = compare_all({"SGD": sgd, "Adam": adam})
    low, high = stats.ttest_rel(adam, sgd).confidence_interval(0.95)
    mean = (adam - sgd).mean()
    assert verdict(c) == (
        f"Adam ahead of SGD by {100 * mean:.1f} points, 95 % interval {100 * low:.1f} to {100 * high:.1f}."
    )


def test_an_interval_that_was_widened_says_that_it_holds_together_with_others():
    rng = np.random.default_rng(0)
    luck = rng.normal(0, 0.02, 10)
    drawn = {"a": 0.7 + luck + rng.normal(0, 0.005, 10), "b": 0.65 + luck, "c": 0.6 + luck + rng.normal(0, 0.005, 10)}
    for c in compare_all(drawn):
        theirs = stats.ttest_rel(drawn[c.first], drawn[c.second]).confidence_interval(1 - 0.05 / 3)
        assert f", simultaneous 95 % interval {100 * theirs.low:.1f} to {100 * theirs.high:.1f}." in verdict(c)


def test_seeds_needed_are_said_to_take_the_observed_difference_for_the_true_one():
    assert verdict(compare([0.5, 0.6, 0.4], [0.52, 0.3, 0.41])).endswith(", if that is the true difference.")


def test_several_pairs_hold_together():
    rng = np.random.default_rng(1)
    drawn = {name: rng.normal(0.6, 0.02, 6) for name in "abc"}
    for c in compare_all(drawn):
        theirs = stats.ttest_rel(drawn[c.first], drawn[c.second]).confidence_interval(1 - 0.05 / 3)
        assert (c.low, c.high) == pytest.approx((theirs.low, theirs.high))
        assert c.difference >= 0


@pytest.mark.parametrize("effect", [0.5, 1.0, 2.0])
def test_so_many_seeds_tell_it_in_four_repeats_of_five(effect):
    n = seeds_needed(effect, 1.0)
    rng = np.random.default_rng(3)
    seen = {m: np.mean([stats.ttest_1samp(rng.normal(effect, 1, m), 0).pvalue < 0.05 for _ in range(400)])
            for m in (n, max(3, n - 2))}  # fmt: skip
    assert seen[n] >= 0.76
    if n > 6:
        assert seen[n - 2] < 0.83


def test_what_no_number_of_seeds_tells():
    assert seeds_needed(0.0, 1.0) is None
    assert seeds_needed(0.001, 1.0) is None
    c = Comparison("a", "b", 5, 0.00001, -0.1, 0.1, 0.95, None)
    assert "more than 1,000 would be needed" in verdict(c)
    assert "needed for a difference below 0.1 points" in verdict(c)
    few = compare([0.5, 0.6, 0.4], [0.52, 0.3, 0.41])
    assert f"about {few.n_needed} would be needed" in verdict(few)


def test_diverged_runs_leave_their_pair_out():
    nan = float("nan")
    c = compare([0.5, nan, 0.6, 0.7], [0.4, 0.5, 0.52, nan], names=("a", "b"))
    assert c.n == 2
    assert verdict(c) == "a and b: can't tell from 2 seeds; at least 3 are needed."
    assert "no seed" in verdict(compare([nan], [0.3], names=("a", "b")))
    with pytest.raises(ValueError, match="3 scores"):
        compare([1, 2, 3], [1])
