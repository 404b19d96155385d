"""What a run can be: for each task its settings and the function that trains it, imported only when they are needed."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal, get_args

TaskName = Literal["train", "fold", "transfer"]

# task: its spec (RunSpec or a subclass), and what has the signature and the events of core.training.train
_TASKS: dict[str, tuple[str, str]] = {
    "train": ("core.specs.run:RunSpec", "core.training.training:train"),
    "fold": ("core.specs.folds:FoldSpec", "core.crossval.fold:train_fold"),
    "transfer": ("core.specs.transfer:TransferSpec", "core.transfer.training:train_transfer"),
}
assert set(_TASKS) == set(get_args(TaskName))


def spec_class(task: Any) -> Any:
    """The spec class of a task. A name that is no task gets ``RunSpec``, whose own check then says so."""
    return _imported(_TASKS[task if isinstance(task, str) and task in _TASKS else "train"][0])


def train_function(task: str) -> Callable[..., Any]:
    """The function that trains runs of a task; imports torch."""
    function: Callable[..., Any] = _imported(_TASKS[task][1])
    return function


def _imported(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
