"""Question 5's loop: ResNet-18 from given weights, frozen up to a cut, trained above it.

It is the loop of ``core.training`` with three differences: the stages below the cut rest (no gradients, and batch norm
in ``eval()``), the pretrained part has a learning rate of its own, and where all but the last layer is frozen the
network is asked about each picture once (``core.feature_cache``) and the last layer learns from the answers.
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
from torchvision.models import ResNet

from core import checkpoints, feature_cache, pretrained
from core.checkpoints import capture, restore
from core.datasets import load_for
from core.datasets.image_set import ImageSet
from core.events import BatchEnd, EndStatus, EpochEnd, OnEvent, ShouldStop, TrainingBegin, TrainingEnd
from core.models import count_parameters
from core.resnet import backbone_parameters, freeze, new_head, resnet18, training_mode
from core.runs import Run
from core.training import RunResult, build_optimizer, predict
from core.transfer_batches import FeatureBatches, PictureBatches
from core.transfer_spec import TransferSpec

# A checkpoint of ResNet-18 with momentum has 90 MB: after each epoch of a second, writing it would take longer
CHECKPOINT_SECONDS = 10.0


@dataclass(frozen=True)
class _Learner:
    """What the loop trains: the whole network on pictures, or the last layer on features."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    train_set: PictureBatches | FeatureBatches
    test_set: PictureBatches | FeatureBatches
    begin_epoch: Callable[[], None]  # into training mode
    is_small: bool  # a checkpoint costs nothing


def train_transfer(
    spec: TransferSpec,
    on_event: OnEvent = lambda event: None,
    should_stop: ShouldStop = lambda: False,
    *,
    images: ImageSet | None = None,
    checkpoint: dict[str, Any] | None = None,
) -> RunResult:
    """Train as a transfer spec says; parameters, events and result as of ``core.training.train``.

    The result's network is ``ResNet``; where only its last layer was trained, a ``ModuleDict`` with that layer as "fc"
    (the rest has not changed, and is kept under its hash). ``network`` puts both together.

    Raises
    ------
    core.datasets.DatasetError
        If the pictures are not there, or too few of a class.
    core.pretrained.PretrainedError
        If the weights are not there.
    core.feature_cache.FeaturesStoppedError
        If it was stopped before anything could be learnt.
    """
    torch.set_num_threads(spec.n_threads)
    images = images or load_for(spec.data, side=spec.side)
    n_classes, test_labels = len(images.class_names), np.array(images.test_labels)
    n_train = len(images.train_labels)
    n_steps_per_epoch = steps_per_epoch(n_train, spec.batch_size)
    shuffling = torch.Generator().manual_seed(spec.random_state)  # order of the pictures, and their views
    begin = time.perf_counter()  # features count: they are what freezing costs
    learner = _prepare(spec, images, n_classes, should_stop)
    del images
    model, optimizer = learner.model, learner.optimizer
    criterion, arithmetic = nn.CrossEntropyLoss(), _arithmetic(spec)
    epoch = step = 0
    seconds_before = 0.0
    if checkpoint is not None:
        epoch, step, seconds_before = restore(checkpoint, model, optimizer, shuffling)

    def seconds() -> float:
        return seconds_before + time.perf_counter() - begin

    on_event(TrainingBegin(count_parameters(model), n_steps_per_epoch, epoch, step, seconds(), spec.n_threads))
    status: EndStatus | None = None
    probabilities, test_loss, test_accuracy = np.empty(0), math.nan, math.nan
    checkpoint_at = time.perf_counter()

    def end(reason: EndStatus) -> None:
        nonlocal status
        if status is None:
            status = reason
            on_event(TrainingEnd(reason, step, seconds()))

    if epoch == spec.n_epochs:  # killed between its last epoch and its result: only the judgement is left
        end("done")
        probabilities, test_loss = predict(model, learner.test_set, arithmetic)
        test_accuracy = float((probabilities.argmax(1) == test_labels).mean())
    while status is None:
        learner.begin_epoch()
        epoch_begin = time.perf_counter()
        losses, n_correct, n_seen = [], 0, 0
        for inputs, labels in learner.train_set.shuffled(spec.batch_size, shuffling):
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

        probabilities, test_loss = predict(model, learner.test_set, arithmetic, after_batch=stop_while_judging)
        test_accuracy = float((probabilities.argmax(1) == test_labels).mean())
        if complete and epoch == spec.n_epochs:
            end("done")
        state = None
        if complete and (learner.is_small or time.perf_counter() - checkpoint_at >= CHECKPOINT_SECONDS):
            state = capture(model, optimizer, shuffling, epoch=epoch, step=step, seconds=seconds())
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
    trained = nn.ModuleDict({"fc": model}) if spec.uses_cache else model
    return RunResult(status, epoch, step, seconds(), test_loss, test_accuracy, probabilities, trained.eval())


