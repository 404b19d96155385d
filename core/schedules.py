"""How the learning rate changes while a run goes on: a pure function of the step, so a resumed run needs no memory.

The formulas are those of torch's own ``StepLR``, ``CosineAnnealingLR`` and ``LinearLR`` (tested against them); a cosine
and a warm-up move with every batch, a step with every epoch.
"""

import math
from collections.abc import Callable

from core.schedule_specs import AnyScheduleSpec, CosineSpec, StepSpec, WarmUpSpec
from core.specs import RunSpec


def factor(schedule: AnyScheduleSpec, step: int, n_steps_per_epoch: int, n_epochs: int) -> float:
    """What the learning rate is multiplied by.

    Parameters
    ----------
    schedule : schedule spec
    step : int
        Batches behind the run, from 0.
    n_steps_per_epoch, n_epochs : int
        Of the run.
    """
    match schedule:
        case StepSpec():
            return float(schedule.gamma ** (step // n_steps_per_epoch // schedule.every))
        case CosineSpec():
            return (1 + math.cos(math.pi * step / (n_steps_per_epoch * n_epochs))) / 2
        case WarmUpSpec():
            return min(1.0, (step + 1) / (n_steps_per_epoch * schedule.epochs))
        case _:
            return 1.0


def rate_of(spec: RunSpec, n_steps_per_epoch: int) -> Callable[[int], float]:
    """The learning rate of a run as a function of the batches behind it."""

    def rate(step: int) -> float:
        base = spec.optimizer_at(step // n_steps_per_epoch).learning_rate
        return base * factor(spec.schedule, step, n_steps_per_epoch, spec.n_epochs)

    return rate
