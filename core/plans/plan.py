"""What a plan is made of: steps with their minutes, pages as they stand, runs that are needed, numbers to expect.

A plan is made for chosen pictures (``DataSpec``) and has no number that a run gives: those are read of the runs of this
machine, each time (``core.plans.found``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.lab.errors import ChalknetError
from core.runs.experiments import Snapshot
from core.specs import DataSpec, RunSpec
from core.transfer.pretrained import Stored
from core.votes import bank
from core.votes.vote import Vote

LENGTHS = (50, 75)  # minutes
Members = Sequence[tuple[dict[str, object], RunSpec]]


class PlanError(ChalknetError):
    """A plan that there is not, or one that contradicts itself."""


@dataclass(frozen=True)
class Chosen:
    """What a plan is made for.

    Attributes
    ----------
    data : DataSpec
        The pictures.
    weights : Stored or None
        Of Question 5: those that were pretrained on these pictures; None before.
    device : str
        Where this machine trains, as ``RunSpec`` has it.
    """

    data: DataSpec
    weights: Stored | None = None
    device: str = "cpu"


@dataclass(frozen=True)
class Needs:
    """What has to be trained: a run, or an experiment.

    Attributes
    ----------
    title : str
        Such as ``"the handout's perceptron"``.
    page : str
        The key of the page that it belongs to.
    members : sequence of (dict, RunSpec)
        As the page itself would begin them; a single run has no labels. Empty where ``waits_for`` is not there yet.
    kind : str
        Of the experiment; empty for a single run.
    settings : dict
        What the experiment's page wants to know of it.
    waits_for : str
        What has to be there first, as the end of a sentence; empty where nothing has.
    """

    title: str
    page: str
    members: Members
    kind: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    waits_for: str = ""

    @property
    def specs(self) -> list[RunSpec]:
        """In their order."""
        return [spec for _, spec in self.members]


@dataclass(frozen=True)
class Figure:
    """A number to expect.

    Attributes
    ----------
    name : str
    read : callable
        Reads it of what was needed, once that has come to its end.
    of : int
        Which of the step's pages needs it, counted from 0.
    """

    name: str
    read: Callable[[Snapshot], str]
    of: int = 0


@dataclass(frozen=True)
class Computed:
    """A number that needs no run: it is computed when the plan is shown."""

    name: str
    compute: Callable[[], str]


@dataclass(frozen=True)
class Shows:
    """A page as it stands when its link is opened.

    Attributes
    ----------
    title : str
        What the link is called; two of one step differ.
    page : str
        Its key.
    tab : str
        Empty where it has none.
    spec : RunSpec or None
        Of pages whose widgets set a run's own settings.
    settings : dict
        Other settings that differ from the page's own, by their names: numbers, words, truth values, several of them.
    needs : Needs or None
        What is trained there.
    is_about : bool
        Whether there is nothing to see before it was trained.
    """

    title: str
    page: str
    tab: str = ""
    spec: RunSpec | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    needs: Needs | None = None
    is_about: bool = False


@dataclass(frozen=True)
class Step:
    """A part of a lesson.

    Attributes
    ----------
    title : str
    do : str
        What the teacher does, short: it is glanced at while standing.
    ask : str
        What the class is asked; the votes stand below it.
    shows : tuple of Shows
    votes : tuple of str
        Codes of the lab's votes (``core.votes.bank``).
    figures, computed : tuple
        The numbers to expect.
    slow : str
        What to do when the machine is slow.
    minutes : int
        How long it takes in this plan.
    """

    title: str
    do: str
    ask: str = ""
    shows: tuple[Shows, ...] = ()
    votes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    computed: tuple[Computed, ...] = ()
    slow: str = ""
    minutes: int = 0

    @property
    def ballots(self) -> list[Vote]:
        """Its votes; raises ``core.votes.vote.VoteError`` where the bank has none of a code."""
        return [bank.vote(code) for code in self.votes]


@dataclass(frozen=True)
class Plan:
    """A lesson by the clock.

    Attributes
    ----------
    lesson : str
        One of ``core.votes.vote.LESSONS``.
    minutes : int
        Those of its steps together.
    aim : str
        What the class can do afterwards.
    steps : tuple of Step
    offline : str
        What to do when the network is down.
    ahead : tuple of Step
        For a class that is ahead: without minutes.

    Raises
    ------
    PlanError
        If the minutes of the steps are not those of the plan.
    """

    lesson: str
    minutes: int
    aim: str
    steps: tuple[Step, ...]
    offline: str
    ahead: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        together = sum(step.minutes for step in self.steps)
        if together != self.minutes:
            raise PlanError(f"The steps of {self.name} take {together} minutes; the plan has {self.minutes}.")

    @property
    def name(self) -> str:
        """Such as ``"cnn-50"``: in links and file names."""
        return f"{self.lesson}-{self.minutes}"

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """With those for a class that is ahead."""
        return (*self.steps, *self.ahead)

    @property
    def needs(self) -> list[Needs]:
        """What has to be trained, each once, in the order in which it is needed."""
        found: list[Needs] = []
        for step in self.all_steps:
            found += [shown.needs for shown in step.shows if shown.needs is not None and shown.needs not in found]
        return found


def begins(steps: Sequence[Step]) -> list[int]:
    """The minute at which each of some steps begins."""
    return [sum(step.minutes for step in steps[:i]) for i in range(len(steps))]
