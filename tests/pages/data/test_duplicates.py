"""Which pictures a pair is of, and what stands below it."""

import numpy as np
import pytest

from core.datasets.duplicates import Duplicates, Pair, find
from core.datasets.image_set import ImageSet
from pages.data.duplicates import caption, picture


@pytest.fixture
def images():
    """Four training and three test pictures of noise, the third test picture the second of training."""
    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8) for n in (4, 3))
    test[2] = train[1]
    return ImageSet("x", "X", ("cat", "dog"), train, np.array([0, 1, 0, 1]), test, np.array([1, 1, 0]), "")


def test_a_copy_in_the_test_is_shown_beside_its_original(images):
    found = find(images, most_bits=0)
    (pair,) = found.exact_pairs
    first, second = (picture(images, place, found) for place in (pair.first, pair.second))
    assert np.array_equal(first, images.train_images[1])
    assert np.array_equal(second, images.test_images[2])
    assert caption(images, pair, found) == "train 2: dog\ntest 3: cat"


@pytest.mark.parametrize(("place", "told"), [(0, "train 1: cat"), (3, "train 4: dog"), (4, "test 1: dog"),
                                             (6, "test 3: cat")])  # fmt: skip
def test_test_pictures_are_numbered_behind_those_of_training(images, place, told):
    found = Duplicates({}, {}, (), (), n_train=4)
    assert caption(images, Pair(place, place, 0), found).split("\n")[0] == told
