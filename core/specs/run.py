"""What a run is: validated, immutable settings that go to JSON and come back the same.

Every setting carries its allowed range here and nowhere else; the widgets, the links and the spec files all obey
these. A setting that is out of range becomes a sentence: ``parse_run_spec`` raises ``SpecError`` with one for each.
"""

import json
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, model_validator

from core.lab.words import decimal
from core.specs import tasks
from core.specs.base import STORED, Seed, Spec, SpecError, flatten, sentences
from core.specs.data import DataSpec
from core.specs.models import MLPSpec, ModelSpec
from core.specs.optimizers import AnyOptimizerSpec, OptimizerSpec, SGDSpec
from core.specs.schedules import ConstantSpec, ScheduleSpec


class EarlierSpec(Spec):
    """Epochs that a branch has behind it: up to ``until_epoch`` its network was trained by another optimizer."""

    until_epoch: Annotated[int, Field(ge=1, le=1_000)]
    optimizer: OptimizerSpec

    def told(self) -> str:
        """Such as ``"epoch 3 (learning rate 0.01)"``."""
        return f"epoch {self.until_epoch} (learning rate {decimal(self.optimizer.learning_rate)})"


class RunSpec(Spec):
    """Everything that decides a run's losses, and nothing else.

    The same spec gives the same losses bit for bit on the same machine in float32 on the CPU; one that leaves its
    threads to the machine, with ``threads_of_epochs`` as its run has recorded them (``core.receipts.as_trained``).
    """

    # Which function trains it (core.specs.tasks); the spec of another task is a subclass of this one
    task: Annotated[tasks.TaskName, Field(title="the kind of run")] = "train"
    data: DataSpec = DataSpec()
    model: Annotated[ModelSpec, Field(title="the network")] = MLPSpec()
    optimizer: Annotated[OptimizerSpec, Field(title="the optimizer")] = SGDSpec()
    schedule: Annotated[ScheduleSpec, Field(title="the learning rate over time")] = ConstantSpec()
    # 4 epochs and batches of 32 are the values of Question 3 (a); Question 1 names none
    n_epochs: Annotated[int, Field(ge=1, le=1_000, title="the number of epochs")] = 4
    # "Train for N seconds": the run ends after this time or after n_epochs, whichever comes first
    max_seconds: Annotated[
        Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] | None, Field(title="the time limit")
    ] = None
    batch_size: Annotated[int, Field(ge=1, le=4_096, title="the batch size")] = 32
    random_state: Annotated[Seed, Field(title="the seed")] = 0
    precision: Annotated[Literal["float32", "bfloat16"], Field(title="the arithmetic")] = "float32"
    # Sums are split by threads, so another number of threads rounds differently. None: one for a network that gains
    # nothing by more, else as many as the machine has free, decided for each epoch and recorded with it
    n_threads: Annotated[Annotated[int, Field(ge=1, le=256)] | None, Field(title="the number of threads")] = None
    # What was recorded of a run, to train it again bit for bit; what lies beyond is n_threads' affair
    threads_of_epochs: Annotated[
        tuple[Annotated[int, Field(ge=1, le=256)], ...], Field(max_length=1_000, title="the threads of each epoch")
    ] = ()
    device: Annotated[Literal["cpu", "cuda", "mps"], Field(title="the device")] = "cpu"
    # The training pictures judged behind each epoch, as the test pictures are: it costs time, and moves no loss
    judges_training: Annotated[bool, Field(title="the training pictures judged after each epoch")] = False
    # Of a run that went on from an epoch of another one; after each part the optimizer begins anew
    earlier: Annotated[tuple[EarlierSpec, ...], Field(title="the epochs before")] = ()

    def optimizer_at(self, epoch: int) -> AnyOptimizerSpec:
        """The optimizer that trains on behind so many whole epochs."""
        return next((part.optimizer for part in self.earlier if epoch < part.until_epoch), self.optimizer)

    @property
    def begins_pretrained(self) -> bool:
        """Whether its network knows something before its first batch."""
        return False

    @property
    def work(self) -> str:
        """What it does all the time: runs of the same work are slow or fast together."""
        return f"{self.task} {self.model.kind}"

    def threads_at(self, epoch: int) -> int | None:
        """Threads of the epoch behind so many whole ones; None where the machine decides when it is there."""
        if epoch < len(self.threads_of_epochs):
            return self.threads_of_epochs[epoch]
        return 1 if self.n_threads is None and not self.model.gains_by_threads else self.n_threads

    def told(self, dataset: str) -> list[str]:
        """Pictures and network as people say them, a phrase each.

        Parameters
        ----------
        dataset : str
            The data set's title.
        """
        judges = "to test" if self.data.judged_on == "test" else "held out for validation"
        return [f"{dataset}, {self.data.n_train:,} to train, {self.data.n_test:,} {judges}", *self.model.told()]

    def smallest_batch(self) -> int:
        """Pictures that a step needs, for the sake of the network's batch norm."""
        return self.model.smallest_batch()

    @property
    def batch_norm_needs(self) -> str:
        """The end of a sentence about a batch that is too small."""
        return f"the batch norm of {self.model.title} needs batches of at least {self.smallest_batch()} pictures"

    def ignored(self) -> dict[str, str]:
        """The settings that a run of this kind does not look at, and why; each has its default, or is refused."""
        return {}

    @model_validator(mode="after")
    def _is_of_its_task(self) -> Self:
        if not isinstance(self, expected := tasks.spec_class(self.task)):
            raise ValueError(f"task is {self.task!r}; such a run has the settings of {expected.__name__}")
        return self

    @model_validator(mode="after")
    def _nothing_is_ignored(self, info: ValidationInfo) -> Self:
        fields = type(self).model_fields
        given = {name: why for name, why in self.ignored().items() if getattr(self, name) != fields[name].default}
        if given and info.context == STORED:
            return self.model_copy(update={name: fields[name].default for name in given})
        if given:
            told = (f"{_told(name, getattr(self, name))}; {why}. Leave it out." for name, why in given.items())
            raise ValueError(" ".join(told))
        return self

    @model_validator(mode="after")
    def _batch_norm_needs_pairs(self) -> Self:
        if self.batch_size < self.smallest_batch():
            raise ValueError(f"batch_size is {self.batch_size}; {self.batch_norm_needs}")
        return self

    @model_validator(mode="after")
    def _earlier_epochs_come_first(self) -> "RunSpec":
        ends = [part.until_epoch for part in self.earlier]
        if ends != sorted(set(ends)) or (ends and ends[-1] >= self.n_epochs):
            raise ValueError(f"earlier ends at the epochs {ends}; allowed are growing numbers below n_epochs")
        if ends and self.schedule.kind != "constant":
            raise ValueError(f"schedule.kind is {self.schedule.kind!r}; a run that branched off keeps a constant rate")
        return self


