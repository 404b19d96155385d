"""What a run is: validated, immutable settings that go to JSON and come back the same.

Every setting carries its allowed range here and nowhere else; the widgets, the links and the spec files all obey
these. A setting that is out of range becomes a sentence: ``parse_run_spec`` raises ``SpecError`` with one for each.
"""

import json
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationError, model_validator

from core import tasks
from core.optimizer_specs import AdagradSpec, AdamSpec, AdamWSpec, AnyOptimizerSpec, OptimizerSpec, RMSpropSpec, SGDSpec
from core.resnet_spec import ResNet18Spec
from core.schedule_specs import ConstantSpec, ScheduleSpec
from core.spec_base import MAX_SEED, LearningRate, Seed, Spec, SpecError, check_field, flatten, sentence

__all__ = [
    "MAX_SEED", "AdagradSpec", "AdamSpec", "AdamWSpec", "AnyOptimizerSpec", "CNNSpec", "DataSpec", "EarlierSpec",
    "LearningRate", "MLPSpec", "ModelSpec", "OptimizerSpec", "RMSpropSpec", "ResNet18Spec", "RunSpec", "SGDSpec",
    "Seed", "Spec", "SpecError", "check_field", "differences", "flatten", "parse_run_spec",
]  # fmt: skip


class DataSpec(Spec):
    """Which pictures: a data set of the registry, how many of them, and the seed that draws them."""

    dataset: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")] = "shapes10"
    n_train: Annotated[int, Field(ge=2, le=1_000_000)] = 5_000
    n_test: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    random_state: Seed = 0


class MLPSpec(Spec):
    """The handout's ``MultiLayerFCNet`` (Question 1 a): three hidden layers of ``H`` units."""

    # Nobody rewinds it, and the weights of every epoch would make a run ten times as large
    keeps_epochs: ClassVar[bool] = False

    kind: Literal["mlp"] = "mlp"
    H: Annotated[int, Field(ge=1, le=4096)] = 128

    def layers(self, n_classes: int) -> list[tuple[str, int, int]]:
        """Name, inputs and outputs of each linear layer."""
        widths = [3 * 32 * 32, self.H, self.H, self.H, n_classes]
        return [(f"linear{i + 1}", widths[i], widths[i + 1]) for i in range(4)]

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases: n inputs and m outputs have (n + 1) * m. Needs no torch, so a slider can ask."""
        return sum((n_in + 1) * n_out for _, n_in, n_out in self.layers(n_classes))


class CNNSpec(Spec):
    """The handout's ``CNN`` (Question 3 b); the defaults are its values."""

    keeps_epochs: ClassVar[bool] = True

    kind: Literal["cnn"] = "cnn"
    channels1: Annotated[int, Field(ge=1, le=256)] = 32  # of the first two convolutions
    channels2: Annotated[int, Field(ge=1, le=256)] = 64  # of the last two
    batch_norm: bool = True
    dropout: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.1

    def convolutions(self) -> list[tuple[int, int, int]]:
        """Channels in, channels out and side of the maps of each 3 x 3 convolution."""
        a, b = self.channels1, self.channels2
        return [(3, a, 32), (a, a, 32), (a, b, 16), (b, b, 16)]

    def linears(self, n_classes: int) -> list[tuple[int, int]]:
        """Inputs and outputs of each linear layer."""
        return [(8 * 8 * self.channels2, 1000), (1000, 512), (512, n_classes)]

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases, batch norm's two a channel included. Needs no torch, so a slider can ask."""
        norm = 2 if self.batch_norm else 0
        convolutions = sum((9 * n_in + 1 + norm) * n_out for n_in, n_out, _ in self.convolutions())
        return convolutions + sum((n_in + 1) * n_out for n_in, n_out in self.linears(n_classes))

    def n_multiply_adds(self, n_classes: int) -> int:
        """Of the convolutions and linear layers, for one picture."""
        convolutions = sum(9 * n_in * n_out * side**2 for n_in, n_out, side in self.convolutions())
        return convolutions + sum(n_in * n_out for n_in, n_out in self.linears(n_classes))


