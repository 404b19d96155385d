"""A run that is judged on training pictures which it does not train on: the test pictures stay sealed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import datasets
from core.datasets import DatasetError
from core.datasets.image_set import ImageSet
from core.specs import DataSpec


def numbered(n: int) -> ImageSet:
    """A set whose pictures are their numbers; those of the test are -1."""
    return ImageSet("one", "One", ("a", "b"), np.arange(n), np.arange(n) % 2, np.full(9, -1), np.zeros(9, int), "")


@given(st.data(), st.integers(3, 200), st.integers(0, 99))
@settings(deadline=None)
def test_no_picture_trains_and_judges_and_none_is_of_the_test(data, n, seed):
    n_validation = data.draw(st.integers(1, n - 2))
    n_train = data.draw(st.integers(2, n - n_validation))
    chosen = numbered(n).held_out(n_train, n_validation, seed)
    train, judged = chosen.train_images.tolist(), chosen.test_images.tolist()
    assert len(set(train)) == n_train
    assert len(set(judged)) == n_validation
    assert not set(train) & set(judged)
    assert set(train) | set(judged) <= set(range(n))
    assert np.array_equal(chosen.test_labels, chosen.test_images % 2)
    assert np.array_equal(chosen.train_labels, chosen.train_images % 2)


def test_more_than_there_are_is_a_sentence():
    with pytest.raises(DatasetError, match=r"One has 10 training pictures: 8 to train and 3 held out.* at most 7 to"):
        numbered(10).held_out(8, 3, 0)


@pytest.mark.parametrize("name", ["shapes10", "digits"])
def test_a_data_sets_pictures_are_held_out_of_its_training_pictures(home, name):
    spec = DataSpec(dataset=name, n_train=300, n_test=120, judged_on="validation")
    images, whole = datasets.load_for(spec), datasets.load(name)
    of_training = {picture.tobytes() for picture in whole.train_images}
    judged = [picture.tobytes() for picture in images.test_images]
    assert len(judged) == 120
    assert of_training.issuperset(judged)
    assert not {picture.tobytes() for picture in images.train_images} & set(judged)
    again = datasets.load_for(spec)
    assert np.array_equal(again.test_images, images.test_images)
    assert np.array_equal(again.train_labels, images.train_labels)
    other = datasets.load_for(spec.model_copy(update={"judged_on": "test"}))
    assert not np.array_equal(other.test_images, images.test_images)


def test_settings_of_an_earlier_lab_are_judged_on_the_test_pictures():
    assert DataSpec.model_validate({"dataset": "digits", "n_train": 100}).judged_on == "test"
