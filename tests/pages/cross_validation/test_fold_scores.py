"""The K folds in words, and their one axis."""

import re

import numpy as np
import pytest
from scipy import stats
from scipy.stats import binomtest

from core.crossval import splits
from core.crossval.fold_scores import read, summary
from core.engine.worker import execute
from core.runs import experiments
from core.specs import DataSpec
from core.specs.folds import FoldSpec
from pages.cross_validation.fold_blocks import mean_told, planned, rows_of
from pages.cross_validation.fold_scores import few_in_words, in_words

SPEC = FoldSpec(data=DataSpec(n_train=1_003), n_folds=4)


def test_mean_deviation_and_interval_are_numpys_and_scipys_where_all_folds_are_plain_draws():
    values = [0.5, 0.6, 0.62, 0.7]
    said = in_words(summary(values, 4), SPEC)
    told = mean_told(summary(values, 4), 4)
    assert told["value"] == f"{np.mean(values):.1%} ± {100 * np.std(values, ddof=1):.1f} points"
    assert told["told"] == "mean ± standard deviation, 4 folds"
    assert "trained on 753 such pictures" in said  # three of four folds, the last of which is larger
    low, high = (float(n) / 100 for n in re.findall(r"\*\*(\d+)% to (\d+)%\*\*", said)[0])
    # Folds share training pictures: the interval is wider than that of independent draws
    plain_low, plain_high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert low <= plain_low + 0.005
    assert high >= plain_high - 0.005


@pytest.mark.parametrize("values", [[0.5], [1.0]])
def test_one_fold_has_no_interval(values):
    assert in_words(summary(values, 4), SPEC) == ""
    assert mean_told(summary(values, 4), 4) == {"told": "1 of 4 folds", "value": f"{values[0]:.1%}"}


def test_a_fold_of_few_pictures_is_a_count_with_its_interval(home):
    spec = FoldSpec(data=DataSpec(n_train=120, n_test=100), n_folds=4, n_epochs=1, n_threads=1)
    members = [({"fold": f"fold {i + 1}"}, spec.model_copy(update={"fold": i})) for i in range(2)]
    experiment = experiments.create("folds", members, settings={"n_folds": 4}, page="crossval", owner="ann")
    for run in experiment.runs:
        execute(str(run.folder))
    scores = read(experiment.read())
    for score, row in zip(scores, rows_of(scores), strict=True):
        right = round(30 * score.accuracy)
        interval = binomtest(right, 30).proportion_ci(method="wilson")
        assert (row.state, row.value) == ("done", f"{right} of 30")
        for said in (row.title, row.said):
            assert f"{interval.low:.0%} to {interval.high:.0%}" in said
    assert " of 30 (95 % interval " in few_in_words(scores)


def test_each_row_holds_out_the_part_that_its_fold_is_judged_on(home):
    """Held against the split itself: the row's coloured block is the part whose pictures the fold judges."""
    spec = FoldSpec(data=DataSpec(n_train=120, n_test=100), n_folds=3, n_epochs=1, n_threads=1)
    members = [({"fold": f"fold {i + 1}"}, spec.model_copy(update={"fold": i})) for i in range(3)]
    experiment = experiments.create("folds", members, settings={"n_folds": 3}, page="crossval", owner="ann")
    scores = read(experiment.read())
    pictures = splits.pictures(spec)
    labels, names = pictures.train_labels, pictures.class_names
    for score, row, before in zip(scores, rows_of(scores), planned(3), strict=True):
        judged = splits.parts(score.spec, labels, names).judged
        assert (splits.fold_of_each(spec, labels, names)[judged] == row.held).all()
        assert (row.name, row.held, row.colour, row.state) == (before.name, before.held, before.colour, "waits")
        assert row.said == f"Fold {row.held + 1}: judged on part {row.held + 1}, trained on the other 2 parts; waiting."
