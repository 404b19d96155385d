"""How the learning rate changes in a run: constant, in steps, along a cosine, or with a warm-up.

``factor`` is a pure function of the step, so a resumed run needs no memory. Its formulas are those of torch's own
``StepLR``, ``CosineAnnealingLR`` and ``LinearLR`` (tested against them); a cosine and a warm-up move with every
batch, a step with every epoch.
"""

import math
from typing import Annotated, Literal

from pydantic import Field

from core.lab.words import count, decimal
from core.specs.base import Spec


class ConstantSpec(Spec):
    """The learning rate stays, as in the handout."""

    kind: Literal["constant"] = "constant"

    def told(self) -> str:
        """As people say it."""
        return "constant learning rate"


class StepSpec(Spec):
    """``torch.optim.lr_scheduler.StepLR``: multiplied by ``gamma`` after each ``every`` epochs."""

    kind: Literal["step"] = "step"
    every: Annotated[int, Field(ge=1, le=1_000, title="the epochs of a step")] = 2
    gamma: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False, title="the factor of a step")] = 0.1

    def told(self) -> str:
        """As people say it."""
        times = "a tenth" if self.gamma == 0.1 else f"times {decimal(self.gamma)}"
        return f"{times} after every {count(self.every, 'epoch')}"


class CosineSpec(Spec):
    """``CosineAnnealingLR`` over the whole run, batch by batch: half a cosine down to 0."""

    kind: Literal["cosine"] = "cosine"

    def told(self) -> str:
        """As people say it."""
        return "along a cosine"


class WarmUpSpec(Spec):
    """``LinearLR``: the rate grows batch by batch through the first ``epochs`` epochs, then stays."""

    kind: Literal["warmup"] = "warmup"
    epochs: Annotated[int, Field(ge=1, le=100, title="the epochs of warm-up")] = 1

    def told(self) -> str:
        """As people say it."""
        return f"{count(self.epochs, 'epoch')} of warm-up"


AnyScheduleSpec = ConstantSpec | StepSpec | CosineSpec | WarmUpSpec
ScheduleSpec = Annotated[AnyScheduleSpec, Field(discriminator="kind")]


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