def _told(name: str, value: object) -> str:
    """What a setting is, in the beginning of a sentence."""
    if isinstance(value, Spec):
        return f"{name}.kind is {getattr(value, 'kind', None)!r}"
    return f"{name} is given" if isinstance(value, tuple) else f"{name} is {value!r}"


def parse_run_spec(settings: str | dict[str, object], *, stored: bool = False) -> RunSpec:
    """A checked ``RunSpec`` from JSON text or from a dictionary; of the subclass that its ``task`` asks for.

    Parameters
    ----------
    settings : str or dict
        JSON as ``RunSpec.model_dump_json`` writes it; fields left out take their defaults.
    stored : bool
        Whether they were written by the lab, perhaps by an earlier version of it, which let settings stand that such a
        run ignores. They take their defaults then, and the run has the losses that it had.

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
    task = settings.get("task", "train") if isinstance(settings, dict) else "train"
    spec_class: type[RunSpec] = tasks.spec_class(task)
    try:
        return spec_class.model_validate(settings, context=STORED if stored else None)
    except ValidationError as error:
        raise SpecError(sentences(error, spec_class)) from error


def is_about_training(name: str) -> bool:
    """Whether a setting, by its dotted name, says how a network is trained, not what it is or is judged on."""
    return name == "data.n_train" or name.split(".")[0] not in ("data", "model")


def differences(first: RunSpec, second: RunSpec) -> dict[str, tuple[object, object]]:
    """The settings in which two runs differ: dotted name to (value in the first, value in the second)."""
    a, b = flatten(first), flatten(second)
    return {name: (a.get(name), b.get(name)) for name in a | b if a.get(name) != b.get(name)}
