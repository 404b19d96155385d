"""Scripts of transfer runs; that they give the runs' losses is proved with every other script."""

import json

import pytest
import torch
import torchvision

from core.receipts import notebook, pictures, script, sections
from core.specs import SGDSpec
from core.specs.transfer import AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec
from core.transfer import pretrained

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
        assert len(book["cells"]) == 2 * len(sections(spec))
    imagenet = make(weights=WeightsSpec(source="imagenet", sha256="a" * 64))
    assert "weights='IMAGENET1K_V1'" in script(imagenet)
    assert "RandomResizedCrop" in script(make(augmentation=AugmentationSpec(crop=True)))


def test_pictures_that_are_only_here_come_as_a_file(make):
    spec = make()
    own = spec.data.model_copy(update={"dataset": "own-mugs"})
    code = script(spec.model_copy(update={"data": own}))
    assert pictures.DATA_FILE in code
    assert "per_class" not in code
