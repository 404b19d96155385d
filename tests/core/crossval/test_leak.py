"""Near-duplicates: where they lie, what they show, and what stays as it was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crossval import splits as folds
from core.crossval.leak import BRIGHTER, leaked, near_duplicate, pairs
from core.specs import DataSpec
from core.specs.folds import FoldSpec, LeakSpec


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=80),
    st.integers(0, 60),
    st.integers(0, 99),
)
def test_pairs_are_of_one_class_and_of_two_folds(pictures, wanted, seed):
    labels, deal = np.array(pictures).T
    copies, originals = pairs(labels, deal, wanted, np.random.default_rng(seed))
    assert len(copies) == len(originals) <= wanted
    assert len({*copies, *originals}) == 2 * len(copies)
    np.testing.assert_array_equal(labels[copies], labels[originals])
    assert (deal[copies] != deal[originals]).all()


def test_half_of_all_pictures_can_be_copies():
    labels = np.repeat(np.arange(10), 50)
    deal = np.tile(np.arange(5), 100)
    copies, _ = pairs(labels, deal, 250, np.random.default_rng(0))
    assert len(copies) == 250


@given(st.integers(0, 9999))
def test_a_near_duplicate_is_mirrored_shifted_or_brighter(seed):
    picture = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    copy = near_duplicate(picture, np.random.default_rng(seed))
    assert copy.shape == picture.shape
    assert copy.dtype == np.uint8
    a, b = copy.astype(int), picture.astype(int)
    assert (
        (a == b[:, ::-1]).all()
        or (a[1:] == b[:-1]).all()
        or (a[:-1] == b[1:]).all()
        or (a[:, 1:] == b[:, :-1]).all()
        or (a[:, :-1] == b[:, 1:]).all()
        or (a == np.clip(b + BRIGHTER, 0, 255)).all()
        or (a == np.clip(b - BRIGHTER, 0, 255)).all()
    )
    assert (a != b).any()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_only_the_copies_change_and_the_folds_do_not(home, share):
    spec = FoldSpec(data=DataSpec(n_train=200, n_test=100), leak=LeakSpec(share=share))
    clean = folds.pictures(spec.model_copy(update={"leak": None}))
    changed = folds.pictures(spec)
    np.testing.assert_array_equal(changed.train_labels, clean.train_labels)
    np.testing.assert_array_equal(changed.test_images, clean.test_images)
    differ = (changed.train_images != clean.train_images).any(axis=(1, 2, 3))
    deal = folds.fold_of_each(spec, clean.train_labels, clean.class_names)
    known = leaked(clean, deal, spec.leak)
    assert differ.sum() == len(known.copies)
    assert 0.95 * 200 * share <= len(known.copies) <= 200 * share  # a class of 19 has but 9 pairs
    np.testing.assert_array_equal(np.flatnonzero(differ), np.sort(known.copies))
    np.testing.assert_array_equal(changed.train_images, known.images.train_images)  # the same each time
