"""What a spec tells of itself, in the words that people read below a run."""

import pytest

from core.specs import (
    AugmentationSpec,
    CNNSpec,
    DataSpec,
    FoldSpec,
    MLPSpec,
    PickedDataSpec,
    ResNet18Spec,
    RunSpec,
    TransferSpec,
    WeightsSpec,
)

DATA = DataSpec(n_train=5_000, n_test=1_000)
THEIRS = WeightsSpec(source="file", sha256="0123456789abcdef" * 4)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (MLPSpec(H=64), ["H = 64"]),
        (CNNSpec(), ["32 and 64 filters", "dropout 0.1"]),
        (CNNSpec(channels1=8, batch_norm=False, dropout=0), ["8 and 64 filters", "no batch norm", "dropout 0"]),
        (ResNet18Spec(), ["ResNet-18"]),
    ],
)
@pytest.mark.parametrize("kind", [RunSpec, FoldSpec])
def test_pictures_and_network(kind, model, told):
    assert kind(data=DATA, model=model).told("Shapes-10") == ["Shapes-10, 5,000 to train, 1,000 to test", *told]


def test_a_transfer_run_says_whose_weights_and_what_is_frozen():
    few = PickedDataSpec(classes=("disc", "ring"), per_class=20)
    spec = TransferSpec(data=few, weights=THEIRS, frozen_stages=3, side=64)
    assert spec.told("Shapes-10") == [
        "Shapes-10, disc, ring: 20 pictures per class", "ResNet-18 at 64 pixels", "freeze up to layer2",
        "weights from a file (01234567)", "pretrained part at 0.001",
    ]  # fmt: skip
    assert TransferSpec().told("Digits") == [
        "Digits, all classes: all their pictures", "ResNet-18 at 32 pixels", "from scratch",
    ]  # fmt: skip


def test_a_last_layer_alone_says_its_views():
    flipped = {"weights": THEIRS, "frozen_stages": 5, "augmentation": AugmentationSpec(flip=True, crop=True)}
    assert TransferSpec(**flipped).told("x")[-1] == "mirrored and cropped, 1 view per picture"
    assert TransferSpec(**flipped, n_views=4).told("x")[-1] == "mirrored and cropped, 4 views per picture"
    assert TransferSpec(**flipped, batch_norm_trap=True).told("x")[-2:] == [
        "mirrored and cropped", "batch norm left in train()",
    ]  # fmt: skip
