"""The training pictures judged at an epoch's end: what PyTorch alone says of them, and no loss moves for it."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from core import datasets
from core.engine import calibration, expected_time
from core.engine.worker import execute
from core.models import build_model
from core.runs import live_curves, skimmed_curves
from core.specs import FoldSpec, MLPSpec, SGDSpec, TransferSpec
from core.training.events import EpochEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")


def judged_by_hand(spec, weights):
    """Mean loss and accuracy of the training pictures, without anything of core.training."""
    images = datasets.load_for(spec.data)
    model = build_model(spec.model, 10)
    model.load_state_dict(weights)
    model.eval()
    x = torch.from_numpy(np.array(images.train_images, dtype=np.float32)).permute(0, 3, 1, 2) / 127.5 - 1
    labels = torch.from_numpy(np.array(images.train_labels))
    with torch.no_grad():
        outputs = model(x)
    loss = torch.nn.functional.cross_entropy(outputs, labels).item()
    return loss, (outputs.argmax(1) == labels).double().mean().item()


@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_it_says_what_torch_says_and_moves_no_loss(small, tiny_cnn, new_ears, same_weights, kind):
    """The CNN has dropout and batch norm: a pass in train() mode would draw random numbers and move statistics."""
    spec = small() if kind == "mlp" else tiny_cnn
    plain, judged = new_ears(), new_ears()
    first = train(spec, plain)
    second = train(spec.model_copy(update={"judges_training": True}), judged)
    assert judged.losses == plain.losses
    assert same_weights(first.model, second.model)
    assert [e.test_loss for e in judged.epochs] == [e.test_loss for e in plain.epochs]
    assert [e.train_accuracy for e in judged.epochs] == [e.train_accuracy for e in plain.epochs]
    assert {e.judged_train_loss for e in plain.epochs} == {None}
    for epoch in judged.epochs:
        loss, accuracy = judged_by_hand(spec, judged.checkpoints[epoch.epoch]["model"])
        assert epoch.judged_train_loss == pytest.approx(loss, rel=1e-4)
        assert epoch.judged_train_accuracy == pytest.approx(accuracy, abs=1.01 / spec.data.n_train)


def test_who_stops_does_not_wait_for_it_and_what_diverged_has_none(small, new_ears):
    ears = new_ears()
    train(small(judges_training=True), ears, should_stop=lambda: len(ears.losses) >= 3)
    assert ears.epochs[-1].judged_train_accuracy is None
    wild = SGDSpec(learning_rate=10, momentum=0)
    train(small(judges_training=True, optimizer=wild, model=MLPSpec(H=64), batch_size=4), ears)
    last = [event for event in ears.events if isinstance(event, EpochEnd)][-1]
    assert last.judged_train_loss is None


def test_its_curves_are_in_the_history_and_in_no_other(new_run):
    with_it, without = new_run(judges_training=True), new_run()
    for run in (with_it, without):
        execute(str(run.folder))
    told = with_it.history().epochs
    drawn = live_curves.curves(with_it.history(), n_epochs=3)["epochs"]
    assert [e["judged_train_accuracy"] for e in drawn] == pytest.approx([e["judged_train_accuracy"] for e in told])
    skimmed = skimmed_curves.read(with_it.folder).points(x="epochs", y="judged_train_loss")
    assert skimmed["judged_train_loss"].tolist() == [e["judged_train_loss"] for e in told]
    assert not any("judged_train_loss" in e for e in without.history().epochs)
    assert "judged_train_loss" not in live_curves.curves(without.history(), n_epochs=3)["epochs"][0]
    assert skimmed_curves.read(without.folder).points(x="epochs", y="judged_train_loss").empty


def test_it_costs_time_that_is_foretold(small):
    known = calibration.Calibration("here", (1e-4, 0, 1e-9), 1e-5, 1e-3, 1e-4, 1.0, ())
    spec = small()
    more = expected_time.seconds(spec.model_copy(update={"judges_training": True}), known)
    assert more == pytest.approx(expected_time.seconds(spec, known) + 3 * 200 * 1e-5)


@pytest.mark.parametrize("kind", [FoldSpec, TransferSpec])
def test_who_would_ignore_it_refuses_it(kind):
    with pytest.raises(ValidationError, match="judges_training is True"):
        kind(judges_training=True)
