"""core/transfer_receipt.py: the scripts run by themselves and give the run's losses."""

import json
import os
import subprocess
import sys

import pytest
import torch
import torchvision

from core.receipts import notebook, script
from core.receipts import training_script as receipts
from core.specs import SGDSpec
from core.specs.transfer import AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec
from core.training.events import BatchEnd, EpochEnd
from core.transfer import pretrained
from core.transfer import receipt as transfer_receipt
from core.transfer.training import train_transfer

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def weights(home):
    torch.manual_seed(11)
    model = torchvision.models.resnet18(num_classes=5)
    with torch.no_grad():
        model.train()(torch.rand(8, 3, 32, 32))
    return pretrained.keep(model.state_dict(), source="file", title="theirs", owner="ann").spec


@pytest.fixture
def make(weights):
    def spec(**changes):
        data = PickedDataSpec(n_train=200, n_test=100, classes=("star", "ring", "cross"), per_class=4)
        defaults = {"n_epochs": 2, "batch_size": 11, "n_threads": 1, "weights": weights}
        return TransferSpec(data=data, optimizer=SGDSpec(learning_rate=0.01), **defaults | changes)

    return spec


def run_script(spec, folder, n_steps=None):
    """Losses and last accuracy of the script, in a process that can't import the lab."""
    if transfer_receipt.needs_weights_file(spec):
        torch.save(pretrained.load(spec.weights.sha256), folder / transfer_receipt.WEIGHTS_FILE)
    told = '\nimport json\nprint(json.dumps([loss_list, correct / len(y_test)]))\n'
    (folder / "script.py").write_text(script(spec, n_steps=n_steps) + told)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-P", "script.py"], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("n_frozen", [0, 5])
def test_the_script_gives_the_runs_losses(make, tmp_path, n_frozen):
    spec = make(frozen_stages=n_frozen, side=32 if n_frozen else 64)
    events = []
    train_transfer(spec, events.append)
    losses, accuracy = run_script(spec, tmp_path)
    assert losses == pytest.approx([e.loss for e in events if isinstance(e, BatchEnd)], abs=1e-4)
    assert accuracy == pytest.approx([e.test_accuracy for e in events if isinstance(e, EpochEnd)][-1], abs=0.04)


def test_the_script_of_a_run_that_was_stopped_ends_where_it_ended(make, tmp_path):
    spec = make(n_epochs=1000, side=64)
    losses, events = [], []

    def hear(event):
        events.append(event)
        losses.extend([event.loss] if isinstance(event, BatchEnd) else [])

    train_transfer(spec, hear, lambda: len(losses) == 3)
    given, accuracy = run_script(spec, tmp_path, n_steps=3)
    assert given == pytest.approx(losses, abs=1e-4)
    assert accuracy == pytest.approx([e.test_accuracy for e in events if isinstance(e, EpochEnd)][-1], abs=0.04)


def test_every_strategy_is_a_script_and_a_notebook(make):
    for changes in (
        {"weights": WeightsSpec()},
        {"weights": WeightsSpec(source="imagenet", sha256="a" * 64)},
        {"frozen_stages": 3, "augmentation": AugmentationSpec(flip=True, crop=True)},
        {"frozen_stages": 5, "batch_norm_trap": True},
        {"precision": "bfloat16"},
    ):
        spec = make(**changes)
        code = script(spec)
        compile(code, "script.py", "exec")
        assert "core" not in code.replace("score", "")
        book = json.loads(notebook(spec))
        assert len(book["cells"]) == 2 * len(transfer_receipt.sections(spec))
    imagenet = make(weights=WeightsSpec(source="imagenet", sha256="a" * 64))
    assert "weights='IMAGENET1K_V1'" in script(imagenet)
    assert "RandomResizedCrop" in script(make(augmentation=AugmentationSpec(crop=True)))


def test_pictures_that_are_only_here_come_as_a_file(make):
    spec = make()
    own = spec.data.model_copy(update={"dataset": "own-mugs"})
    code = script(spec.model_copy(update={"data": own}))
    assert receipts.DATA_FILE in code
    assert "per_class" not in code
