"""The kinds of run: for each one record of all in which it differs from the others.

What stands on a higher floor is named by its place and imported when it is asked for, so that this needs no torch. To
add a kind of run: its record here, the modules that it names, their tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from core.lab.places import imported

TaskName = Literal["train", "fold", "transfer"]


class OfATask(Protocol):
    """A ``RunSpec``, which says what kind of run it is of."""

    @property
    def task(self) -> TaskName:
        """Its kind."""
        ...


@dataclass(frozen=True)
class Task:
    """What there is to know of one kind of run.

    Attributes
    ----------
    title : str
        What one of them is called, for people.
    spec : str
        The place of its spec: ``RunSpec`` or a subclass.
    train : str
        Of the function that trains it; it has the signature and the events of ``core.training.training.train``.
    sections : str
        Of the function that gives the parts of its script: ``(spec, *, n_steps=None) -> list of Section``.
    script_gives : str
        What that script needs and what it prints, as a sentence.
    seconds : str
        Of the function that foretells it: ``(spec, calibration) -> float``, the seconds of all its epochs.
    judged : str
        Of the function that gives its pictures, the judged ones as their test pictures: ``(spec) -> ImageSet``; empty
        where that is the data set as ``spec.data`` names it.
    answers : str
        Of the function that asks its finished network: ``(run, pictures, n_classes) -> probabilities``, an ndarray of
        shape (n, n_classes); empty where the run keeps no network of its own.
    """

    title: str
    spec: str
    train: str
    sections: str
    script_gives: str
    seconds: str
    judged: str = ""
    answers: str = ""


TASKS: dict[TaskName, Task] = {
    "train": Task(
        title="Training run",
        spec="core.specs.run:RunSpec",
        train="core.training.training:train",
        sections="core.receipts.training_script:sections",
        script_gives="This script needs PyTorch alone and gives the same losses.",
        seconds="core.engine.expected_time:plain_seconds",
        answers="core.inside.inspection:answers_of_run",
    ),
    "fold": Task(
        title="Fold",
        spec="core.specs.folds:FoldSpec",
        train="core.crossval.fold:train_fold",
        sections="core.crossval.receipt:sections",
        script_gives="This script needs PyTorch, skorch and scikit-learn alone and gives the scores of all folds.",
        seconds="core.crossval.expected_time:fold_seconds",
        judged="core.crossval.splits:judged_pictures",
    ),
    "transfer": Task(
        title="Transfer run",
        spec="core.specs.transfer:TransferSpec",
        train="core.transfer.training:train_transfer",
        sections="core.transfer.receipt:sections",
        script_gives="This script needs PyTorch and torchvision alone and trains the same network.",
        seconds="core.transfer.expected_time:transfer_seconds",
        answers="core.transfer.inside:answers_of_run",
    ),
}
# ``python -m core.training``: a run of any kind without the app
COMMAND = "core.engine.headless:main"
assert set(TASKS) == set(get_args(TaskName))


def task_of(spec: OfATask) -> Task:
    """The record of a run's kind."""
    return TASKS[spec.task]


def spec_class(task: object) -> Any:
    """The spec class of a task. A name that is no task gets ``RunSpec``, whose own check then says so."""
    known = {str(name): record.spec for name, record in TASKS.items()}
    return imported(known.get(task, known["train"]) if isinstance(task, str) else known["train"])


def train_function(spec: OfATask) -> Callable[..., Any]:
    """The function that trains a run; imports torch."""
    function: Callable[..., Any] = imported(task_of(spec).train)
    return function
