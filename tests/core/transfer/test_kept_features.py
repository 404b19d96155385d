"""core/transfer/kept_features.py: a run whose features lie there is told so, and one whose do not is not."""

import pytest

from core import runs
from core.engine.calibration import Calibration
from core.engine.expected_time import seconds
from core.engine.worker import execute
from core.specs import AugmentationSpec, PickedDataSpec, SGDSpec, TransferSpec
from core.specs.models import ResNet18Spec
from core.transfer import kept_features

KNOWN = Calibration("m", (0, 0, 0), 0, 0, 0, 1.0, (), resnet18=(0.01, 0.006, 0.002))
DATA = PickedDataSpec(n_train=200, n_test=50, per_class=3)
FROZEN = TransferSpec(data=DATA, model=ResNet18Spec(), n_epochs=2, batch_size=8, frozen_stages=5)

pytestmark = pytest.mark.usefixtures("home")


def changed(**changes):
    return FROZEN.model_copy(update=changes)


def test_the_second_run_is_not_told_to_wait_for_what_the_first_has_computed():
    cold = seconds(FROZEN, KNOWN)
    assert execute(str(runs.create(FROZEN, page="transfer", owner="ann").folder)) == "done"
    warm = seconds(FROZEN, KNOWN)
    assert warm == pytest.approx(cold - (30 + 50) * 0.002)
    # What only the last layer sees changes nothing; each of the others needs features of its own
    for same in ({"n_epochs": 1}, {"batch_size": 4}, {"optimizer": SGDSpec(learning_rate=0.5)}):
        assert kept_features.are_there(changed(**same)), same
    for other in (
        {"side": 64},
        {"random_state": 1},
        {"precision": "bfloat16"},
        {"augmentation": AugmentationSpec(flip=True)},
        {"data": DATA.model_copy(update={"per_class": 4})},
    ):
        assert not kept_features.are_there(changed(**other)), other
    next(kept_features.folder().glob("*.npy")).unlink()  # what was used longest ago goes first
    assert seconds(FROZEN, KNOWN) == cold
