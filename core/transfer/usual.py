"""What Question 5's settings are until somebody changes them, and the experiments that they make."""

from collections.abc import Collection, Sequence

from core.specs import AdamSpec, DataSpec, SGDSpec
from core.specs.transfer import PickedDataSpec, TransferSpec, WeightsSpec

SIDE = 32  # pixels that the network sees
PER_CLASS = 20  # labelled pictures
DIAL = 3  # frozen up to this stage
HEAD_RATE, LOW_RATE = 0.01, 0.001  # of the new last layer; of the pretrained part
N_EPOCHS, BATCH_SIZE = 10, 16
N_VIEWS = 4  # cached views of a picture where augmentation is on and nothing else was chosen
PRE_EPOCHS, PRE_BATCH_SIZE = 3, 64  # of a pretraining
_MOST_CLASSES = 20


def source_classes(names: Sequence[str]) -> list[str]:
    """What the network is first trained on: some of the classes, so that new ones are left, where there are enough."""
    return list(names[: max(2, round(0.6 * len(names)))] if len(names) > 3 else names)


def target_classes(names: Sequence[str], seen: Collection[str]) -> list[str]:
    """What the network is to learn then: the classes that it has not seen, or all where less than two are left."""
    unseen = [name for name in names if name not in seen]
    return (unseen if len(unseen) > 1 else list(names))[:_MOST_CLASSES]


def pretraining(data: DataSpec, names: Sequence[str]) -> TransferSpec:
    """The run that makes the weights, on a data set with classes of these names."""
    return TransferSpec(
        data=PickedDataSpec(**data.model_dump(), classes=source_classes(names)),
        optimizer=AdamSpec(),
        n_epochs=PRE_EPOCHS,
        batch_size=PRE_BATCH_SIZE,
        side=SIDE,
    )


def fine_tuning(data: DataSpec, names: Sequence[str], seen: Collection[str], weights: WeightsSpec) -> TransferSpec:
    """What the strategies vary: few pictures of classes that these weights have not ``seen``."""
    return TransferSpec(
        data=PickedDataSpec(**data.model_dump(), classes=target_classes(names, seen), per_class=PER_CLASS),
        optimizer=SGDSpec(learning_rate=HEAD_RATE),
        backbone_learning_rate=LOW_RATE,
        weights=weights,
        n_epochs=N_EPOCHS,
        batch_size=BATCH_SIZE,
        side=SIDE,
        n_views=N_VIEWS,
    )
