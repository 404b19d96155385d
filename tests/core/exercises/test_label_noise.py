"""Wrong labels stand where they were ordered, and nowhere else."""

import numpy as np
import pytest

from core.datasets.image_set import ImageSet
from core.exercises.label_noise import agreement, with_label_noise


def pictures(n=1_000, n_classes=10):
    draw = np.random.default_rng(7)
    return ImageSet(
        "made", "Made", tuple(map(str, range(n_classes))), np.zeros((n, 2, 2, 3), np.uint8),
        draw.integers(0, n_classes, n), np.zeros((50, 2, 2, 3), np.uint8), draw.integers(0, n_classes, 50), "",
    )  # fmt: skip


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 1.0])
def test_exactly_so_many_training_labels_are_wrong_and_no_test_label(share):
    whole = pictures()
    before = whole.train_labels.copy()
    given = with_label_noise(whole, share, 3)
    assert (given.train_labels != before).sum() == round(share * 1_000)
    assert set(given.train_labels) <= set(range(10))
    assert given.test_labels is whole.test_labels
    assert given.test_images is whole.test_images
    assert given.train_images is whole.train_images
    assert (whole.train_labels == before).all()


def test_the_seed_decides():
    first, again, other = (with_label_noise(pictures(), 0.5, seed).train_labels for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_two_classes_change_places():
    whole = pictures(n_classes=2)
    assert (with_label_noise(whole, 1.0, 0).train_labels == 1 - whole.train_labels).all()


@pytest.mark.parametrize(("accuracy", "share"), [(1.0, 0.3), (0.8, 0.6), (0.1, 0.5), (0.5, 0.0)])
def test_agreement_is_what_counting_gives(accuracy, share):
    whole = pictures(200_000)
    given = with_label_noise(whole, share, 0).train_labels
    draw = np.random.default_rng(1)
    predicted = np.where(
        draw.random(200_000) < accuracy, whole.train_labels, (whole.train_labels + draw.integers(1, 10, 200_000)) % 10
    )
    assert agreement(accuracy, share, 10) == pytest.approx((predicted == given).mean(), abs=0.005)
