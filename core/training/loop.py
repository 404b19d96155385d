"""The one training loop of the lab: the handout's. What it counts, judges and tells stands in ``ledger``.

``core.training.training`` hands it the networks of Questions 1, 3 and 6, ``core.transfer`` those of Question 5.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from core.specs import RunSpec
from core.training.batches import Batches
from core.training.checkpoints import restore
from core.training.checkup import Checkup
from core.training.events import OnEvent, RunResult, ShouldStop
from core.training.judging import Arithmetic, Judge
from core.training.ledger import Ledger


@dataclass
class Learner:
    """What is trained, on which batches, and what happens around an epoch and a step.

    Attributes
    ----------
    model : nn.Module
    optimizer : torch.optim.Optimizer
        ``begin_epoch`` may put another in its place.
    train_set : Batches
    shuffling : torch.Generator
        Of the order of the training pictures.
    n_steps_per_epoch : int
    begin_epoch : callable
        Brings the network into training mode; gets the number of whole epochs behind it.
    begin_step : callable
        Sets what changes with every step, such as the learning rate; gets the number of steps behind it.
    arithmetic : callable
        Gives the context of a forward pass, as ``core.training.judging.autocast_of`` does.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    train_set: Batches
    shuffling: torch.Generator
    n_steps_per_epoch: int
    begin_epoch: Callable[[int], None]
    begin_step: Callable[[int], None] = lambda step: None
    arithmetic: Arithmetic = nullcontext


def fit(
    spec: RunSpec,
    learner: Learner,
    judge: Judge,
    on_event: OnEvent,
    should_stop: ShouldStop,
    checkpoint: dict[str, Any] | None = None,
    *,
    training_judge: Judge | None = None,
    seconds_before: float = 0.0,
    checkpoint_seconds: float = 0.0,
) -> RunResult:
    """Train and judge, epoch by epoch.

    Parameters
    ----------
    spec : RunSpec
        Its ``n_epochs``, ``batch_size`` and ``max_seconds`` count here.
    learner : Learner
    judge : Judge
    on_event, should_stop, checkpoint
        As of ``core.training.training.train``.
    training_judge : Judge, optional
        As of ``Ledger``.
    seconds_before : float
        Of what was done before and counts as part of the run.
    checkpoint_seconds : float
        As of ``Ledger``.
    """
    model, shuffling = learner.model, learner.shuffling
    checkup = Checkup(model, learner.n_steps_per_epoch)
    learner.begin_step = checkup.around(learner.begin_step)
    ledger = Ledger(
        spec,
        judge,
        learner.n_steps_per_epoch,
        on_event,
        should_stop,
        training_judge=training_judge,
        checkpoint_seconds=checkpoint_seconds,
        checkup=checkup,
    )
    epoch, step, seconds = restore(checkpoint, model, learner.optimizer, shuffling) if checkpoint else (0, 0, 0.0)
    ledger.begin(model, epoch, step, seconds + seconds_before)
    while not ledger.is_over:
        learner.begin_epoch(ledger.epoch)
        ledger.begin_epoch()
        for loss, outputs, labels in run_single_epoch(learner, spec.batch_size, ledger.step):
            checkup.end_step()
            ledger.end_batch(loss, outputs, labels)
            if ledger.is_over:
                break
        ledger.end_epoch(model, learner.optimizer, shuffling)
    return ledger.result(model)


def run_single_epoch(
    learner: Learner, batch_size: int, step: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Each training picture once: the handout's inner loop.

    Parameters
    ----------
    learner : Learner
    batch_size : int
    step : int
        Batches behind the run.

    Yields
    ------
    loss : Tensor of shape (), float32
        Of a batch, before the step that has been taken.
    outputs : Tensor of shape (n, n_classes)
    labels : Tensor of shape (n,), int64
    """
    model, optimizer, criterion = learner.model, learner.optimizer, nn.CrossEntropyLoss()
    for inputs, labels in learner.train_set.shuffled(batch_size, learner.shuffling):
        learner.begin_step(step)
        # Forward pass
        with learner.arithmetic():
            outputs = model(inputs)  # (n, n_classes)
            loss = criterion(outputs, labels)
        # Backprop and optimisation
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        yield loss, outputs, labels
