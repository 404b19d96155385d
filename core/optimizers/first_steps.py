"""A run's steps with its network open on the table: what ``core.training.train`` does, one step at a time.

Same initial weights, same order of pictures, same optimizer and rates, so the same losses bit for bit (tested). For the
microscope and the loss plane, which have to look at the weights between two steps; ``train`` tells its losses only.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice

import torch
from torch import nn

from core.datasets.image_set import ImageSet
from core.models.drawing import generator_kept
from core.specs import RunSpec
from core.training.batches import ResidentImages
from core.training.loop import Learner, run_single_epoch
from core.training.optimizers import rate_of
from core.training.threads import use_at_first
from core.training.training import learner_of, seeded_model


@dataclass(frozen=True)
class Moment:
    """The network behind so many steps.

    Attributes
    ----------
    step : int
        0 before the first one.
    loss : float
        Of the batch of this step, before the step; NaN at step 0.
    rate : float
        The learning rate of this step.
    model : nn.Module
        The live network: copy what has to last. Its gradients are those of this step.
    """

    step: int
    loss: float
    rate: float
    model: nn.Module


def initial_model(spec: RunSpec, n_classes: int) -> nn.Module:
    """The network of a run before its first step."""
    with generator_kept():
        return seeded_model(spec, n_classes)


def follow(spec: RunSpec, images: ImageSet, *, n_steps: int) -> Iterator[Moment]:
    """Train for at most so many steps, whole epochs of the run at most; float32 on the CPU.

    Yields
    ------
    Moment
        Before the first step, then after each one.
    """
    use_at_first(spec)
    spec = spec.model_copy(update={"device": "cpu", "precision": "float32"})
    train_set = ResidentImages.of_run(spec, images.train_images, images.train_labels)
    with generator_kept():
        learner = learner_of(spec, train_set, len(images.class_names))
        drawn = torch.get_rng_state()
    rate = rate_of(spec, learner.n_steps_per_epoch)
    yield Moment(0, float("nan"), rate(0), learner.model)
    # Without dropout nothing more is drawn, and others need not wait for this to end
    with _generator_at(drawn) if getattr(spec.model, "dropout", 0.0) else nullcontext():
        for step, loss in enumerate(islice(_losses(spec, learner), n_steps)):
            yield Moment(step + 1, loss.item(), rate(step), learner.model)


def _losses(spec: RunSpec, learner: Learner) -> Iterator[torch.Tensor]:
    """Of each batch of the run, behind its step."""
    for epoch in range(spec.n_epochs):
        learner.begin_epoch(epoch)
        for loss, _, _ in run_single_epoch(learner, spec.batch_size, epoch * learner.n_steps_per_epoch):
            yield loss


@contextmanager
def _generator_at(state: torch.Tensor) -> Iterator[None]:
    """Torch's generator in a state, for this thread alone; afterwards as it was."""
    with generator_kept():
        torch.set_rng_state(state)
        yield
