"""Whether a run was trained with the settings that its assignment fixes: read off its spec, whatever the page said."""

from core import datasets
from core.assignments.assignment import OWN_SEED, Assignment
from core.lab.errors import ChalknetError
from core.specs import RunSpec, flatten

# What a page's link calls a setting: where a spec has it. Others have the same name in the network or the optimizer
_PLACES = {
    "data_seed": "data.random_state", "n_train": "data.n_train", "n_test": "data.n_test", "n_epochs": "n_epochs",
    "batch_size": "batch_size", "random_state": "random_state", "seconds": "max_seconds",
}  # fmt: skip
_PARTS = ("model", "optimizer")
_OF_THE_OPTIMIZER = ("learning_rate", "momentum", "n_epochs")


def fixed_settings(assignment: Assignment, seed: int) -> dict[str, str]:
    """What a page has to hold fast for a student: names of settings to their texts in a link."""
    fixed = assignment.fixed()
    return fixed | {OWN_SEED: str(seed)} if assignment.own_seed else fixed


def broken(assignment: Assignment, seed: int, spec: RunSpec) -> list[str]:
    """What of a run is not as the assignment fixes it, a sentence each; empty where all is.

    Parameters
    ----------
    assignment : Assignment
    seed : int
        The student's.
    spec : RunSpec
        Of the run.
    """
    found = []
    for name, text in fixed_settings(assignment, seed).items():
        told, agrees = _of_spec(name, text, spec)
        if not agrees:
            found.append(f"{name} is {told}; the assignment fixes it at {text}.")
    if spec.schedule.kind != "constant" and "learning_rate" in assignment.fixed():
        found.append("Its learning rate changes with time; the assignment fixes it.")
    if spec.earlier and any(name in assignment.fixed() for name in _OF_THE_OPTIMIZER):
        found.append("It went on from an epoch of another run, with other settings before.")
    return found


def _of_spec(name: str, text: str, spec: RunSpec) -> tuple[object, bool]:
    """What a spec has for a setting, and whether that is what a text says; what no spec has agrees with all."""
    if name == "dataset":
        return spec.data.dataset, text in _names_of(spec.data.dataset)
    if name == "sealed":
        return spec.data.judged_on, _is_on(text) == (spec.data.judged_on == "validation")
    if name == "train_for":
        is_timed = spec.max_seconds is not None
        return "seconds" if is_timed else "epochs", (text == "seconds") == is_timed
    if name == "bf16":
        return spec.precision, _is_on(text) == (spec.precision == "bfloat16")
    flat = flatten(spec)
    place = _PLACES.get(name) or next((f"{part}.{name}" for part in _PARTS if f"{part}.{name}" in flat), None)
    if place is None:
        return None, True
    value = flat[place]
    if name in ("n_train", "n_test"):  # a page takes no more than there are
        most = _most_of(spec, name)
        return value, _reads(text, value) or (value == most and (text == "all" or _is_above(text, most)))
    return value, _reads(text, value)


def _is_on(text: str) -> bool:
    return text in ("true", "1")


def _reads(text: str, value: object) -> bool:
    """Whether a link's text says this value."""
    if isinstance(value, bool):
        return _is_on(text) == value
    if isinstance(value, int | float):
        try:
            return abs(float(text) - value) <= 1e-9 * abs(value)
        except ValueError:
            return False
    return value is not None and text == str(value)


def _names_of(dataset: str) -> tuple[str, ...]:
    """What a link may call a data set."""
    try:
        return dataset, datasets.info(dataset).title
    except ChalknetError:  # of another lab
        return (dataset,)


def _is_above(text: str, most: int | None) -> bool:
    return most is not None and text.isdecimal() and int(text) > most


def _most_of(spec: RunSpec, name: str) -> int | None:
    """How many pictures a page offers at most; None where the data set is of another lab."""
    try:
        info = datasets.info(spec.data.dataset)
    except ChalknetError:
        return None
    if spec.data.judged_on == "test":
        return info.n_train if name == "n_train" else info.n_test
    return info.n_train - spec.data.n_test if name == "n_train" else info.n_train // 2
