"""The one training loop of the lab: the handout's, with ears (events) and a brake (should_stop).

``core.training`` hands it the networks of Questions 1, 3 and 6, ``core.transfer`` those of Question 5.
"""

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from core.models import count_parameters
from core.specs import RunSpec
from core.training.batches import Batches, InOrder
from core.training.checkpoints import capture, restore
from core.training.events import BatchEnd, EndStatus, EpochEnd, OnEvent, ShouldStop, TrainingBegin, TrainingEnd

# Pictures a batch when judging. The handout's test_loader has 1,000, whose maps fit no cache: the CNN is judged at half
# the speed with them
TEST_BATCH = 100


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
        The accuracy is from 0 to 1.
    probabilities : ndarray of shape (n_test, n_classes), float32
        Of each test picture, in the order of the image set.
    model : nn.Module
        The trained network, in ``eval()`` mode.
    """

    status: EndStatus
    epoch: int
    step: int
    seconds: float
    test_loss: float
    test_accuracy: float
    probabilities: np.ndarray
    model: nn.Module


@dataclass
class Learner:
    """What is trained, on which batches, and what happens around an epoch and a step.

    Attributes
    ----------
    model : nn.Module
    optimizer : torch.optim.Optimizer
        ``begin_epoch`` may put another in its place.
    train_set : Batches
    test_set : InOrder
    test_labels : ndarray of shape (n_test,), int64
    shuffling : torch.Generator
        Of the order of the training pictures.
    n_steps_per_epoch : int
    arithmetic : callable
        Gives the context of a forward pass, as ``autocast_of`` does.
    begin_epoch : callable
        Brings the network into training mode; gets the number of whole epochs behind it.
    begin_step : callable or None
        Sets what changes with every step, such as the learning rate; gets the number of steps behind it.
    checkpoint_seconds : float
        Least time between two checkpoints: of a large network each would take longer to write than an epoch.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    train_set: Batches
    test_set: InOrder
    test_labels: np.ndarray
    shuffling: torch.Generator
    n_steps_per_epoch: int
    arithmetic: Callable[[], AbstractContextManager[Any]]
    begin_epoch: Callable[[int], None]
    begin_step: Callable[[int], None] | None = None
    checkpoint_seconds: float = 0.0


def fit(
    spec: RunSpec,
    learner: Learner,
    on_event: OnEvent,
    should_stop: ShouldStop,
    checkpoint: dict[str, Any] | None = None,
    *,
    preparation_seconds: float = 0.0,
) -> RunResult:
    """Train and judge, epoch by epoch.

    Parameters
    ----------
    spec : RunSpec
        Its ``n_epochs``, ``batch_size`` and ``max_seconds`` count here.
    learner : Learner
    on_event, should_stop, checkpoint
        As of ``core.training.train``.
    preparation_seconds : float
        What was done before and counts as part of the run.
    """
    model, arithmetic, criterion = learner.model, learner.arithmetic, nn.CrossEntropyLoss()
    epoch = step = 0
    seconds_before = 0.0
    if checkpoint is not None:
        epoch, step, seconds_before = restore(checkpoint, model, learner.optimizer, learner.shuffling)
    seconds_before += preparation_seconds
    n_parameters = count_parameters(model)
    on_event(TrainingBegin(n_parameters, learner.n_steps_per_epoch, epoch, step, seconds_before, spec.n_threads))

    begin = checkpoint_at = time.perf_counter()
    status: EndStatus | None = None
    probabilities, test_loss, test_accuracy = np.empty(0), math.nan, math.nan

    def seconds() -> float:
        return seconds_before + time.perf_counter() - begin

    def end(reason: EndStatus) -> None:
        nonlocal status
        if status is None:
            status = reason
            on_event(TrainingEnd(reason, step, seconds()))

    if epoch == spec.n_epochs:  # killed between its last epoch and its result: only the judgement is left
        end("done")
        probabilities, test_loss = predict(model, learner.test_set, arithmetic)
        test_accuracy = float((probabilities.argmax(1) == learner.test_labels).mean())
    while status is None:
        learner.begin_epoch(epoch)
        optimizer = learner.optimizer
        epoch_begin = time.perf_counter()
        losses, n_correct, n_seen = [], 0, 0
        for inputs, labels in learner.train_set.shuffled(spec.batch_size, learner.shuffling):
            if learner.begin_step is not None:
                learner.begin_step(step)
            # Forward pass
            with arithmetic():
                outputs = model(inputs)  # (N, n_classes)
                loss = criterion(outputs, labels)
            # Backprop and optimisation
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

            step += 1
            batch_loss, batch_correct = loss.item(), int((outputs.detach().argmax(1) == labels).sum())
            losses.append(batch_loss)
            n_correct += batch_correct
            n_seen += len(labels)
            on_event(BatchEnd(step, batch_loss, batch_correct, len(labels)))
            if not math.isfinite(batch_loss):
                end("diverged")
            elif should_stop():
                end("stopped")
            elif spec.max_seconds is not None and seconds() >= spec.max_seconds:
                end("done")
            if status is not None:
                break
        images_per_second = n_seen / (time.perf_counter() - epoch_begin)
        complete = len(losses) == learner.n_steps_per_epoch and status != "diverged"
        epoch += complete

        def stop_while_judging() -> None:
            if should_stop():
                end("stopped")

        probabilities, test_loss = predict(model, learner.test_set, arithmetic, after_batch=stop_while_judging)
        test_accuracy = float((probabilities.argmax(1) == learner.test_labels).mean())
        if complete and epoch == spec.n_epochs:
            end("done")
        state = None
        if complete and time.perf_counter() - checkpoint_at >= learner.checkpoint_seconds:
            state = capture(model, optimizer, learner.shuffling, epoch=epoch, step=step, seconds=seconds())
            checkpoint_at = time.perf_counter()
        on_event(
            EpochEnd(
                epoch=epoch if complete else epoch + 1,
                step=step,
                complete=complete,
                train_loss=sum(losses) / len(losses),
                train_accuracy=n_correct / n_seen,
                test_loss=test_loss,
                test_accuracy=test_accuracy,
                seconds=seconds(),
                images_per_second=images_per_second,
                probabilities=probabilities,
                checkpoint=state,
            )
        )
    assert status is not None
    return RunResult(status, epoch, step, seconds(), test_loss, test_accuracy, probabilities, model.eval())


def predict(
    model: nn.Module,
    test_set: InOrder,
    arithmetic: Callable[[], AbstractContextManager[Any]] = nullcontext,
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


def autocast_of(spec: RunSpec) -> Callable[[], AbstractContextManager[Any]]:
    """The context of a forward pass: plain float32, or bfloat16 products with float32 weights."""
    if spec.precision == "bfloat16":
        return lambda: torch.autocast(spec.device, dtype=torch.bfloat16)
    return nullcontext
