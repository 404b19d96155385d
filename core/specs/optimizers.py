"""How the weights move: the settings of torch's own optimizers, for all questions and the race of Question 6."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.specs.base import LearningRate, Spec

# A share of the past that is kept: 0 forgets at once, 1 would never learn anything new
Decay = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]


class SGDSpec(Spec):
    """``torch.optim.SGD``; the defaults are those of Question 1 (b)."""

    kind: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.01
    momentum: Decay = 0.9
    nesterov: bool = False  # the gradient counts as taken where the momentum leads

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> "SGDSpec":
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov is on while momentum is 0; it looks ahead along the momentum and needs one")
        return self


class RMSpropSpec(Spec):
    """``torch.optim.RMSprop`` with torch's own defaults."""

    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: LearningRate = 0.01
    alpha: Decay = 0.99  # of the mean square of the gradients
    momentum: Decay = 0.0


class AdagradSpec(Spec):
    """``torch.optim.Adagrad`` with torch's own default."""

    kind: Literal["adagrad"] = "adagrad"
    learning_rate: LearningRate = 0.01


class AdamSpec(Spec):
    """``torch.optim.Adam``; the learning rate is that of Question 3 (a)."""

    kind: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.001
    beta1: Decay = 0.9
    beta2: Decay = 0.999


class AdamWSpec(Spec):
    """``torch.optim.AdamW``: Adam whose weight decay does not pass through the moments."""

    kind: Literal["adamw"] = "adamw"
    learning_rate: LearningRate = 0.001
    beta1: Decay = 0.9
    beta2: Decay = 0.999
    weight_decay: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.01


AnyOptimizerSpec = SGDSpec | RMSpropSpec | AdagradSpec | AdamSpec | AdamWSpec
OptimizerSpec = Annotated[AnyOptimizerSpec, Field(discriminator="kind")]
