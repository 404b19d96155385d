"""Short real runs of the perceptron: a recipe, trained with five seeds, and the curves that are kept of each.

A seed draws all that luck decides: the pictures, their order, the first weights, and which labels are wrong.
"""

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core import datasets
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetInfo
from core.exercises.label_noise import with_label_noise
from core.lab.jobs import JobStoppedError
from core.runs.health import TEXTS, health
from core.runs.history import History
from core.runs.snapshots import RunSnapshot
from core.runs.status import SENTENCES, Status, StatusName
from core.runs.store import Run
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec

N_SEEDS = 5
N_TRAIN, N_TEST = 5_000, 500  # the largest of a recipe
FEWEST = 1_500  # training pictures of a data set that has enough for all of them
BUILT_IN = "shapes10"
_VERSION = 1  # of what is kept: another one is trained anew

# Rows of the health card whose usual causes are faults of the code or of its settings. Its other rows are about the
# curves, which are looked at here, or name harmless causes too
OF_BUGS = ("first", "gradient", "update", "dead")

Twist = Literal["", "test_not_normalized"]


@dataclass(frozen=True)
class Recipe:
    """What is trained.

    Attributes
    ----------
    n_train, n_test : int
        Pictures; both are drawn from the set's training pictures, so that its test pictures stay unseen.
    H : int
        Units of each of the three hidden layers.
    n_epochs : int
    learning_rate : float
        Of SGD with the momentum of ``SGDSpec``.
    label_noise : float
        The share of the training labels that are wrong, from 0 to 1.
    twist : {"", "test_not_normalized"}
        What is wrong with its code: the test pictures keep their range from 0 to 1 where those that train have -1 to 1.
    """

    n_train: int = N_TRAIN
    n_test: int = N_TEST
    H: int = 128
    n_epochs: int = 6
    learning_rate: float = 0.01
    label_noise: float = 0.0
    twist: Twist = ""

    def cut(self, info: DatasetInfo) -> "Recipe":
        """With as many training pictures as a data set has, where those are fewer."""
        return replace(self, n_train=min(self.n_train, info.n_train - self.n_test))

    def spec(self, dataset: str, seed: int) -> RunSpec:
        """The run of one seed; what its labels and its code have wrong is not in it."""
        return RunSpec(
            data=DataSpec(dataset=dataset, n_train=self.n_train, n_test=self.n_test, random_state=seed,
                          judged_on="validation"),
            model=MLPSpec(H=self.H), optimizer=SGDSpec(learning_rate=self.learning_rate), n_epochs=self.n_epochs,
            random_state=seed, n_threads=1,
        )  # fmt: skip

    def key(self, dataset: str, seed: int) -> str:
        """A name by the content: the same for what trains the same."""
        content = {
            "version": _VERSION, "spec": self.spec(dataset, seed).model_dump(mode="json"),
            "label_noise": self.label_noise, "twist": self.twist,
        }  # fmt: skip
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Curves:
    """How one run went.

    Attributes
    ----------
    train_loss, train_accuracy, test_loss, test_accuracy : tuple of float
        After each epoch; those of training are of the batches as they went by, with the labels that trained.
    n_test, n_classes : int
    alarms : dict of str to str
        Rows of the health card that are amber and mean a bug, with their sentences.
    """

    train_loss: tuple[float, ...]
    train_accuracy: tuple[float, ...]
    test_loss: tuple[float, ...]
    test_accuracy: tuple[float, ...]
    n_test: int
    n_classes: int
    alarms: dict[str, str]

    def told(self) -> dict[str, Any]:
        """For a JSON file."""
        return asdict(self)

    @classmethod
    def read(cls, told: dict[str, Any]) -> "Curves":
        """What ``told`` has written.

        Raises
        ------
        ValueError, TypeError
            If it is something else.
        """
        lists = {name: tuple(map(float, told.get(name, ()))) for name in list(cls.__dataclass_fields__)[:4]}
        if len({len(values) for values in lists.values()}) != 1 or not lists["train_loss"]:
            raise ValueError("curves of different lengths, or of none")
        alarms = {str(name): str(sentence) for name, sentence in dict(told["alarms"]).items()}
        return cls(**lists, n_test=int(told["n_test"]), n_classes=int(told["n_classes"]), alarms=alarms)


def fits(info: DatasetInfo) -> bool:
    """Whether a data set has enough pictures for all recipes."""
    return info.present and info.n_train >= FEWEST and len(info.class_names) >= 2


def pictures(recipe: Recipe, dataset: str, seed: int) -> ImageSet:
    """What a recipe trains and is tested on.

    Raises
    ------
    DatasetError
        If the set is not here, or has too few pictures.
    """
    given = with_label_noise(datasets.load_for(recipe.spec(dataset, seed).data), recipe.label_noise, seed)
    if recipe.twist == "test_not_normalized":
        # A byte b goes into the network as b / 127.5 - 1; this one as b / 255, to half a byte
        given = replace(given, test_images=np.round(127.5 + given.test_images / 2).astype(np.uint8))
    return given


def train_short(
    recipe: Recipe, dataset: str, seed: int, *, should_stop: Callable[[], bool] = lambda: False
) -> Curves:
    """Train a recipe once.

    Raises
    ------
    JobStoppedError
        If it was asked to stop.
    DatasetError
        As of ``pictures``.
    """
    from core.training.events import BatchEnd, EpochEnd, Event  # torch: only for who trains
    from core.training.training import train

    spec, images = recipe.spec(dataset, seed), pictures(recipe, dataset, seed)
    history = History(n_steps_per_epoch=math.ceil(recipe.n_train / spec.batch_size))

    def note(event: Event) -> None:
        if isinstance(event, BatchEnd):
            history.losses.append(event.loss)
        elif isinstance(event, EpochEnd):
            history.epochs.append({name: getattr(event, name) for name in (
                "epoch", "complete", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "health",
            )})  # fmt: skip

    result = train(spec, note, should_stop, images=images)
    if result.status == "stopped":
        raise JobStoppedError("The training was stopped.")
    columns = {
        name: tuple(float(epoch[name]) for epoch in history.epochs)
        for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    }
    n_classes = len(images.class_names)
    return Curves(**columns, n_test=recipe.n_test, n_classes=n_classes, alarms=_alarms(spec, history, result.status))


def _alarms(spec: RunSpec, history: History, status: StatusName) -> dict[str, str]:
    """What the health card has against a run, besides what its curves show anyway."""
    now = RunSnapshot(Run("", Path()), spec, Status(status, SENTENCES[status]), history, None, ())  # no file is opened
    names = {TEXTS[key]: key for key in OF_BUGS}
    return {names[row.name]: row.sentence for row in health(now) if row.is_amber and row.name in names}
