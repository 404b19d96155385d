"""core/transfer/expected_time.py: pictures, side and frozen stages are foretold in the right proportions."""

import pytest

from core.engine.calibration import Calibration
from core.engine.expected_time import seconds
from core.specs import AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec
from core.transfer.expected_time import picked_sizes

KNOWN = Calibration("m", (0, 0, 0), 0, 0, 0, 1.0, (), resnet18=(0.01, 0.006, 0.002))
WEIGHTS = WeightsSpec(source="file", sha256="a" * 64)
DATA = PickedDataSpec(n_train=500, n_test=100, classes=("star", "ring"), per_class=20)

pytestmark = pytest.mark.usefixtures("home")


def spec(**changes):
    return TransferSpec(**{"data": DATA, "weights": WEIGHTS, "n_epochs": 3, "batch_size": 16} | changes)


def test_the_pictures_are_those_that_are_picked():
    assert picked_sizes(DATA) == (40, 20)
    assert picked_sizes(PickedDataSpec(n_train=500, n_test=100)) == (500, 100)
    assert picked_sizes(PickedDataSpec(n_train=500, n_test=100, classes=("star",))) == (50, 10)


def test_fine_tuning_is_foretold_by_hand():
    assert seconds(spec(), KNOWN) == pytest.approx(3 * (3 * 0.01 + 40 * 0.006 + 20 * 0.002))


def test_four_times_the_pixels_take_about_four_times_as_long():
    assert 3.5 < seconds(spec(side=64), KNOWN) / seconds(spec(), KNOWN) < 4.5


def test_what_is_frozen_is_not_trained():
    times = [seconds(spec(frozen_stages=n), KNOWN) for n in range(6)]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 6


def test_features_are_computed_once_per_view():
    frozen = {"frozen_stages": 5}
    once = seconds(spec(**frozen, n_epochs=1), KNOWN)
    assert seconds(spec(**frozen, n_epochs=50), KNOWN) < 2 * once
    views = spec(**frozen, n_epochs=1, augmentation=AugmentationSpec(flip=True), n_views=4)
    assert seconds(views, KNOWN) - once == pytest.approx(3 * 40 * 0.002)
