"""torch's optimizers from their specs, and the learning rate of every step."""

from collections.abc import Callable

import torch
from torch import nn

from core.specs import AnyOptimizerSpec, RunSpec
from core.specs.schedules import factor


def build_optimizer(spec: AnyOptimizerSpec, model: nn.Module) -> torch.optim.Optimizer:
    """torch's own optimizer with the settings of the record."""
    return optimizer_class(spec)(model.parameters(), lr=spec.learning_rate, **spec.arguments())


def optimizer_class(spec: AnyOptimizerSpec) -> Callable[..., torch.optim.Optimizer]:
    """torch's class."""
    found: Callable[..., torch.optim.Optimizer] = getattr(torch.optim, spec.torch_class)
    return found


def rate_of(spec: RunSpec, n_steps_per_epoch: int) -> Callable[[int], float]:
    """The learning rate of a run as a function of the batches behind it."""

    def rate(step: int) -> float:
        base = spec.optimizer_at(step // n_steps_per_epoch).learning_rate
        return base * factor(spec.schedule, step, n_steps_per_epoch, spec.n_epochs)

    return rate