def initial_network(spec: TransferSpec, n_classes: int) -> ResNet:
    """The network before training. All strategies of one seed begin with the same last layer.

    Raises
    ------
    core.pretrained.PretrainedError
        If the weights are not there.
    """
    if spec.weights.source == "random":
        torch.manual_seed(spec.random_state)
        model = resnet18(n_classes)
    else:
        model = _backbone(pretrained.load(spec.weights.sha256), n_classes)
    model.fc = new_head(n_classes, spec.random_state)
    freeze(model, spec.frozen_stages)
    return model


def network(run: Run, n_classes: int) -> ResNet:
    """The network at a run's end, for looking: in ``eval()`` mode, nobody trains it.

    Raises
    ------
    ChalknetError
        If the run has left no weights, or those that it began with are gone.
    """
    spec = run.spec
    if not isinstance(spec, TransferSpec):
        raise pretrained.PretrainedError("This is no run of the transfer page.")
    try:
        left = checkpoints.load(run.folder / "model.pt")
    except OSError as error:
        raise pretrained.PretrainedError("This run has left no weights (yet).") from error
    if set(left) == {"fc.weight", "fc.bias"}:
        with torch.random.fork_rng(devices=[]):
            left = initial_network(spec, n_classes).state_dict() | left
    return _backbone(left, n_classes).eval().requires_grad_(False)


def _backbone(weights: dict[str, torch.Tensor], n_classes: int) -> ResNet:
    """A network with these weights; where they have no last layer, with none that counts."""
    with torch.device("meta"):  # 11 million random numbers that nobody needs are not drawn
        model = resnet18(n_classes)
    missing = {name: torch.zeros(t.shape) for name, t in model.state_dict().items() if name.startswith("fc.")}
    model.load_state_dict(missing | weights, assign=True)
    return model.to(memory_format=torch.channels_last)


def steps_per_epoch(n_train: int, batch_size: int) -> int:
    """Batches; a single picture that is left over joins the last one (``core.transfer_batches.split``)."""
    lone = n_train > batch_size and n_train % batch_size == 1
    return math.ceil(n_train / batch_size) - lone


def _prepare(spec: TransferSpec, images: ImageSet, n_classes: int, should_stop: ShouldStop) -> _Learner:
    device = torch.device(spec.device)
    if spec.uses_cache:
        return _prepare_head(spec, images, n_classes, should_stop)
    model = initial_network(spec, n_classes).to(device)
    optimizer = build_optimizer(spec.optimizer, model.fc)
    rest = list(backbone_parameters(model))
    if rest:
        from_scratch = spec.weights.source == "random"
        rate = spec.optimizer.learning_rate if from_scratch else spec.backbone_learning_rate
        optimizer.add_param_group({"params": rest, "lr": rate})
    still = 0 if spec.batch_norm_trap else spec.frozen_stages
    return _Learner(
        model=model,
        optimizer=optimizer,
        train_set=PictureBatches(
            images.train_images,
            images.train_labels,
            side=spec.side,
            device=device,
            augmentation=spec.augmentation,
        ),
        test_set=PictureBatches(images.test_images, images.test_labels, side=spec.side, device=device),
        begin_epoch=lambda: training_mode(model, still),
        is_small=False,
    )


def _prepare_head(spec: TransferSpec, images: ImageSet, n_classes: int, should_stop: ShouldStop) -> _Learner:
    loaded: list[ResNet] = []

    def load_backbone() -> ResNet:
        if not loaded:
            loaded.append(initial_network(spec, n_classes).eval())
        return loaded[0]

    def features(pictures: np.ndarray, **views: Any) -> np.ndarray:
        return feature_cache.features(
            pictures,
            load_backbone=load_backbone,
            # Random weights have no hash; their seed decides them
            weights_sha256=spec.weights.sha256 or f"random {spec.random_state} {n_classes}",
            side=spec.side,
            precision=spec.precision,
            should_stop=should_stop,
            **views,
        )

    device = torch.device("cpu")  # a last layer is too small for a GPU to pay
    train = features(images.train_images, augmentation=spec.augmentation, n_views=spec.n_views)
    train_set = FeatureBatches(train, images.train_labels, device=device)
    test_set = FeatureBatches(features(images.test_images), images.test_labels, device=device)
    head = new_head(n_classes, spec.random_state)

    def begin_epoch() -> None:
        head.train()

    return _Learner(head, build_optimizer(spec.optimizer, head), train_set, test_set, begin_epoch, is_small=True)


def _arithmetic(spec: TransferSpec) -> Callable[[], AbstractContextManager[Any]]:
    if spec.precision == "bfloat16" and not spec.uses_cache:  # a last layer on features is trained exactly
        return lambda: torch.autocast(spec.device, dtype=torch.bfloat16)
    return nullcontext
