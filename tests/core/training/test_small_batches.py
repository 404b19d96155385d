"""Batches of one picture: trained wherever batch norm has more than one number per channel, and refused elsewhere."""

import pytest

from core.specs import AdamSpec, CNNSpec, FoldSpec, MLPSpec, ResNet18Spec, RunSpec, SpecError, TransferSpec
from core.specs.tasks import train_function
from core.training.batches import steps_per_epoch
from core.training.events import BatchEnd

pytestmark = pytest.mark.usefixtures("home")

SMALL_CNN = CNNSpec(channels1=4, channels2=4)
PICKED = {"n_train": 40, "n_test": 30, "classes": ("disc", "ring"), "per_class": 2}


def sizes(spec):
    """Pictures of each batch."""
    found = []
    train_function(spec)(spec, lambda event: found.append(event.n_images) if isinstance(event, BatchEnd) else None)
    return found


@pytest.mark.parametrize("model", [MLPSpec(H=4), SMALL_CNN], ids=str)
def test_the_handouts_networks_learn_from_one_picture_at_a_time(model):
    data = {"n_train": 5, "n_test": 2}
    plain = RunSpec(data=data, model=model, optimizer=AdamSpec(), n_epochs=1, batch_size=1, n_threads=1)
    assert sizes(plain) == [1] * 5
    fold = FoldSpec(data={"n_train": 40, "n_test": 2}, model=model, n_folds=2, n_epochs=1, batch_size=1, n_threads=1)
    assert sizes(fold) == [1] * 20


@pytest.mark.parametrize("model", [MLPSpec(H=4), SMALL_CNN], ids=str)
def test_one_picture_that_is_left_over_is_a_batch(model):
    assert sizes(RunSpec(data={"n_train": 33, "n_test": 2}, model=model, n_epochs=1, n_threads=1)) == [32, 1]


def test_one_picture_that_is_left_over_stops_resnet18_with_a_sentence():
    data = {"n_train": 33, "n_test": 2}
    with pytest.raises(SpecError) as caught:
        sizes(RunSpec(data=data, model=ResNet18Spec(), n_epochs=1, n_threads=1))
    assert str(caught.value) == (
        "batch_size is 32, which leaves 1 of 33 training pictures for the last batch; the batch norm of ResNet-18 "
        "needs batches of at least 2 pictures. Choose another batch size, or one picture more or less."
    )
    fold = FoldSpec(data={"n_train": 66, "n_test": 2}, model=ResNet18Spec(), n_folds=2, stratified=False, n_threads=1)
    with pytest.raises(SpecError, match="leaves 1 of 33 training pictures"):
        sizes(fold)
    assert steps_per_epoch(RunSpec(model=ResNet18Spec()), 34) == 2


def test_question_5_learns_from_one_picture_where_its_last_maps_have_more_than_one_pixel():
    assert sizes(TransferSpec(data=PICKED, side=64, batch_size=1, n_epochs=1, n_threads=1)) == [1] * 4
    assert sizes(TransferSpec(data=PICKED, frozen_stages=5, batch_size=1, n_epochs=1, n_threads=1)) == [1] * 4
    joined = TransferSpec(data=PICKED, batch_size=3, n_epochs=1, n_threads=1)
    assert sizes(joined) == [4]  # the one that is left over joins the batch before it
