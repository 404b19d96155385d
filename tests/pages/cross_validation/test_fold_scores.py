"""The K folds in words, and their one axis."""

import re

import numpy as np
import pytest
from scipy import stats

from core.crossval.fold_scores import summary
from core.specs import DataSpec
from core.specs.folds import FoldSpec
from pages.cross_validation.fold_scores import in_words

SPEC = FoldSpec(data=DataSpec(n_train=1_003), n_folds=4)


def test_mean_deviation_and_interval_are_numpys_and_scipys_where_all_folds_are_plain_draws():
    values = [0.5, 0.6, 0.62, 0.7]
    said = in_words(summary(values, 4), SPEC)
    assert f"Mean **{np.mean(values):.1%}**, standard deviation **{np.std(values, ddof=1):.1%}**" in said
    assert "trained on 753 such pictures" in said  # three of four folds, the last of which is larger
    low, high = (float(n) / 100 for n in re.findall(r"\*\*(\d+)% to (\d+)%\*\*", said)[0])
    # Folds share training pictures: the interval is wider than that of independent draws
    plain_low, plain_high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert low <= plain_low + 0.005
    assert high >= plain_high - 0.005


@pytest.mark.parametrize("values", [[0.5], [1.0]])
def test_one_fold_has_no_interval(values):
    assert in_words(summary(values, 4), SPEC) == f"**{values[0]:.1%}** so far, of one fold."
