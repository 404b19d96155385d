"""Runs by their settings, for people: all in one line, what differs between two of them, and short names."""

from typing import Any

from core import datasets
from core.lab.words import decimal
from core.runs import Run
from core.specs import RunSpec, differences, flatten
from core.specs.models import model_title
from core.specs.names import setting_name
from core.specs.optimizers import optimizer_title
from pages.shared.words.language import say, say_count, say_of_core

# What a run is hardly known by
_UNTELLING = ["data.n_test", "data.random_state", "n_threads", "threads_of_epochs", "device", "max_seconds"]


def run_in_a_line(run: Run) -> str:
    """A run in one line of plain text: its settings; of a network that was trained elsewhere, what is known of it."""
    if run.restored_from is None:
        return run_settings(run.spec)
    judged = say(
        "{dataset}, {n_test:,} to test", dataset=dataset_title(run.spec.data.dataset), n_test=run.spec.data.n_test
    )
    network = map(say_of_core, run.spec.model.told())
    elsewhere = say("trained elsewhere, from the file {name}", name=run.restored_from)
    return " · ".join([judged, *network, elsewhere])


def run_settings(spec: RunSpec) -> str:
    """A run's settings in one line of plain text."""
    parts = [say_of_core(part) for part in (*spec.told(dataset_title(spec.data.dataset)), spec.optimizer.told())]
    if spec.schedule.kind != "constant":
        parts.append(say_of_core(spec.schedule.told()))
    n_epochs = say_count("{n:,} epoch", "{n:,} epochs", spec.n_epochs)
    parts.append(f"{spec.max_seconds:g} s" if spec.max_seconds else n_epochs)
    if spec.earlier:
        parts.append(f"branched off after {' and '.join(part.told() for part in spec.earlier)}")
    parts += [say("batches of {n}", n=spec.batch_size), say("seed {n}", n=spec.random_state)]
    if spec.precision != "float32":
        parts.append(spec.precision)
    return " · ".join(parts)


def dataset_title(name: str) -> str:
    """The data set's name for people, also when it is no longer there."""
    dataset = datasets.record(name)
    info = dataset.info()
    if dataset.is_own and info.present:
        return datasets.info(name).title  # told apart from others of its title
    return f"{info.title} (deleted)" if dataset.is_own and info.title != name else info.title


def bare_name(setting: str) -> str:
    """A setting's name without its article, as in a legend or at an axis."""
    return say(setting_name(setting).removeprefix("the "))


def what_differs(first: RunSpec, second: RunSpec) -> str:
    """What alone differs between two runs, such as ``"only the learning rate: 0.01 → 0.1"``."""
    # What only one of two kinds has, such as Adam's beta 1, is told by its kind
    common = flatten(first).keys() & flatten(second).keys()
    changed = {name: pair for name, pair in differences(first, second).items() if name in common}
    if not changed:
        return say("nothing: the same settings")
    told = [f"{say(setting_name(name))}: {_value(name, a)} → {_value(name, b)}" for name, (a, b) in changed.items()]
    return say("only {setting}", setting=told[0]) if len(told) == 1 else "; ".join(told)


def short_name(spec: RunSpec, among: list[RunSpec]) -> str:
    """A run's name in a legend: the settings in which the given runs differ."""
    flat = flatten(spec)
    others = [flatten(other) for other in among]
    telling = [name for name in flat if any(other.get(name, flat[name]) != flat[name] for other in others)]
    telling.sort(key=_UNTELLING.count)  # what a run is known by comes first
    return ", ".join(_telling(name, flat[name]) for name in telling)


# A data set, a network and an optimizer are known by their own names
_TITLES = {"data.dataset": dataset_title, "model.kind": model_title, "optimizer.kind": optimizer_title}


def _telling(name: str, value: object) -> str:
    """A setting in a legend."""
    told = _value(name, value)
    return told if name in _TITLES else f"{bare_name(name)} {told}"


def _value(name: str, value: Any) -> str:
    if name in _TITLES:
        return _TITLES[name](value)
    match value:
        case bool():
            return say("on") if value else say("off")
        case float():
            return decimal(value)
        case None | () | "":
            return say("none")
        case tuple():
            return _branched(value) if name == "earlier" else ", ".join(map(str, value))
        case _:
            return str(value)[:8] if name.endswith("sha256") else str(value)


def _branched(earlier: tuple[dict[str, Any], ...]) -> str:
    """The epochs before a branch, as ``flatten`` has them."""
    ends = [(part["until_epoch"], decimal(part["optimizer"]["learning_rate"])) for part in earlier]
    return " and ".join(f"epoch {epoch} (learning rate {rate})" for epoch, rate in ends)
