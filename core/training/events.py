"""What a training loop tells while it runs, whoever listens, and what it leaves: plain records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:  # who reads of runs must not pay for torch
    from torch import nn

EndStatus = Literal["done", "stopped", "diverged"]


@dataclass(frozen=True, slots=True)
class TrainingBegin:
    """Sent once, before the first batch, also when a run goes on from a checkpoint."""

    n_parameters: int
    n_steps_per_epoch: int
    epoch: int  # whole epochs behind it: 0, or those of the checkpoint
    step: int  # batches behind it
    seconds: float  # of training behind it
    n_threads: int
    n_judged: int = 0  # pictures of which each accuracy is


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """One step of the optimizer is done."""

    step: int  # from 1, over all epochs
    loss: float  # of this batch, before the step
    n_correct: int
    n_images: int


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """An epoch is over and the test pictures have been judged."""

    epoch: int  # from 1
    step: int
    complete: bool  # False where Stop or the clock cut the epoch short
    train_loss: float  # mean of the batch losses, as the handout prints it
    train_accuracy: float  # from 0 to 1, of the batches as they went by
    test_loss: float  # NaN, as the accuracy is, once the run has diverged
    test_accuracy: float  # from 0 to 1
    seconds: float  # since the beginning, earlier sittings of the same run included
    images_per_second: float  # of this epoch, without the test
    probabilities: np.ndarray  # of each test picture, (n_test, n_classes)
    checkpoint: dict[str, Any] | None  # all that going on from here needs; None for a cut epoch
    # Of the training pictures, measured as those of the test are: behind the epoch, in eval(); None where not asked for
    judged_train_loss: float | None = None
    judged_train_accuracy: float | None = None
    n_threads: int = 0  # with which it was trained and judged; 0 where an earlier lab did not say
    health: dict[str, Any] | None = None  # as core.training.checkup tells it; None of a fold, and once diverged


@dataclass(frozen=True, slots=True)
class TrainingEnd:
    """The last step is done; a last judgement of the test pictures may follow.

    Where that finds that the last step made the weights no numbers, a second one says "diverged", which then counts.
    """

    status: EndStatus
    step: int
    seconds: float


@dataclass(frozen=True)
class RunResult:
    """What a run leaves.

    Attributes
    ----------
    status : {"done", "stopped", "diverged"}
    epoch, step : int
        Whole epochs and batches behind it.
    seconds : float
        Of training and testing, earlier sittings of the same run included.
    test_loss, test_accuracy : float
        The accuracy is from 0 to 1; both are NaN of a run that has diverged.
    probabilities : ndarray of shape (n_test, n_classes), float32
        Of each test picture, in the order of the image set.
    model : nn.Module
        The trained network, in ``eval()`` mode.
    n_judged : int
        Pictures of which the accuracy is; of a fold, clean test pictures may stand behind them.
    """

    status: EndStatus
    epoch: int
    step: int
    seconds: float
    test_loss: float
    test_accuracy: float
    probabilities: np.ndarray
    model: "nn.Module"
    n_judged: int


Event = TrainingBegin | BatchEnd | EpochEnd | TrainingEnd
OnEvent = Callable[[Event], None]
ShouldStop = Callable[[], bool]
