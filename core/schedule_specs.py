"""How the learning rate changes in a run, as settings: constant, in steps, along a cosine, or with a warm-up."""

from typing import Annotated, Literal

from pydantic import Field

from core.spec_base import Spec


class ConstantSpec(Spec):
    """The learning rate stays, as in the handout."""

    kind: Literal["constant"] = "constant"


class StepSpec(Spec):
    """``torch.optim.lr_scheduler.StepLR``: multiplied by ``gamma`` after each ``every`` epochs."""

    kind: Literal["step"] = "step"
    every: Annotated[int, Field(ge=1, le=1_000)] = 2
    gamma: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.1


class CosineSpec(Spec):
    """``CosineAnnealingLR`` over the whole run, batch by batch: half a cosine down to 0."""

    kind: Literal["cosine"] = "cosine"


class WarmUpSpec(Spec):
    """``LinearLR``: the rate grows batch by batch through the first ``epochs`` epochs, then stays."""

    kind: Literal["warmup"] = "warmup"
    epochs: Annotated[int, Field(ge=1, le=100)] = 1


AnyScheduleSpec = ConstantSpec | StepSpec | CosineSpec | WarmUpSpec
ScheduleSpec = Annotated[AnyScheduleSpec, Field(discriminator="kind")]
