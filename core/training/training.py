"""Train a network of Question 1, 3 or 6 on its pictures; the loop itself is ``core.training.loop``.

    python -m core.training SPEC.json --runs DIR

runs the same code without the app: a progress bar, then the run folder's path and the test accuracy.
"""

import math
from typing import Any

import numpy as np
import torch

from core.datasets import load_for
from core.datasets.image_set import ImageSet
from core.models import build_model
from core.specs import RunSpec
from core.training.batches import ResidentImages
from core.training.events import OnEvent, ShouldStop
from core.training.loop import Learner, RunResult, autocast_of, fit
from core.training.optimizers import build_optimizer, rate_of


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
    channels_last = spec.model.channels_last
    train_set = ResidentImages(images.train_images, images.train_labels, device=device, channels_last=channels_last)
    test_set = ResidentImages(images.test_images, images.test_labels, device=device, channels_last=channels_last)
    n_classes, test_labels = len(images.class_names), np.array(images.test_labels)
    del images  # mapped files count as this process's memory for as long as they are held

    torch.manual_seed(spec.random_state)  # initial weights and dropout
    shuffling = torch.Generator().manual_seed(spec.random_state)  # order of the pictures
    model = build_model(spec.model, n_classes).to(device)
    optimizer = build_optimizer(spec.optimizer_at(checkpoint["epoch"] if checkpoint else 0), model)
    learner = Learner(
        model=model,
        optimizer=optimizer,
        train_set=train_set,
        test_set=test_set,
        test_labels=test_labels,
        shuffling=shuffling,
        n_steps_per_epoch=math.ceil(len(train_set) / spec.batch_size),
        arithmetic=autocast_of(spec),
        begin_epoch=lambda epoch: _begin_epoch(spec, learner, epoch),
    )
    if spec.schedule.kind != "constant":
        rate = rate_of(spec, learner.n_steps_per_epoch)

        def set_rate(step: int) -> None:
            for group in learner.optimizer.param_groups:
                group["lr"] = rate(step)

        learner.begin_step = set_rate
    return fit(spec, learner, on_event, should_stop, checkpoint)


def _begin_epoch(spec: RunSpec, learner: Learner, epoch: int) -> None:
    if any(epoch == part.until_epoch for part in spec.earlier):  # here a branch leaves its parent
        learner.optimizer = build_optimizer(spec.optimizer_at(epoch), learner.model)
    learner.model.train()
