"""The options of every kind of run, and rows of them that go together.

CI takes rows in which each pair of two values that go together occurs once at least. More by hand:
``CHALKNET_SCRIPTS=500`` takes so many rows of each kind at random, ``CHALKNET_SCRIPTS=all`` all of them.
"""

import itertools
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from core import datasets
from core.specs import (
    AdamSpec,
    CNNSpec,
    DataSpec,
    EarlierSpec,
    MLPSpec,
    ResNet18Spec,
    RMSpropSpec,
    RunSpec,
    SGDSpec,
)
from core.specs.folds import FoldSpec, LeakSpec
from core.specs.optimizers import CONTESTANTS, AdadeltaSpec, NAdamSpec
from core.specs.schedules import ConstantSpec, CosineSpec, StepSpec, WarmUpSpec
from core.specs.transfer import AugmentationSpec, PickedDataSpec, TransferSpec, WeightsSpec

OWN = "own"  # stands for the name of a set that only the test's lab has
DATASETS = ("digits", *sorted({dataset.name for dataset in datasets.DATASETS} - {"digits"}), OWN)
BRANCH = "branch"

Row = dict[str, Any]

TRAINED: dict[str, Sequence[Any]] = {
    "dataset": DATASETS,
    "model": (
        MLPSpec(H=8),
        CNNSpec(channels1=4, channels2=4, dropout=0.3),
        CNNSpec(channels1=3, channels2=4, batch_norm=False),
        ResNet18Spec(),
    ),
    "optimizer": tuple(record(**variant.fixed) for record, variant in CONTESTANTS.values()),
    "schedule": (ConstantSpec(), StepSpec(every=1, gamma=0.3), CosineSpec(), WarmUpSpec(epochs=2), BRANCH),
    "precision": ("float32", "bfloat16"),
    "n_steps": (None, 3, 4, 5),  # stopped at an epoch's end (3 or 4 batches), or behind it
}
FOLDED: dict[str, Sequence[Any]] = {
    "dataset": DATASETS,
    "model": TRAINED["model"],
    "split": ("folds", "random", "holdout"),
    "optimizer": (
        AdamSpec(),
        SGDSpec(nesterov=True),
        RMSpropSpec(momentum=0.5),
        AdadeltaSpec(eps=1e-5),
        NAdamSpec(momentum_decay=0.05),
    ),
    "stratified": (True, False),
    "shuffle": (True, False),
    "own_folds": (0, 2),
    "leak": (None, LeakSpec(share=0.3)),
}
TRANSFERRED: dict[str, Sequence[Any]] = {
    "dataset": DATASETS,
    "source": ("random", "file", "here", "imagenet"),
    "frozen_stages": (0, 1, 3, 5),
    "batch_norm_trap": (False, True),
    "augmentation": (AugmentationSpec(), AugmentationSpec(flip=True), AugmentationSpec(crop=True, smallest=0.3)),
    "n_views": (1, 2),
    "side": (32, 64),
    "precision": ("float32", "bfloat16"),
    "picked": (True, False),
    "n_steps": (None, 1),
}


def trained(dataset: str, model: Any, optimizer: Any, schedule: Any, n_steps: int | None, **rest: Any) -> RunSpec:
    """40 pictures at most, in batches that leave a rest; three epochs."""
    branched, is_large = schedule == BRANCH, model.kind == "resnet18"
    if is_large and rest["precision"] == "bfloat16":
        raise ValueError("it takes seconds; one such run is among the special ones")
    return RunSpec(
        data=DataSpec(dataset=dataset, n_train=8 if is_large else 40, n_test=20, random_state=2),
        model=model,
        optimizer=optimizer,
        schedule=ConstantSpec() if branched else schedule,
        earlier=(EarlierSpec(until_epoch=1, optimizer=AdamSpec()),) if branched else (),
        batch_size=3 if is_large else 13,
        n_epochs=2 if is_large else 3,
        random_state=5,
        n_threads=1,
        **rest,
    )


def folded(dataset: str, **rest: Any) -> FoldSpec:
    data = DataSpec(dataset=dataset, n_train=45, n_test=20)
    return FoldSpec(data=data, n_folds=2, batch_size=12, n_epochs=1, n_threads=1, split_seed=3, **rest)


def transferred(dataset: str, source: str, picked: bool, n_steps: int | None, **rest: Any) -> TransferSpec:
    names = OWN_CLASSES if dataset == OWN else datasets.info(dataset).class_names
    picks = {"classes": (names[2], names[0]), "per_class": 3} if picked else {}
    n_train, n_test = (60, 24) if dataset == OWN else (100, 60)
    if rest["n_views"] > 1 and not (rest["augmentation"].is_on and rest["frozen_stages"] == 5):
        raise ValueError("one view is all there is")
    sha256 = "" if source == "random" else "0" * 64
    return TransferSpec(
        data=PickedDataSpec(dataset=dataset, n_train=n_train, n_test=n_test, random_state=1, **picks),
        weights=WeightsSpec(source=source, sha256=sha256),
        optimizer=SGDSpec(learning_rate=0.01),
        backbone_learning_rate=0.002,
        n_epochs=2 if picked else 1,
        batch_size=5 if picked else 32,
        n_threads=1,
        random_state=7,
        **rest,
    )


OWN_CLASSES = ('"red"', "it's", "ö {x}")  # as of the fixture ``own_set``


def rows(options: Mapping[str, Sequence[Any]], make: Callable[..., RunSpec]) -> list[Row]:
    """Rows of options that go together: those that cover all pairs, some at random, or all of them."""

    def is_possible(row: Row) -> bool:
        try:
            make(**row)
        except (ValidationError, ValueError):
            return False
        return True

    wanted = os.environ.get("CHALKNET_SCRIPTS", "pairs")
    every = (dict(zip(options, values, strict=True)) for values in itertools.product(*options.values()))
    if wanted == "all":
        return [row for row in every if is_possible(row)]
    rng = random.Random(0)
    if wanted == "pairs":
        return list(covering(options, is_possible, rng))
    return list(itertools.islice(drawn(options, is_possible, rng), int(wanted)))


def drawn(
    options: Mapping[str, Sequence[Any]], is_possible: Callable[[Row], bool], rng: random.Random
) -> Iterator[Row]:
    """Possible rows at random, without end."""
    while True:
        row = {name: rng.choice(values) for name, values in options.items()}
        if is_possible(row):
            yield row


def covering(
    options: Mapping[str, Sequence[Any]], is_possible: Callable[[Row], bool], rng: random.Random
) -> Iterator[Row]:
    """Rows in which each pair of values of two options occurs that occurs in any of 1,500 random rows."""
    places = {name: range(len(values)) for name, values in options.items()}

    def meant(row: Row) -> Row:
        return {name: options[name][k] for name, k in row.items()}

    def pairs(row: Row) -> set[tuple[Any, ...]]:
        return set(itertools.combinations(row.items(), 2))

    found = list(itertools.islice(drawn(places, lambda row: is_possible(meant(row)), rng), 1_500))
    candidates = [(row, pairs(row)) for row in found]
    left = set().union(*(pairs for _, pairs in candidates))
    while left:
        best, covered = max(candidates, key=lambda candidate: len(candidate[1] & left))
        left -= covered
        yield meant(best)
