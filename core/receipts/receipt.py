"""The receipt of a run of any kind: a complete script, or the same as a notebook, that needs nothing of Chalknet.

Its parts are those that the kind's record names (``core.specs.tasks``).
"""

from dataclasses import replace

from core.lab.places import imported
from core.receipts.sections import Section, as_notebook, as_script, whole
from core.runs import Run
from core.runs.envelope import as_validation, is_sealed
from core.specs import RunSpec
from core.specs.tasks import task_of


def script(spec: RunSpec, *, n_steps: int | None = None) -> str:
    """The whole script; of a fold, the one that gives the scores of all its folds.

    Parameters
    ----------
    spec : RunSpec
    n_steps : int, optional
        Batches after which the run ended, where that was by Stop or by the clock rather than by its epochs.

    Raises
    ------
    core.datasets.DatasetError
        If the data set is drawn, and so many pictures as the spec asks for can't be.
    """
    return as_script(sections(spec, n_steps=n_steps))


def notebook(spec: RunSpec, *, n_steps: int | None = None) -> str:
    """The same as a Jupyter notebook (JSON text), a cell per section."""
    return as_notebook(sections(spec, n_steps=n_steps))


def as_trained(run: Run) -> RunSpec:
    """A run's settings with the threads that its epochs had, where the machine has decided them: then its script gives
    its losses bit for bit."""
    spec = run.spec
    told = [int(event.get("n_threads", 0)) for event in run.history().epochs]
    if spec.threads_at(0) is not None or not told or not all(told):
        return spec
    return spec.model_copy(update={"threads_of_epochs": tuple(told)})


def ended_early(run: Run) -> int | None:
    """Batches after which a run ended before its last epoch was over; None where it went through, or still trains."""
    told = run.history()
    through = told.n_steps_per_epoch * run.spec.n_epochs
    return told.step if run.status.is_finished and told.step != through else None


def sections(spec: RunSpec, *, n_steps: int | None = None) -> list[Section]:
    """The parts of the script in order."""
    parts: list[Section] = imported(task_of(spec).sections)(spec, n_steps=n_steps)
    if is_sealed(spec):  # what it prints and says is of the pictures held out
        parts = [replace(part, title=as_validation(part.title), code=as_validation(part.code)) for part in parts]
    return whole(parts)
