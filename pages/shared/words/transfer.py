"""A transfer run in words."""

from core.lab.words import decimal
from core.specs import RunSpec
from core.specs.transfer import PickedDataSpec, TransferSpec, WeightsSpec

SOURCES = {
    "random": "random weights",
    "imagenet": "ImageNet weights",
    "file": "weights from a file",
    "here": "weights pretrained here",
}


def weights_name(weights: WeightsSpec) -> str:
    """Whose weights, and the beginning of their hash, which tells two files apart."""
    return SOURCES[weights.source] + (f" ({weights.sha256[:8]})" if weights.source in ("file", "here") else "")


def picked(data: PickedDataSpec) -> str:
    """Which pictures of the data set."""
    classes = ", ".join(data.classes) if data.classes else "all classes"
    amount = "all their pictures" if data.per_class is None else f"{data.per_class:,} pictures a class"
    return f"{classes}: {amount}"


def transfer_settings(spec: RunSpec, title: str) -> list[str]:
    """What a run with ResNet-18 has of its own, for ``run_settings``."""
    if not isinstance(spec, TransferSpec):
        return [f"{title}, {spec.data.n_train:,} to train, {spec.data.n_test:,} to test", "ResNet-18"]
    told = [f"{title}, {picked(spec.data)}", f"ResNet-18 at {spec.side} pixels", spec.strategy]
    if spec.weights.source != "random":
        told.append(weights_name(spec.weights))
        if spec.frozen_stages < 5:
            told.append(f"pretrained part at {decimal(spec.backbone_learning_rate)}")
    switches = [word for word, on in (("mirrored", spec.augmentation.flip), ("cut-outs", spec.augmentation.crop)) if on]
    if switches:
        told.append(" and ".join(switches) + (f", {spec.n_views} views a picture" if spec.uses_cache else ""))
    if spec.batch_norm_trap:
        told.append("batch norm left in train()")
    return told
