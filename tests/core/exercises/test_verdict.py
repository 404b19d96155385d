"""The rule over five seeds: its statistics against SciPy, and its labels on curves that were made for them."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from core.exercises.label_noise import agreement
from core.exercises.short_runs import Curves
from core.exercises.verdict import is_explained, over_seeds, rises, verdict

EPOCHS = np.arange(1, 11)
REACHED = [0.8, 0.81, 0.79, 0.8, 0.82]


def curves(seed, *, train_loss=None, test_loss=None, train=None, test=None, n_test=500, alarms=None):
    """Five seeds' worth of a course, with a little luck in it."""
    luck = np.random.default_rng(seed)
    falling = 2.3 * np.exp(-EPOCHS / 5)
    rising = 1 - np.exp(-EPOCHS / 3)

    def near(values, spread):
        return tuple(float(value) for value in np.asarray(values) + luck.normal(0, spread, len(EPOCHS)))

    return Curves(
        near(falling if train_loss is None else train_loss, 0.01),
        near(0.85 * rising if train is None else train, 0.005),
        near(falling + 0.1 if test_loss is None else test_loss, 0.02),
        near(0.8 * rising if test is None else test, 0.01),
        n_test, 10, alarms or {},
    )  # fmt: skip


def judged(reached=REACHED, label_noise=0.0, **course):
    return verdict([curves(seed, **course) for seed in range(5)], reached, label_noise=label_noise)


@pytest.mark.parametrize("seed", range(10))
def test_the_interval_is_scipys(seed):
    values = np.random.default_rng(seed).normal(0.3, 2, 5)
    found = over_seeds(values)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.mean, found.low, found.high) == pytest.approx((values.mean(), low, high))


@pytest.mark.parametrize("seed", range(30))
def test_equal_rates_are_judged_as_scipys_contingency_table(seed):
    draw = np.random.default_rng(seed)
    right = draw.binomial(20, draw.uniform(0.3, 0.7, 5))
    table = np.array([right, 20 - right])
    assert is_explained(right, 20) == (stats.chi2_contingency(table, correction=False).pvalue >= 0.05)


def test_no_or_all_pictures_right_is_no_difference():
    assert is_explained([0] * 5, 20)
    assert is_explained([20] * 5, 20)


def test_the_lowest_epoch_of_a_seed_is_chosen_by_the_others():
    flat = np.ones((3, 4))
    flat[0, 1] = 0.2  # the luck of one seed is no rise of its own loss: for the others their means are lowest there
    found, lowest = rises(flat)
    assert list(found) == [0, 0, 0]
    assert lowest == 1


def test_a_rise_by_luck_alone_is_found_as_rarely_as_the_interval_says():
    """On curves that do not move, one in forty may pass for a rise (one side of 95 %), the own minimum would be all."""
    draw = np.random.default_rng(0)
    n_found = sum(over_seeds(rises(draw.normal(1, 0.1, (5, 10)))[0]).low > 0 for _ in range(2_000))
    assert n_found / 2_000 < 0.04


def test_overfitting():
    found = judged(test_loss=1.5 - 0.1 * EPOCHS + 0.02 * EPOCHS**2)
    assert found.label == "overfit"
    assert "lowest at epoch 2 " in found.sentence or "lowest at epoch 3 " in found.sentence


def test_both_losses_rising_is_no_overfitting():
    rising = 1 + 0.1 * EPOCHS
    assert judged(test_loss=rising, train_loss=rising).label != "overfit"


def test_a_rise_of_less_than_two_percent_is_none():
    assert judged(test_loss=np.where(EPOCHS < 10, 1.0, 1.01)).label == "fine"


def test_underfitting():
    found = judged(train=0.3 * EPOCHS / 10, test=0.29 * EPOCHS / 10)
    assert found.label == "underfit"
    assert "ends at 30% of its own training pictures" in found.sentence


def test_low_where_nobody_reaches_more_is_fine():
    assert judged([0.3] * 5, train=0.31 * EPOCHS / 10, test=0.3 * EPOCHS / 10).label == "fine"


def test_wrong_labels_are_no_underfitting_of_who_learns_the_right_ones():
    share = 0.6
    right = 0.8 * (1 - np.exp(-EPOCHS / 2))
    given = np.array([agreement(accuracy, share, 10) for accuracy in right])
    assert judged(train=given, test=right, label_noise=share).label == "fine"
    assert judged(train=given, test=right).label == "underfit"


def test_few_test_pictures():
    found = judged(n_test=20, test=0.6 * np.ones(10))
    assert found.label == "noise"
    assert "20 test pictures allow" in found.sentence
    assert judged(n_test=500).label == "fine"


def test_seeds_that_differ_more_than_few_pictures_explain_can_not_be_told():
    runs = [curves(seed, n_test=40, test=np.full(10, level)) for seed, level in enumerate((0.1, 0.9, 0.1, 0.9, 0.5))]
    assert verdict(runs, REACHED).label == "unclear"


def test_the_health_card_of_all_seeds_is_a_bug():
    runs = [curves(seed, alarms={"update": "No step moves it."}) for seed in range(5)]
    assert verdict(runs, REACHED).label == "bug"
    assert "No step moves it." in verdict(runs, REACHED).sentence
    one_sound = [*runs[:4], dataclasses.replace(runs[4], alarms={})]
    assert verdict(one_sound, REACHED).label == "fine"


def test_a_loss_that_is_no_number_is_a_bug():
    runs = [curves(seed) for seed in range(4)]
    gone = dataclasses.replace(curves(4), train_loss=(2.3,) + (float("nan"),) * 9)
    assert verdict([*runs, gone], REACHED).label == "bug"


def test_test_pictures_of_another_form_are_a_bug():
    """Before a picture was learnt by heart, test pictures can't be harder than those that train."""
    found = judged(test=np.full(10, 0.1))
    assert found.label == "bug"
    assert "in the first epoch" in found.sentence.casefold()


def test_too_few_seeds():
    with pytest.raises(ValueError, match="2 runs"):
        verdict([curves(0), curves(1)], REACHED[:2])
    with pytest.raises(ValueError, match="5 runs and 4"):
        verdict([curves(seed) for seed in range(5)], REACHED[:4])
