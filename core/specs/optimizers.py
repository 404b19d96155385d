"""How the weights move: one record for each of torch's optimizers that the lab has.

An optimizer's spec class is its one record; training, skorch, scripts, race, widgets, links and words ask it. To add an
optimizer: a class here and its name in ``AnyOptimizerSpec``, its arithmetic in ``core.optimizers.arithmetic``, tests.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from core.lab.words import decimal
from core.specs.base import LearningRate, Spec


@dataclass(frozen=True)
class Coefficient:
    """What stands beside a setting's range: how people see it, and what torch calls it.

    Attributes
    ----------
    word : str
        As in a sentence.
    key : str
        Of its widget and in links, before the contestant's number. Links that are out there have it, so it stays.
        Without one it has no widget: the variant decides it.
    help : str
        Beside the widget.
    marks : tuple of float
        What its slider offers; without any, each hundredth from ``low`` to ``high``.
    low, high : float
    argument : str
        torch's keyword, where it is not the setting's name. Settings that share one are its tuple, in their order.
    torchs : float or bool, optional
        torch's own default, where the record has another.
    """

    word: str
    key: str = ""
    help: str = ""
    marks: tuple[float, ...] = ()
    low: float = 0.0
    high: float = 1.0
    argument: str = ""
    torchs: float | bool | None = None


@dataclass(frozen=True)
class Variant:
    """A contestant that a record can be.

    Attributes
    ----------
    title : str
        What people call it. It is the value of links, so it stays.
    fixed : mapping of str to float or bool
        The settings that make it this one.
    """

    title: str
    fixed: Mapping[str, float | bool] = field(default_factory=dict)


# A share of the past that is kept: 0 forgets at once, 1 would never learn anything new
Rate = Annotated[LearningRate, Field(title="the learning rate")]
Decay = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
_DECAYS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)

Beta1 = Annotated[
    Decay, Coefficient("beta 1", "b1_", "How much of the mean gradient is kept.", _DECAYS, argument="betas")
]
Beta2 = Annotated[
    Decay, Coefficient("beta 2", "b2_", "How much of the mean square is kept.", _DECAYS, argument="betas")
]


_USUAL_STEPS = 1 / (1 - 0.9)  # that momentum adds up, with its usual 0.9


def _rounded_down(rate: float) -> float:
    """To 1, 2 or 5 times a power of ten, as the pages' sliders have it."""
    ten = 10.0 ** math.floor(math.log10(rate) + 1e-9)
    return float(f"{max(m for m in (1, 2, 5) if m * ten <= rate * (1 + 1e-9)) * ten:.1g}")


