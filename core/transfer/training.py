"""Question 5's loop: ResNet-18 from given weights, frozen up to a cut, trained above it.

The loop is ``core.training.loop``. What it is given differs in three ways: the stages below the cut rest (no gradients,
and batch norm in ``eval()``), the pretrained part has a learning rate of its own, and where all but the last layer is
frozen the network is asked about each picture once (``core.transfer.feature_cache``) and the last layer learns from the
answers.
"""

import math
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torchvision.models import ResNet

from core.datasets import load_for
from core.datasets.image_set import ImageSet
from core.models import must_compute
from core.models.drawing import GENERATOR, generator_kept
from core.models.resnet import backbone_parameters, freeze, new_head, resnet18, training_mode
from core.runs import Run
from core.specs.transfer import TransferSpec
from core.training import checkpoints
from core.training.events import OnEvent, RunResult, ShouldStop
from core.training.judging import Judge, autocast_of
from core.training.loop import Learner, fit
from core.training.optimizers import build_optimizer
from core.training.threads import use_at_first
from core.transfer import feature_cache, kept_features, pretrained
from core.transfer.batches import FeatureBatches, PictureBatches

# A checkpoint of ResNet-18 with momentum has 90 MB: after each epoch of a second, writing it would take longer
CHECKPOINT_SECONDS = 10.0

# Network, optimizer, training batches, test batches
_Parts = tuple[
    nn.Module, torch.optim.Optimizer, PictureBatches | FeatureBatches, PictureBatches | FeatureBatches
]


def train_transfer(
    spec: TransferSpec,
    on_event: OnEvent = lambda event: None,
    should_stop: ShouldStop = lambda: False,
    *,
    images: ImageSet | None = None,
    checkpoint: dict[str, object] | None = None,
) -> RunResult:
    """Train as a transfer spec says; parameters, events and result as of ``core.training.train``.

    The result's network is ``ResNet``; where only its last layer was trained, a ``ModuleDict`` with that layer as "fc"
    (the rest has not changed, and is kept under its hash). ``network`` puts both together.

    Raises
    ------
    core.datasets.DatasetError
        If the pictures are not there, or too few of a class.
    core.transfer.pretrained.PretrainedError
        If the weights are not there.
    core.transfer.feature_cache.FeaturesStoppedError
        If it was stopped before anything could be learnt.
    """
    use_at_first(spec)
    images = images or load_for(spec.data, side=spec.side)
    begin = time.perf_counter()  # features count: they are what freezing costs
    learner, judge = _prepare(spec, images, should_stop)
    del images
    result = fit(
        spec,
        learner,
        judge,
        on_event,
        should_stop,
        checkpoint,
        seconds_before=time.perf_counter() - begin,
        checkpoint_seconds=0.0 if spec.uses_cache else CHECKPOINT_SECONDS,
    )
    return replace(result, model=nn.ModuleDict({"fc": learner.model}).eval()) if spec.uses_cache else result


def initial_network(spec: TransferSpec, n_classes: int) -> ResNet:
    """The network before training. All strategies of one seed begin with the same last layer.

    Raises
    ------
    core.transfer.pretrained.PretrainedError
        If the weights are not there.
    """
    if spec.weights.source == "random":
        with GENERATOR:
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
        If the run has left no weights, or such as are no numbers, or those that it began with are gone.
    """
    spec = run.spec
    if not isinstance(spec, TransferSpec):
        raise pretrained.PretrainedError("This is no run of the transfer page.")
    try:
        left = checkpoints.load(run.folder / "model.pt")
    except OSError as error:
        raise pretrained.PretrainedError("This run has left no weights (yet).") from error
    if set(left) == {"fc.weight", "fc.bias"}:
        with generator_kept():
            left = initial_network(spec, n_classes).state_dict() | left
    model = _backbone(left, n_classes)
    must_compute(model)
    return model.eval().requires_grad_(False)


def _backbone(weights: dict[str, torch.Tensor], n_classes: int) -> ResNet:
    """A network with these weights; where they have no last layer, with none that counts."""
    with torch.device("meta"):  # 11 million random numbers that nobody needs are not drawn
        model = resnet18(n_classes)
    missing = {name: torch.zeros(t.shape) for name, t in model.state_dict().items() if name.startswith("fc.")}
    model.load_state_dict(missing | weights, assign=True)
    return model.to(memory_format=torch.channels_last)


def steps_per_epoch(n_train: int, batch_size: int) -> int:
    """Batches; a single picture that is left over joins the last one (``core.transfer.batches.split``)."""
    lone = n_train > batch_size and n_train % batch_size == 1
    return math.ceil(n_train / batch_size) - lone


def _prepare(spec: TransferSpec, images: ImageSet, should_stop: ShouldStop) -> tuple[Learner, Judge]:
    """The last layer on features, where all below it rests, or the network on pictures."""
    if spec.uses_cache:
        model, optimizer, train_set, test_set = _head_on_features(spec, images, should_stop)
    else:
        model, optimizer, train_set, test_set = _network_on_pictures(spec, images)
    still = 0 if spec.batch_norm_trap else spec.frozen_stages

    def begin_epoch(epoch: int) -> None:
        if isinstance(model, ResNet):
            training_mode(model, still)
        else:
            model.train()

    arithmetic = nullcontext if spec.uses_cache else autocast_of(spec)  # a last layer is trained exactly
    learner = Learner(
        model=model,
        optimizer=optimizer,
        train_set=train_set,
        shuffling=torch.Generator().manual_seed(spec.random_state),  # order of the pictures, and their views
        n_steps_per_epoch=steps_per_epoch(len(images.train_labels), spec.batch_size),
        begin_epoch=begin_epoch,
        arithmetic=arithmetic,
    )
    return learner, Judge(test_set, np.array(images.test_labels), arithmetic)


def _network_on_pictures(spec: TransferSpec, images: ImageSet) -> _Parts:
    device = torch.device(spec.device)
    model = initial_network(spec, len(images.class_names)).to(device)
    optimizer = build_optimizer(spec.optimizer, model.fc)
    rest = list(backbone_parameters(model))
    if rest:
        from_scratch = spec.weights.source == "random"
        rate = spec.optimizer.learning_rate if from_scratch else spec.backbone_learning_rate
        optimizer.add_param_group({"params": rest, "lr": rate})
    train_set = PictureBatches(
        images.train_images, images.train_labels, side=spec.side, device=device, augmentation=spec.augmentation
    )
    test_set = PictureBatches(images.test_images, images.test_labels, side=spec.side, device=device)
    return model, optimizer, train_set, test_set


def _head_on_features(spec: TransferSpec, images: ImageSet, should_stop: ShouldStop) -> _Parts:
    n_classes = len(images.class_names)
    loaded: list[ResNet] = []

    def load_backbone() -> ResNet:
        if not loaded:
            loaded.append(initial_network(spec, n_classes).eval())
        return loaded[0]

    def features(pictures: np.ndarray, **views: Any) -> np.memmap:
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
    test = features(images.test_images)
    kept_features.note(spec, [Path(str(each.filename)).name for each in (train, test)])
    test_set = FeatureBatches(test, images.test_labels, device=device)
    head = new_head(n_classes, spec.random_state)

    return head, build_optimizer(spec.optimizer, head), train_set, test_set
