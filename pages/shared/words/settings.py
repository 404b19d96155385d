"""A run's settings as people say them: all in one line, what differs between two runs, and short names."""

from typing import Any

from core import datasets
from core.lab.errors import ChalknetError
from core.lab.words import count, decimal
from core.runs import Run
from core.specs import AnyModelSpec, AnyOptimizerSpec, RunSpec, differences, flatten
from core.specs.models import model_title
from core.specs.optimizers import RECORDS, optimizer_title
from core.specs.schedules import AnyScheduleSpec, CosineSpec, StepSpec, WarmUpSpec
from pages.shared.words.transfer import transfer_settings

NAMES = {
    "data.dataset": "the data set",
    "data.n_train": "the number of training pictures",
    "data.n_test": "the number of test pictures",
    "data.random_state": "the seed of the pictures",
    "model.kind": "the network",
    "model.H": "H",
    "model.channels1": "the filters of convolutions 1 and 2",
    "model.channels2": "the filters of convolutions 3 and 4",
    "model.batch_norm": "batch norm",
    "model.dropout": "dropout",
    "optimizer.kind": "the optimizer",
    "optimizer.learning_rate": "the learning rate",
    **{f"optimizer.{name}": c.word for record in RECORDS for name, c in record.coefficients().items()},
    "schedule.kind": "the learning rate over time",
    "n_epochs": "the number of epochs",
    "max_seconds": "the time limit",
    "batch_size": "the batch size",
    "random_state": "the seed",
    "precision": "the arithmetic",
    "n_threads": "the number of threads",
    "device": "the device",
    "earlier": "the epochs before",
}

_UNTELLING = ["data.n_test", "data.random_state", "n_threads", "device", "max_seconds"]


def run_in_a_line(run: Run) -> str:
    """A run in one line of plain text: its settings; of a network that was trained elsewhere, what is known of it."""
    if run.restored_from is None:
        return run_settings(run.spec)
    judged = f"{dataset_title(run.spec.data.dataset)}, {run.spec.data.n_test:,} to test"
    return " · ".join([judged, *_network(run.spec.model), f"trained elsewhere, from the file {run.restored_from}"])


def run_settings(spec: RunSpec) -> str:
    """A run's settings in one line of plain text."""
    data = spec.data
    if spec.model.kind == "resnet18":
        parts = transfer_settings(spec, dataset_title(data.dataset))
    else:
        pictures = f"{dataset_title(data.dataset)}, {data.n_train:,} to train, {data.n_test:,} to test"
        parts = [pictures, *_network(spec.model)]
    parts.append(optimizer_settings(spec.optimizer))
    if spec.schedule.kind != "constant":
        parts.append(schedule_settings(spec.schedule))
    parts.append(f"{spec.max_seconds:g} s" if spec.max_seconds else count(spec.n_epochs, "epoch"))
    if spec.earlier:
        parts.append(f"branched off after {_value(spec.model_dump()['earlier'])}")
    parts += [f"batches of {spec.batch_size}", f"seed {spec.random_state}"]
    if spec.precision != "float32":
        parts.append(spec.precision)
    return " · ".join(parts)


def _network(model: AnyModelSpec) -> list[str]:
    if model.kind == "mlp":
        return [f"H = {model.H}"]
    if model.kind == "resnet18":
        return ["ResNet-18"]
    norm = [] if model.batch_norm else ["no batch norm"]
    return [f"{model.channels1} and {model.channels2} filters", *norm, f"dropout {decimal(model.dropout)}"]


def optimizer_settings(optimizer: AnyOptimizerSpec) -> str:
    """Such as ``"SGD, learning rate 0.01, momentum 0.9"``; what has torch's usual value is left out, but momentum."""
    told = [f"{optimizer.torch_class}, learning rate {decimal(optimizer.learning_rate)}"]
    for name, value in optimizer.coefficient_values().items():
        if value != type(optimizer).model_fields[name].default or name in optimizer.headline:
            word = optimizer.coefficients()[name].word
            told.append(word if value is True else f"{word} {decimal(value)}")
    return ", ".join(told)


def schedule_settings(schedule: AnyScheduleSpec) -> str:
    """Such as ``"a tenth after every 2 epochs"``."""
    match schedule:
        case StepSpec(every=every, gamma=gamma):
            return f"{'a tenth' if gamma == 0.1 else f'times {decimal(gamma)}'} after every {count(every, 'epoch')}"
        case WarmUpSpec(epochs=epochs):
            return f"{count(epochs, 'epoch')} of warm-up"
        case CosineSpec():
            return "along a cosine"
        case _:
            return "constant learning rate"


def dataset_title(name: str) -> str:
    """The data set's name for people, also when it is no longer there."""
    try:
        return datasets.info(name).title
    except ChalknetError:
        return name


def what_differs(first: RunSpec, second: RunSpec) -> str:
    """What alone differs between two runs, such as ``"only the learning rate: 0.01 -> 0.1"``."""
    # What only one of two kinds has, such as Adam's beta 1, is told by its kind
    common = flatten(first).keys() & flatten(second).keys()
    changed = {name: pair for name, pair in differences(first, second).items() if name in common}
    if not changed:
        return "nothing: the same settings"
    told = [f"{NAMES.get(name, name)}: {_value(a)} → {_value(b)}" for name, (a, b) in changed.items()]
    return ("only " if len(told) == 1 else "") + "; ".join(told)


def short_name(spec: RunSpec, among: list[RunSpec]) -> str:
    """A run's name in a legend: the settings in which the given runs differ."""
    flat = flatten(spec)
    others = [flatten(other) for other in among]
    telling = [name for name in flat if any(other.get(name, flat[name]) != flat[name] for other in others)]
    telling.sort(key=_UNTELLING.count)  # what a run is known by comes first
    return ", ".join(_telling(name, flat[name]) for name in telling)


def _telling(name: str, value: Any) -> str:
    """A setting in a legend; a data set and a network are known by their own names."""
    if name == "data.dataset":
        return dataset_title(value)
    if name == "model.kind":
        return model_title(str(value))
    if name == "optimizer.kind":
        return optimizer_title(value)
    return f"{NAMES.get(name, name).removeprefix('the ')} {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, tuple):  # RunSpec.earlier
        ends = [(part["until_epoch"], decimal(part["optimizer"]["learning_rate"])) for part in value]
        told = [f"epoch {epoch} (learning rate {rate})" for epoch, rate in ends]
        return " and ".join(told) or "none"
    if isinstance(value, bool) or value is None:
        return "none" if value is None else ("on" if value else "off")
    return decimal(value) if isinstance(value, float) else str(value)