class BaseOptimizerSpec(Spec):
    """What every optimizer's record says besides its settings, and what follows from them."""

    torch_class: ClassVar[str]  # of torch.optim, and what people call it
    fused: ClassVar[bool]  # whether torch can update all weights in one pass, which is about a tenth faster
    usual_rate: ClassVar[float]  # the learning rate that it is most often used with
    variants: ClassVar[tuple[Variant, ...]]  # the first that fits a spec is the spec's
    headline: ClassVar[tuple[str, ...]] = ()  # settings that scripts and words name beside the learning rate, always
    is_terse: ClassVar[bool] = False  # scripts leave out what torch has anyway, as the handout's line does
    note: ClassVar[str] = ""  # for people who look for its coefficients

    if TYPE_CHECKING:  # each has one, with a default of its own
        learning_rate: float

    @classmethod
    def coefficients(cls) -> dict[str, Coefficient]:
        """What can be set besides the learning rate, by the setting's name."""
        return {
            name: entry
            for name, info in cls.model_fields.items()
            for entry in info.metadata
            if isinstance(entry, Coefficient)
        }

    @classmethod
    def torchs_own(cls) -> Self:
        """The optimizer as torch has it where only the learning rate is given."""
        own = {name: c.torchs for name, c in cls.coefficients().items() if c.torchs is not None}
        return cls(**own)

    @property
    def calm_rate(self) -> float:
        """The learning rate to try where this one was too large: the usual one, or a tenth of one that is no larger.

        Where momentum adds up more steps than the usual ten, the usual rate is divided as it is multiplied.
        """
        usual = _rounded_down(self.usual_rate * min(1.0, _USUAL_STEPS / self.steps_added_up))
        return usual if self.learning_rate > usual else self.learning_rate / 10

    @property
    def steps_added_up(self) -> float:
        """How many times a gradient that stays the same counts in the end: momentum m adds up 1 / (1 - m) steps."""
        return 1 / (1 - float(self.coefficient_values().get("momentum", 0.0)))

    @property
    def title(self) -> str:
        """What people call it: ``"SGD + momentum"``."""
        return next(
            v.title for v in self.variants if all(getattr(self, name) == value for name, value in v.fixed.items())
        )

    def told(self) -> str:
        """Such as ``"SGD, learning rate 0.01, momentum 0.9"``; without what is as usual, but the headline always."""
        told = [f"{self.torch_class}, learning rate {decimal(self.learning_rate)}"]
        for name, value in self.coefficient_values().items():
            if value != type(self).model_fields[name].default or name in self.headline:
                word = self.coefficients()[name].word
                told.append(word if value is True else f"{word} {decimal(value)}")
        return ", ".join(told)

    def coefficient_values(self) -> dict[str, float | bool]:
        """The settings besides the learning rate."""
        return {name: getattr(self, name) for name in self.coefficients()}

    def headline_values(self) -> dict[str, float | bool]:
        """Those of them that are always named."""
        return {name: getattr(self, name) for name in self.headline}

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of torch's class besides ``lr``."""
        shared: dict[str, list[float | bool]] = {}
        for name, coefficient in self.coefficients().items():
            shared.setdefault(coefficient.argument or name, []).append(getattr(self, name))
        given = {name: tuple(values) if len(values) > 1 else values[0] for name, values in shared.items()}
        return given | ({"fused": True} if self.fused else {})

    def changed_arguments(self) -> dict[str, object]:
        """Those of them that torch would not have anyway."""
        own = {**self.torchs_own().arguments(), "fused": None}
        return {name: value for name, value in self.arguments().items() if value != own[name]}

    def script_arguments(self) -> dict[str, object]:
        """Those of them that a script gives."""
        told = {*self.changed_arguments(), *self.headline} if self.is_terse else set(self.arguments())
        return {name: value for name, value in self.arguments().items() if name in told}


class SGDSpec(BaseOptimizerSpec):
    """``torch.optim.SGD``; the defaults are those of Question 1 (b)."""

    torch_class: ClassVar[str] = "SGD"
    fused: ClassVar[bool] = True
    usual_rate: ClassVar[float] = 0.01
    variants: ClassVar[tuple[Variant, ...]] = (
        Variant("SGD", {"momentum": 0.0}),
        Variant("SGD + momentum", {"nesterov": False}),
        Variant("Nesterov", {"nesterov": True}),
    )
    headline: ClassVar[tuple[str, ...]] = ("momentum",)
    is_terse: ClassVar[bool] = True

    kind: Literal["sgd"] = "sgd"
    learning_rate: Rate = 0.01
    momentum: Annotated[Decay, Coefficient("momentum", "m", low=0.05, high=0.99, torchs=0.0)] = 0.9
    # The gradient counts as taken where the momentum leads
    nesterov: Annotated[bool, Coefficient("Nesterov's momentum")] = False

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> "SGDSpec":
        if self.nesterov and self.momentum == 0:
            raise ValueError("nesterov is on while momentum is 0; it looks ahead along the momentum and needs one")
        return self


class RMSpropSpec(BaseOptimizerSpec):
    """``torch.optim.RMSprop`` with torch's own defaults."""

    torch_class: ClassVar[str] = "RMSprop"
    fused: ClassVar[bool] = False
    usual_rate: ClassVar[float] = 0.001
    variants: ClassVar[tuple[Variant, ...]] = (Variant("RMSprop"),)

    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: Rate = 0.01
    alpha: Annotated[
        Decay, Coefficient("alpha", "al", "How much of the mean square is kept at each step.", _DECAYS)
    ] = 0.99
    momentum: Annotated[
        Decay, Coefficient("momentum", "rm", "Of the scaled gradients; torch's default is 0.", _DECAYS)
    ] = 0.0


