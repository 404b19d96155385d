"""torch's optimizers from their specs, and the learning rate of every step."""

from collections.abc import Callable

import torch
from torch import nn

from core.specs import AdagradSpec, AdamSpec, AdamWSpec, AnyOptimizerSpec, RMSpropSpec, RunSpec, SGDSpec
from core.specs.schedules import factor


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


def rate_of(spec: RunSpec, n_steps_per_epoch: int) -> Callable[[int], float]:
    """The learning rate of a run as a function of the batches behind it."""

    def rate(step: int) -> float:
        base = spec.optimizer_at(step // n_steps_per_epoch).learning_rate
        return base * factor(spec.schedule, step, n_steps_per_epoch, spec.n_epochs)

    return rate
