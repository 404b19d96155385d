"""Judge pictures that nobody trains on: probabilities, loss and accuracy."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from core.specs import RunSpec
from core.training.batches import InOrder
from core.training.evaluation import accuracy

# Pictures a batch when judging. The handout's test_loader has 1,000, whose maps fit no cache: the CNN is judged at half
# the speed with them
TEST_BATCH = 100

Arithmetic = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Judgement:
    """How good a network is.

    Attributes
    ----------
    probabilities : ndarray of shape (n, n_classes), float32
        Of each picture, in the order of the set.
    loss : float
        Mean cross-entropy.
    accuracy : float
        From 0 to 1; NaN where the network predicts nothing (``core.training.evaluation.predicts``).
    """

    probabilities: np.ndarray
    loss: float
    accuracy: float

    @property
    def is_number(self) -> bool:
        """Whether the loss is one: weights that are none, and outputs that overflow, make it NaN or infinite."""
        return math.isfinite(self.loss)


@dataclass(frozen=True)
class Judge:
    """What a network is judged on, and how it is asked.

    Attributes
    ----------
    test_set : InOrder
    labels : ndarray of shape (n_scored,), int64
        Of the first pictures of the set, those of which the accuracy is told; usually all.
    arithmetic : callable
        Gives the context of a forward pass, as ``autocast_of`` does.
    """

    test_set: InOrder
    labels: np.ndarray
    arithmetic: Arithmetic = nullcontext

    def __call__(self, model: nn.Module, after_batch: Callable[[], None] = lambda: None) -> Judgement:
        """The judgement; the network is in ``eval()`` mode afterwards."""
        probabilities, loss = predict(model, self.test_set, self.arithmetic, after_batch)
        return Judgement(probabilities, loss, accuracy(probabilities[: len(self.labels)], self.labels))


def predict(
    model: nn.Module,
    test_set: InOrder,
    arithmetic: Arithmetic = nullcontext,
    after_batch: Callable[[], None] = lambda: None,
) -> tuple[np.ndarray, float]:
    """Judge pictures: ``model.eval()`` and ``torch.no_grad()``, which Question 1 (c) leaves out and Question 3 (d) has.

    Returns
    -------
    probabilities : ndarray of shape (n, n_classes), float32
    loss : float
        Mean cross-entropy.
    """
    model.eval()
    probabilities, total_loss = [], 0.0
    with torch.no_grad():
        for inputs, labels in test_set.in_order(TEST_BATCH):
            with arithmetic():
                outputs = model(inputs)
            outputs = outputs.float()
            total_loss += nn.functional.cross_entropy(outputs, labels, reduction="sum").item()
            probabilities.append(outputs.softmax(1).cpu())
            after_batch()
    return torch.cat(probabilities).numpy(), total_loss / len(test_set)


def autocast_of(spec: RunSpec) -> Arithmetic:
    """The context of a forward pass: plain float32, or bfloat16 products with float32 weights."""
    if spec.precision == "bfloat16":
        return lambda: torch.autocast(spec.device, dtype=torch.bfloat16)
    return nullcontext
