"""The splits against scikit-learn's, the handout's arithmetic, and a sentence for every impossible one."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit
from skorch.dataset import ValidSplit
from torch.utils.data import random_split

from core.crossval import splits as folds
from core.specs import DataSpec, SpecError, parse_run_spec
from core.specs.folds import FoldSpec

NAMES = tuple("abcdef")
labels_of_many = st.lists(st.integers(0, 3), min_size=2, max_size=60).map(np.array)


@given(labels_of_many, st.integers(2, 10), st.booleans(), st.booleans(), st.integers(0, 2**32 - 1))
def test_folds_are_scikit_learns(labels, n_folds, stratified, shuffle, seed):
    spec = FoldSpec(n_folds=n_folds, stratified=stratified, shuffle=shuffle, split_seed=seed)
    try:
        mine = folds.splits(spec, labels, NAMES)
    except folds.FoldsError:
        counts = np.bincount(labels)
        rarest = counts[counts > 0].min()
        assert n_folds > len(labels) or len(np.unique(labels)) < 2 or (stratified and rarest < n_folds)
        return
    assert n_folds <= len(labels)
    assert len(np.unique(labels)) > 1
    assert not stratified or min(np.bincount(labels)[np.unique(labels)]) >= n_folds
    oracle = (StratifiedKFold if stratified else KFold)(
        n_folds, shuffle=shuffle, random_state=seed if shuffle else None
    )
    for (a, b), (c, d) in zip(mine, oracle.split(labels, labels), strict=True):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)
    deal = folds.fold_of_each(spec, labels, NAMES)
    assert set(deal) == set(range(n_folds))
    for number, (_, judged) in enumerate(mine):
        np.testing.assert_array_equal(np.flatnonzero(deal == number), judged)


@given(st.integers(0, 19), st.booleans(), st.integers(0, 99))
def test_a_random_split_is_the_same_whoever_asks_for_it(number, stratified, seed):
    labels = np.arange(100) % 4
    spec = FoldSpec(split="random", fold=number, stratified=stratified, split_seed=seed)
    oracle = (StratifiedShuffleSplit if stratified else ShuffleSplit)(20, test_size=1 / 5, random_state=seed)
    expected = list(oracle.split(labels, labels))[number]
    given_parts = folds.parts(spec, labels, NAMES)
    np.testing.assert_array_equal(given_parts.fitted, expected[0])
    np.testing.assert_array_equal(given_parts.judged, expected[1])


@given(st.integers(20, 400), st.sampled_from([0, 2, 3, 4, 5, 10]), st.integers(0, 999))
def test_part_a_is_the_handouts(n, own_folds, seed):
    labels = np.random.default_rng(seed).integers(0, 2, n)
    # At most a fifth is put aside: of each class there is more left than the ten that the largest choice asks for
    assume(np.bincount(labels, minlength=2).min() >= 10 + n // 5)
    spec = FoldSpec(split="holdout", own_folds=own_folds, split_seed=seed)
    found = folds.parts(spec, labels, NAMES)
    aside = int(n * 0.2)
    dealt = random_split(range(n), [n - aside, aside], generator=torch.Generator().manual_seed(seed))
    assert found.fitted.tolist() == list(dealt[0].indices)
    assert found.unused.tolist() == list(dealt[1].indices)
    n_fitted, n_aside, n_own = folds.holdout_sizes(n, own_folds)
    assert n_aside == aside
    assert n_fitted + n_aside + n_own == n
    if own_folds:
        fitted, own = ValidSplit(own_folds, stratified=True)(range(n - aside), labels[found.fitted])
        assert (len(fitted), len(own)) == (n_fitted, n_own)


@pytest.mark.parametrize(
    ("labels", "n_folds", "stratified", "says"),
    [
        ([0, 0, 0, 1, 1], 3, True, "Class b has 2 training pictures, fewer than K = 3"),
        ([0, 1, 0, 1], 5, False, "K is 5, but there are only 4 pictures"),
        ([2, 2, 2, 2, 2], 2, False, "All training pictures are of one class"),
        ([0, 1, 0, 1], 1, False, "K is 1; allowed is 2 or more"),
    ],
)
def test_the_impossible_is_a_sentence(labels, n_folds, stratified, says):
    with pytest.raises(folds.FoldsError, match=says):
        folds.check(np.array(labels), NAMES, n_folds, stratified=stratified)


@pytest.mark.parametrize(
    ("labels", "own_folds", "says"),
    [([1] * 10, 5, "of one class"), ([0, 1] * 4, 5, "no class has more than 4"), ([1] * 10, 0, "of one class")],
)
def test_an_impossible_part_a_is_a_sentence(labels, own_folds, says):
    with pytest.raises(folds.FoldsError, match=says):
        folds.check_holdout(np.array(labels), own_folds)


def test_a_class_that_is_not_there_does_not_count():
    labels = np.array([0, 0, 3, 3])
    folds.check(labels, NAMES, 2, stratified=True)
    assert len(folds.splits(FoldSpec(n_folds=2, stratified=True), labels, NAMES)) == 2


def test_a_fold_beyond_k_is_no_spec():
    with pytest.raises(SpecError, match="fold is 5; allowed is a whole number from 0 to 4"):
        parse_run_spec({"task": "fold", "n_folds": 5, "fold": 5})
    spec = FoldSpec(fold=3, data=DataSpec(n_train=100))
    assert parse_run_spec(spec.model_dump_json()) == spec


@pytest.mark.parametrize("judges_test", [False, True])
def test_judged_pictures_are_the_folds_and_then_the_clean_ones(home, judges_test):
    spec = FoldSpec(data=DataSpec(n_train=100, n_test=100), fold=2, judges_test=judges_test)
    whole = folds.pictures(spec)
    _, judged = folds.splits(spec, whole.train_labels, whole.class_names)[2]
    seen = folds.judged_pictures(spec)
    assert len(seen.test_labels) == 20 + 100 * judges_test
    np.testing.assert_array_equal(seen.test_images[:20], whole.train_images[judged])
    np.testing.assert_array_equal(seen.test_labels[20:], whole.test_labels[: 100 * judges_test])
    assert len(seen.train_labels) == 80
