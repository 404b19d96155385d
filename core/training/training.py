"""Train a network of Question 1, 3 or 6 on its pictures; the loop itself is ``core.training.loop``.

    python -m core.training SPEC.json --runs DIR

runs the same code without the app: a progress bar, then the run folder's path and the test accuracy.
"""

from typing import Any

import numpy as np
import torch
from torch import nn

from core.datasets import load_for
from core.datasets.image_set import ImageSet
from core.models import build_model
from core.models.drawing import GENERATOR
from core.specs import RunSpec
from core.training.batches import ResidentImages, steps_per_epoch
from core.training.events import OnEvent, RunResult, ShouldStop
from core.training.judging import Judge, autocast_of
from core.training.loop import Learner, fit
from core.training.optimizers import build_optimizer, rate_of
from core.training.threads import use_at_first


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
    use_at_first(spec)
    images = images or load_for(spec.data)
    train_set = ResidentImages.of_run(spec, images.train_images, images.train_labels)
    test_set = ResidentImages.of_run(spec, images.test_images, images.test_labels)
    judge = Judge(test_set, np.array(images.test_labels), autocast_of(spec))
    labels = np.array(images.train_labels)
    training_judge = Judge(train_set, labels, autocast_of(spec)) if spec.judges_training else None
    n_classes = len(images.class_names)
    del images  # mapped files count as this process's memory for as long as they are held

    learner = learner_of(spec, train_set, n_classes, epoch=checkpoint["epoch"] if checkpoint else 0)
    return fit(spec, learner, judge, on_event, should_stop, checkpoint, training_judge=training_judge)


def seeded_model(spec: RunSpec, n_classes: int) -> nn.Module:
    """The network of a run before its first step; torch's generator is where dropout goes on from."""
    with GENERATOR:
        torch.manual_seed(spec.random_state)
        return build_model(spec.model, n_classes).to(spec.device)


def learner_of(spec: RunSpec, train_set: ResidentImages, n_classes: int, *, epoch: int = 0) -> Learner:
    """A run's network before its first step, and all that training it needs.

    Parameters
    ----------
    spec : RunSpec
    train_set : ResidentImages
        The training pictures of ``spec.data``.
    n_classes : int
    epoch : int
        Whole epochs behind it, where a checkpoint is about to be restored: its optimizer is of the right kind.
    """
    model = seeded_model(spec, n_classes)
    n_steps_per_epoch = steps_per_epoch(spec, len(train_set))

    def begin_epoch(epoch: int) -> None:
        if any(epoch == part.until_epoch for part in spec.earlier):  # here a branch leaves its parent
            learner.optimizer = build_optimizer(spec.optimizer_at(epoch), model)
        model.train()

    learner = Learner(
        model=model,
        optimizer=build_optimizer(spec.optimizer_at(epoch), model),
        train_set=train_set,
        shuffling=torch.Generator().manual_seed(spec.random_state),  # order of the pictures
        n_steps_per_epoch=n_steps_per_epoch,
        begin_epoch=begin_epoch,
        arithmetic=autocast_of(spec),
    )
    if spec.schedule.kind != "constant":
        rate = rate_of(spec, n_steps_per_epoch)

        def set_rate(step: int) -> None:
            for group in learner.optimizer.param_groups:
                group["lr"] = rate(step)

        learner.begin_step = set_rate
    return learner
