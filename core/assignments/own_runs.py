"""Which of a person's runs can be handed in for a task: finished, trained here, with what the assignment fixes."""

import math
from dataclasses import dataclass

from core import runs
from core.assignments.assignment import Assignment
from core.assignments.locks import broken
from core.assignments.tasks import RunTask
from core.runs import Run, snapshots

_MOST = 50  # of a person's newest runs


@dataclass(frozen=True)
class OwnRun:
    """A run, and whether it can be handed in.

    Attributes
    ----------
    run : Run
    value : float
        Of the task's metric after the last epoch; NaN where it has none.
    why_not : tuple of str
        Sentences; empty for one that fits.
    """

    run: Run
    value: float
    why_not: tuple[str, ...] = ()

    def reaches(self, task: RunTask) -> bool:
        """Whether it fits, and is where the task wants it."""
        return not self.why_not and reached(task, self.value)


def reached(task: RunTask, value: float) -> bool:
    """Whether a value of the task's metric is good enough; NaN never is."""
    if task.goal is None:
        return not math.isnan(value)
    return value >= task.goal if task.metric == "test_accuracy" else value <= task.goal


def own_runs(person: str, assignment: Assignment, seed: int, task: RunTask) -> list[OwnRun]:
    """A person's runs on the task's page: those that fit first, the best of them at the head; then the newest.

    Parameters
    ----------
    person : str
        The key.
    assignment : Assignment
    seed : int
        The student's.
    task : RunTask
    """
    mine = [run for run in runs.all_runs(task.page) if run.belongs_to(person)][:_MOST]
    found = [_looked_at(run, assignment, seed, task) for run in mine]
    fitting = [one for one in found if not one.why_not]
    best_first = sorted(fitting, key=lambda one: _worth(one, task), reverse=True)
    return best_first + [one for one in found if one.why_not]


def _worth(one: OwnRun, task: RunTask) -> float:
    if math.isnan(one.value):
        return -math.inf
    return one.value if task.metric == "test_accuracy" else -one.value


def _looked_at(run: Run, assignment: Assignment, seed: int, task: RunTask) -> OwnRun:
    now = snapshots.read(run)
    last = now.history.epochs[-1] if now.history.epochs else {}
    value = float(last.get(task.metric, math.nan))
    if not now.status.is_finished:
        return OwnRun(run, value, ("It still trains.",))
    if run.restored_from:
        return OwnRun(run, value, ("Its network came from a file.",))
    if now.status.name != "done":
        return OwnRun(run, value, (now.status.sentence,))
    return OwnRun(run, value, tuple(broken(assignment, seed, now.spec)))
