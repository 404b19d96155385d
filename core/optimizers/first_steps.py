"""A run's steps with its network open on the table: what ``core.training.train`` does, one step at a time.

Same initial weights, same order of pictures, same optimizer and rates, so the same losses bit for bit (tested). For the
microscope and the loss plane, which have to look at the weights between two steps; ``train`` tells its losses only.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import torch
from torch import nn

from core.datasets.image_set import ImageSet
from core.models import build_model
from core.specs import RunSpec
from core.training.batches import ResidentImages
from core.training.optimizers import build_optimizer, rate_of

# torch has one generator for initial weights and dropout, and this runs in threads of the app. (Runs of the engine
# train in processes of their own.)
_GENERATOR = threading.Lock()


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
    return _seeded_model(spec, n_classes)[0]


def follow(spec: RunSpec, images: ImageSet, *, n_steps: int) -> Iterator[Moment]:
    """Train for at most so many steps, whole epochs of the run at most; float32 on the CPU.

    Yields
    ------
    Moment
        Before the first step, then after each one.
    """
    torch.set_num_threads(spec.n_threads)
    cpu, channels_last = torch.device("cpu"), spec.model.channels_last
    train_set = ResidentImages(images.train_images, images.train_labels, device=cpu, channels_last=channels_last)
    rate = rate_of(spec, -(-len(train_set) // spec.batch_size))
    criterion = nn.CrossEntropyLoss()
    model, drawn = _seeded_model(spec, len(images.class_names))
    shuffling = torch.Generator().manual_seed(spec.random_state)
    optimizer = build_optimizer(spec.optimizer, model)
    yield Moment(0, float("nan"), rate(0), model)
    step = 0
    # Without dropout nothing more is drawn, and others need not wait for this to end
    with _generator_at(drawn) if getattr(spec.model, "dropout", 0.0) else nullcontext():
        for _ in range(spec.n_epochs):
            model.train()
            for inputs, labels in train_set.shuffled(spec.batch_size, shuffling):
                if step == n_steps:
                    return
                now = rate(step)
                for group in optimizer.param_groups:
                    group["lr"] = now
                loss = criterion(model(inputs), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                step += 1
                yield Moment(step, loss.item(), now, model)


def _seeded_model(spec: RunSpec, n_classes: int) -> tuple[nn.Module, torch.Tensor]:
    """The network before its first step, and the generator's state behind it."""
    with _GENERATOR, torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.random_state)
        return build_model(spec.model, n_classes), torch.get_rng_state()


@contextmanager
def _generator_at(state: torch.Tensor) -> Iterator[None]:
    """Torch's generator in a state, for this thread alone; afterwards as it was."""
    with _GENERATOR, torch.random.fork_rng(devices=[]):
        torch.set_rng_state(state)
        yield
