"""A patient's script, run by the lab: its text becomes functions, and its training a record of numbers.

Only the lab's own files are run so, and their cured versions; what a visitor types never is. All scripts have the same
functions: ``load_data``, ``build``, ``forward``, ``train_step``, ``test`` and ``run``.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from torch import nn

from core.datasets.image_set import ImageSet
from core.lab.jobs import JobStoppedError
from core.models.drawing import seeded

FOLDER = Path(__file__).with_name("scripts")


class Script:
    """The functions of a script, with the seed that its weights, its dropout and its batches are drawn with.

    Parameters
    ----------
    text : str
        Of one of the lab's own scripts.
    pictures : ImageSet
        What it gets to train and to be tested on.
    random_state : int
    """

    def __init__(self, text: str, pictures: ImageSet, random_state: int) -> None:
        self.functions: dict[str, Any] = {"__name__": "clinic_script"}
        exec(compile(text, "script.py", "exec"), self.functions)  # the lab's own file
        self.pictures = pictures
        self.random_state = random_state

    def loaders(self, pictures: ImageSet | None = None) -> tuple[Any, Any]:
        """Training and test batches as the network gets them; of K folds those of the first."""
        loaded = self.functions["load_data"](self.pictures if pictures is None else pictures)
        return loaded[0] if isinstance(loaded, list) else loaded

    def build(self) -> tuple[Any, torch.optim.Optimizer]:
        """A model in ``train()`` mode and the optimizer that the script gives it."""
        model, optimizer = self.functions["build"]()
        module_of(model).train()
        return model, optimizer

    def step(self, model: Any, optimizer: torch.optim.Optimizer, images: Any, labels: Any) -> float:
        """One training step of the script; the loss before it."""
        loss, _ = self.functions["train_step"](model, optimizer, images, labels)
        return float(loss)

    def forward(self, model: Any, images: torch.Tensor) -> torch.Tensor:
        """The outputs of the script's model, without gradients."""
        with torch.no_grad():
            outputs: torch.Tensor = self.functions["forward"](model, images)
        return outputs


def module_of(model: Any) -> nn.Module:
    """The network itself; skorch's classifier has one within."""
    module: nn.Module = getattr(model, "module_", model)
    return module


def batches(loader: Any) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Its batches again and again, for as long as somebody asks."""
    while True:
        yield from loader


@dataclass
class Course:
    """How a training went.

    Attributes
    ----------
    losses : list of float
        Of each batch.
    epochs : list of dict
        train_loss, test_loss, train_accuracy, test_accuracy, step.
    n_epochs, n_per_epoch : int
        How many there will be, and the batches of each (of the first, with folds).
    error : str
        What ended the training early, in Python's words; empty where it ran through.
    seconds : float
        Of all of it.
    model : object
        The one that was trained last.
    parts : list of int
        The steps at which the loader began again with other pictures: 0, and with each further fold.
    """

    losses: list[float] = field(default_factory=list)
    epochs: list[dict[str, float]] = field(default_factory=list)
    n_epochs: int = 0
    n_per_epoch: int = 0
    error: str = ""
    seconds: float = 0.0
    model: Any = None
    parts: list[int] = field(default_factory=lambda: [0])

    @property
    def seconds_per_step(self) -> float:
        """What a batch took, its share of judging included."""
        return self.seconds / max(1, len(self.losses))


def train(
    script: Script,
    course: Course,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Course:
    """Run a script's training as it stands; ``course`` grows meanwhile.

    Raises
    ------
    JobStoppedError
        If it was asked to stop.
    """
    functions = script.functions
    n_folds = functions.get("n_folds", 1)
    per_fold = functions["num_epochs"]
    course.n_epochs = per_fold * n_folds
    n_train = len(script.pictures.train_labels)
    expected = math.ceil(n_train * (n_folds - 1) / n_folds if n_folds > 1 else n_train)
    course.n_per_epoch = math.ceil(expected / functions["batch_size"])
    begun = monotonic()
    plain_build = functions["build"]

    def build() -> tuple[Any, Any]:
        made: tuple[Any, Any] = plain_build()
        course.model = made[0]
        return made

    def on_batch(loss: float, correct: int, n: int) -> None:
        if should_stop():
            raise JobStoppedError("The training was stopped.")
        course.losses.append(float(loss))
        course.seconds = monotonic() - begun
        on_progress(len(course.losses), course.n_epochs * course.n_per_epoch)

    def on_epoch(epoch: int, train_loss: float, train_accuracy: float, test_loss: float, test_accuracy: float) -> None:
        if not course.epochs:  # pictures may have been added or left out
            course.n_per_epoch = len(course.losses)
        course.epochs.append({
            "epoch": epoch, "step": len(course.losses), "train_loss": train_loss, "test_loss": test_loss,
            "train_accuracy": train_accuracy, "test_accuracy": test_accuracy,
        })  # fmt: skip
        if n_folds > 1 and epoch % per_fold == 0 and epoch < course.n_epochs:
            course.parts.append(len(course.losses))

    functions["build"] = build
    try:
        with seeded(script.random_state):
            functions["run"](script.pictures, on_batch, on_epoch)
    except (ValueError, RuntimeError) as error:  # what PyTorch says of a script is part of the patient
        course.error = f"{type(error).__name__}: {error}"
    finally:
        functions["build"] = plain_build
        course.seconds = monotonic() - begun
    return course


def is_finite(values: list[float]) -> bool:
    """Whether all of them are numbers."""
    return all(math.isfinite(value) for value in values)