ModelSpec = Annotated[MLPSpec | CNNSpec | ResNet18Spec, Field(discriminator="kind")]


class EarlierSpec(Spec):
    """Epochs that a branch has behind it: up to ``until_epoch`` its network was trained by another optimizer."""

    until_epoch: Annotated[int, Field(ge=1, le=1_000)]
    optimizer: OptimizerSpec


class RunSpec(Spec):
    """Everything that decides a run's losses, and nothing else.

    The same spec gives the same losses bit for bit on the same machine in float32 on the CPU.
    """

    # Which function trains it (core.tasks); the spec of another task is a subclass of this one
    task: tasks.TaskName = "train"
    data: DataSpec = DataSpec()
    model: ModelSpec = MLPSpec()
    optimizer: OptimizerSpec = SGDSpec()
    schedule: ScheduleSpec = ConstantSpec()  # of the learning rate
    # 4 epochs and batches of 32 are the values of Question 3 (a); Question 1 names none
    n_epochs: Annotated[int, Field(ge=1, le=1_000)] = 4
    # "Train for N seconds": the run ends after this time or after n_epochs, whichever comes first
    max_seconds: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] | None = None
    batch_size: Annotated[int, Field(ge=1, le=4_096)] = 32
    random_state: Seed = 0
    precision: Literal["float32", "bfloat16"] = "float32"
    # Sums are split by threads, so another number of threads rounds differently: it is part of the spec
    n_threads: Annotated[int, Field(ge=1, le=256)] = 2
    device: Literal["cpu", "cuda", "mps"] = "cpu"
    # Of a run that went on from an epoch of another one; after each part the optimizer begins anew
    earlier: tuple[EarlierSpec, ...] = ()

    def optimizer_at(self, epoch: int) -> AnyOptimizerSpec:
        """The optimizer that trains on behind so many whole epochs."""
        return next((part.optimizer for part in self.earlier if epoch < part.until_epoch), self.optimizer)

    @model_validator(mode="after")
    def _batch_norm_needs_pairs(self) -> "RunSpec":
        if isinstance(self.model, CNNSpec) and self.model.batch_norm and self.batch_size < 2:
            raise ValueError("batch_size is 1; a network with batch norm needs batches of at least 2 pictures")
        return self

    @model_validator(mode="after")
    def _earlier_epochs_come_first(self) -> "RunSpec":
        ends = [part.until_epoch for part in self.earlier]
        if ends != sorted(set(ends)) or (ends and ends[-1] >= self.n_epochs):
            raise ValueError(f"earlier ends at the epochs {ends}; allowed are growing numbers below n_epochs")
        if ends and self.schedule.kind != "constant":
            raise ValueError(f"schedule.kind is {self.schedule.kind!r}; a run that branched off keeps a constant rate")
        return self


def parse_run_spec(settings: str | dict[str, Any]) -> RunSpec:
    """A checked ``RunSpec`` from JSON text or from a dictionary; of the subclass that its ``task`` asks for.

    Parameters
    ----------
    settings : str or dict
        JSON as ``RunSpec.model_dump_json`` writes it; fields left out take their defaults.

    Raises
    ------
    SpecError
        One sentence for each setting that is wrong: its name, its value and what is allowed.
    """
    if isinstance(settings, str):
        try:
            settings = json.loads(settings)
        except json.JSONDecodeError as error:
            raise SpecError(f"The settings are not JSON: {error.msg} in line {error.lineno}.") from error
        except (ValueError, RecursionError) as error:
            raise SpecError("The settings hold a number or a nesting that no run can have.") from error
    try:
        task = settings.get("task", "train") if isinstance(settings, dict) else "train"
        spec: RunSpec = tasks.spec_class(task).model_validate(settings)
    except ValidationError as error:
        raise SpecError(" ".join(sentence(e) for e in error.errors())) from error
    return spec


def differences(first: RunSpec, second: RunSpec) -> dict[str, tuple[Any, Any]]:
    """The settings in which two runs differ: dotted name to (value in the first, value in the second)."""
    a, b = flatten(first), flatten(second)
    return {name: (a.get(name), b.get(name)) for name in a | b if a.get(name) != b.get(name)}
