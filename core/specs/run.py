"""What a run is: validated, immutable settings that go to JSON and come back the same.

Every setting carries its allowed range here and nowhere else; the widgets, the links and the spec files all obey
these. A setting that is out of range becomes a sentence: ``parse_run_spec`` raises ``SpecError`` with one for each.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from core.specs import tasks
from core.specs.base import Seed, Spec, SpecError, flatten, sentence
from core.specs.data import DataSpec
from core.specs.models import CNNSpec, MLPSpec, ModelSpec
from core.specs.optimizers import AnyOptimizerSpec, OptimizerSpec, SGDSpec
from core.specs.schedules import ConstantSpec, ScheduleSpec


class EarlierSpec(Spec):
    """Epochs that a branch has behind it: up to ``until_epoch`` its network was trained by another optimizer."""

    until_epoch: Annotated[int, Field(ge=1, le=1_000)]
    optimizer: OptimizerSpec


class RunSpec(Spec):
    """Everything that decides a run's losses, and nothing else.

    The same spec gives the same losses bit for bit on the same machine in float32 on the CPU.
    """

    # Which function trains it (core.specs.tasks); the spec of another task is a subclass of this one
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
