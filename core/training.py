"""The training loop of the lab: the handout's, with ears (events) and a brake (should_stop).

    python -m core.training SPEC.json --runs DIR

runs the same code without the app: a progress bar, then the run folder's path and the test accuracy.
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

from core.batches import InOrder, ResidentImages
from core.checkpoints import capture, restore
from core.datasets import load_for
from core.datasets.image_set import ImageSet
from core.events import BatchEnd, EndStatus, EpochEnd, OnEvent, ShouldStop, TrainingBegin, TrainingEnd
from core.models import build_model, count_parameters
from core.schedules import rate_of
from core.specs import AdagradSpec, AdamSpec, AdamWSpec, AnyOptimizerSpec, RMSpropSpec, RunSpec, SGDSpec

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


def train(
    spec: RunSpec,
    on_event: OnEvent = lambda event: None,
    should_stop: ShouldStop = lambda: False,
    *,
    images: ImageSet | None = None,
    checkpoint: dict[str, Any] | None = None,
) -> RunResult:
    """Train the network of a spec on its pictures.

    Parameters
    ----------
    spec : RunSpec
    on_event : callable
        Gets a ``TrainingBegin``, a ``BatchEnd`` for each batch, an ``EpochEnd`` for each epoch, a ``TrainingEnd``.
    should_stop : callable
        Asked after each batch; True ends the run, and the network stays as it is.
    images : ImageSet, optional
        The pictures, where the caller has them already; otherwise those that ``spec.data`` names.
    checkpoint : dict, optional
        ``EpochEnd.checkpoint`` of an earlier sitting: the run goes on behind that epoch, bit for bit as if it had
        never been interrupted.

    Raises
    ------
    core.datasets.DatasetError
        If the pictures are not there.
    """
    torch.set_num_threads(spec.n_threads)
    device = torch.device(spec.device)
    images = images or load_for(spec.data)
    channels_last = spec.model.kind != "mlp"
    train_set = ResidentImages(images.train_images, images.train_labels, device=device, channels_last=channels_last)
    test_set = ResidentImages(images.test_images, images.test_labels, device=device, channels_last=channels_last)
    n_steps_per_epoch = math.ceil(len(train_set) / spec.batch_size)
    n_classes, test_labels = len(images.class_names), np.array(images.test_labels)
    del images  # mapped files count as this process's memory for as long as they are held

    torch.manual_seed(spec.random_state)  # initial weights and dropout
    shuffling = torch.Generator().manual_seed(spec.random_state)  # order of the pictures
    model = build_model(spec.model, n_classes).to(device)
    optimizer = build_optimizer(spec.optimizer_at(checkpoint["epoch"] if checkpoint else 0), model)
    criterion = nn.CrossEntropyLoss()
    arithmetic = _arithmetic(spec)
    rate, is_scheduled = rate_of(spec, n_steps_per_epoch), spec.schedule.kind != "constant"
    epoch = step = 0
    seconds_before = 0.0
    if checkpoint is not None:
        epoch, step, seconds_before = restore(checkpoint, model, optimizer, shuffling)
    on_event(TrainingBegin(count_parameters(model), n_steps_per_epoch, epoch, step, seconds_before, spec.n_threads))

    begin = time.perf_counter()
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
        probabilities, test_loss = predict(model, test_set, arithmetic)
        test_accuracy = float((probabilities.argmax(1) == test_labels).mean())
    while status is None:
        if any(epoch == part.until_epoch for part in spec.earlier):  # here a branch leaves its parent
            optimizer = build_optimizer(spec.optimizer_at(epoch), model)
        model.train()
        epoch_begin = time.perf_counter()
        losses, n_correct, n_seen = [], 0, 0
        for inputs, labels in train_set.shuffled(spec.batch_size, shuffling):
            if is_scheduled:
                for group in optimizer.param_groups:
                    group["lr"] = rate(step)
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
        complete = len(losses) == n_steps_per_epoch and status != "diverged"
        epoch += complete

        def stop_while_judging() -> None:
            if should_stop():
                end("stopped")

        probabilities, test_loss = predict(model, test_set, arithmetic, after_batch=stop_while_judging)
        test_accuracy = float((probabilities.argmax(1) == test_labels).mean())
        if complete and epoch == spec.n_epochs:
            end("done")
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
                checkpoint=capture(
                    model, optimizer, shuffling, epoch=epoch, step=step, seconds=seconds()
                )
                if complete
                else None,
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


def build_optimizer(spec: AnyOptimizerSpec, model: nn.Module) -> torch.optim.Optimizer:
    """torch's own optimizer; ``fused``, where it has that, updates all weights in one pass, about a tenth faster."""
    weights, lr = model.parameters(), spec.learning_rate
    match spec:
        case SGDSpec():
            return torch.optim.SGD(weights, lr=lr, momentum=spec.momentum, nesterov=spec.nesterov, fused=True)
        case RMSpropSpec():
            return torch.optim.RMSprop(weights, lr=lr, alpha=spec.alpha, momentum=spec.momentum)
        case AdagradSpec():
            return torch.optim.Adagrad(weights, lr=lr, fused=True)
        case AdamSpec():
            return torch.optim.Adam(weights, lr=lr, betas=(spec.beta1, spec.beta2), fused=True)
        case AdamWSpec():
            betas, decay = (spec.beta1, spec.beta2), spec.weight_decay
            return torch.optim.AdamW(weights, lr=lr, betas=betas, weight_decay=decay, fused=True)


def _arithmetic(spec: RunSpec) -> Callable[[], AbstractContextManager[Any]]:
    """The context of a forward pass: plain float32, or bfloat16 products with float32 weights."""
    if spec.precision == "bfloat16":
        return lambda: torch.autocast(spec.device, dtype=torch.bfloat16)
    return nullcontext


if __name__ == "__main__":
    # The command line is a file of its own: `python -m core.training` is only its name
    from core.headless import main

    raise SystemExit(main())