class AdagradSpec(BaseOptimizerSpec):
    """``torch.optim.Adagrad`` with torch's own default."""

    torch_class: ClassVar[str] = "Adagrad"
    fused: ClassVar[bool] = True
    usual_rate: ClassVar[float] = 0.01
    variants: ClassVar[tuple[Variant, ...]] = (Variant("Adagrad"),)
    note: ClassVar[str] = "Nothing else is set here: the squares are summed up and never forgotten."

    kind: Literal["adagrad"] = "adagrad"
    learning_rate: Rate = 0.01


class AdamSpec(BaseOptimizerSpec):
    """``torch.optim.Adam``; the learning rate is that of Question 3 (a)."""

    torch_class: ClassVar[str] = "Adam"
    fused: ClassVar[bool] = True
    usual_rate: ClassVar[float] = 0.001
    variants: ClassVar[tuple[Variant, ...]] = (Variant("Adam"),)
    is_terse: ClassVar[bool] = True

    kind: Literal["adam"] = "adam"
    learning_rate: Rate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999


class AdamWSpec(BaseOptimizerSpec):
    """``torch.optim.AdamW``: Adam whose weight decay does not pass through the moments."""

    torch_class: ClassVar[str] = "AdamW"
    fused: ClassVar[bool] = True
    usual_rate: ClassVar[float] = 0.001
    variants: ClassVar[tuple[Variant, ...]] = (Variant("AdamW"),)

    kind: Literal["adamw"] = "adamw"
    learning_rate: Rate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    weight_decay: Annotated[
        float,
        Field(ge=0, le=1, allow_inf_nan=False),
        Coefficient("weight decay", "wd", "The share of learning rate times weight that each step takes away."),
    ] = 0.01


class NAdamSpec(BaseOptimizerSpec):
    """``torch.optim.NAdam`` with torch's own defaults: Adam that looks ahead along its momentum, as Nesterov's does."""

    torch_class: ClassVar[str] = "NAdam"
    fused: ClassVar[bool] = False
    usual_rate: ClassVar[float] = 0.002
    variants: ClassVar[tuple[Variant, ...]] = (Variant("NAdam"),)

    kind: Literal["nadam"] = "nadam"
    learning_rate: Rate = 0.002
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    momentum_decay: Annotated[
        float,
        Field(ge=0, le=1, allow_inf_nan=False),
        Coefficient(
            "momentum decay", "md", "How fast the momentum grows from half of beta 1 to the whole of it.",
            (0.0, 0.001, 0.002, 0.004, 0.01, 0.02, 0.05, 0.1, 0.5),
        ),
    ] = 0.004  # fmt: skip


class AdadeltaSpec(BaseOptimizerSpec):
    """``torch.optim.Adadelta`` with torch's own defaults: the sizes of its own steps take the learning rate's place."""

    torch_class: ClassVar[str] = "Adadelta"
    fused: ClassVar[bool] = False
    usual_rate: ClassVar[float] = 1.0
    variants: ClassVar[tuple[Variant, ...]] = (Variant("Adadelta"),)

    kind: Literal["adadelta"] = "adadelta"
    learning_rate: Rate = 1.0
    rho: Annotated[Decay, Coefficient("rho", "rho", "How much of both mean squares is kept.", _DECAYS)] = 0.9
    eps: Annotated[
        float,
        Field(ge=1e-10, le=1, allow_inf_nan=False),
        Coefficient(
            "epsilon", "eps", "The first step is about its root over that of 1 - rho: no step has been seen yet.",
            (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2),
        ),
    ] = 1e-6  # fmt: skip


AnyOptimizerSpec = SGDSpec | RMSpropSpec | AdagradSpec | AdamSpec | AdamWSpec | NAdamSpec | AdadeltaSpec
OptimizerSpec = Annotated[AnyOptimizerSpec, Field(discriminator="kind")]

RECORDS: tuple[type[AnyOptimizerSpec], ...] = get_args(AnyOptimizerSpec)
# Everybody who can race, by title
CONTESTANTS: dict[str, tuple[type[AnyOptimizerSpec], Variant]] = {
    variant.title: (record, variant) for record in RECORDS for variant in record.variants
}


def optimizer_title(kind: str) -> str:
    """What a kind of optimizer is called; a kind of another version of the lab keeps its own name."""
    known: dict[str, str] = {record.model_fields["kind"].default: record.torch_class for record in RECORDS}
    return known.get(kind, kind)
