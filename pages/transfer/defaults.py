"""What Question 5's settings are until somebody changes them."""

from collections.abc import Collection, Sequence

from core import datasets
from core.specs import DataSpec, RunSpec, SGDSpec
from core.specs.transfer import PickedDataSpec, TransferSpec, WeightsSpec
from core.transfer import strategies

SIDE = 32  # pixels that the network sees
PER_CLASS = 20  # labelled pictures
DIAL = 3  # frozen up to this stage
HEAD_RATE, LOW_RATE = 0.01, 0.001  # of the new last layer; of the pretrained part
N_EPOCHS, BATCH_SIZE = 10, 16
N_VIEWS = 4  # cached views of a picture where augmentation is on and nothing else was chosen
_MOST_CLASSES = 20


def source_classes(names: Sequence[str]) -> list[str]:
    """What the network is first trained on: some of the classes, so that new ones are left, where there are enough."""
    return list(names[: max(2, round(0.6 * len(names)))] if len(names) > 3 else names)


def target_classes(names: Sequence[str], seen: Collection[str]) -> list[str]:
    """What the network is to learn then: the classes that it has not seen, or all where less than two are left."""
    unseen = [name for name in names if name not in seen]
    return (unseen if len(unseen) > 1 else list(names))[:_MOST_CLASSES]


def default_runs(data: DataSpec) -> list[RunSpec]:
    """The strategies of an untouched page, whatever the weights that they begin with."""
    names = datasets.info(data.dataset).class_names
    base = TransferSpec(
        data=PickedDataSpec(
            **data.model_dump(), classes=target_classes(names, source_classes(names)), per_class=PER_CLASS
        ),
        optimizer=SGDSpec(learning_rate=HEAD_RATE),
        backbone_learning_rate=LOW_RATE,
        weights=WeightsSpec(source="here", sha256="0" * 64),
        n_epochs=N_EPOCHS,
        batch_size=BATCH_SIZE,
        side=SIDE,
        n_views=N_VIEWS,
    )
    return [spec for _, spec in strategies.members(base, DIAL)]
