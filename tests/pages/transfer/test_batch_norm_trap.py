"""What the trap cost: with one seed a number and a warning, with three the paired interval of SciPy."""

import numpy as np
from scipy import stats

from pages.transfer.batch_norm_trap import cost_in_words


def test_one_seed_is_said_to_be_one():
    said = cost_in_words([(0.75, 0.694)], 19)
    assert "+5.6 points of test accuracy, of one seed and 19 test pictures" in said
    assert "can be luck" in said
    assert "costs" not in said


def test_three_seeds_have_the_paired_interval():
    right, trapped = np.array([0.90, 0.88, 0.91, 0.89]), np.array([0.80, 0.77, 0.80, 0.80])
    low, high = stats.ttest_rel(right, trapped).confidence_interval(0.95)
    said = cost_in_words(list(zip(right, trapped, strict=True)), 1_000)
    assert f"95 % interval {100 * low:.1f} to {100 * high:.1f}." in said


def test_seeds_that_disagree_can_not_tell():
    assert "can't tell from 3 seeds" in cost_in_words([(0.9, 0.8), (0.7, 0.8), (0.8, 0.8)], 100)
