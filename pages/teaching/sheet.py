"""A plan in words, as the page and the paper have it: plain texts, numbers that were read of runs, links."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.lab.words import count, duration
from core.plans.found import Found, Store
from core.plans.plan import Needs, Plan, Step, begins
from core.specs import DataSpec, RunSpec
from core.votes.vote import Vote
from pages.shared.lessons import lesson
from pages.shared.words.settings import dataset_title
from pages.teaching.links import Link, link_of, with_trained

NOT_MEASURED = "Not measured here yet, rehearse:"  # before the names of numbers
LETTERS = "ABCDE"
Seconds = Callable[[list[RunSpec]], float | None]  # what the engine foretells


@dataclass(frozen=True)
class Number:
    """A number to expect.

    Attributes
    ----------
    name : str
    value : str
        Empty where no run of this machine has given it.
    note : str
        When it was measured, or that it was computed; empty where there is no value.
    """

    name: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True)
class Heard:
    """An answer of a vote.

    Attributes
    ----------
    letter, text : str
    is_right : bool
    thought : str
        What somebody thinks who gives it; empty for the right one.
    source : str
        Of that.
    """

    letter: str
    text: str
    is_right: bool
    thought: str = ""
    source: str = ""


@dataclass(frozen=True)
class Ballot:
    """A vote with the answers that come."""

    question: str
    answers: tuple[Heard, ...]
    why: str
    code: str


@dataclass(frozen=True)
class Part:
    """A step in words.

    Attributes
    ----------
    when : str
        Such as ``"6–14 min"``; empty for a class that is ahead.
    links : tuple of Link
        Ready to train, or about what was trained.
    trained : tuple of Link
        The same pages with what was trained before, for a slow machine.
    times : tuple of str
        How long what is trained there takes.
    """

    when: str
    title: str
    do: str
    ask: str
    links: tuple[Link, ...]
    trained: tuple[Link, ...]
    ballots: tuple[Ballot, ...]
    numbers: tuple[Number, ...]
    times: tuple[str, ...]
    slow: str

    @property
    def known(self) -> list[tuple[str, list[Number]]]:
        """The numbers that there are, by their notes."""
        groups: dict[str, list[Number]] = {}
        for one in self.numbers:
            if one.value:
                groups.setdefault(one.note, []).append(one)
        return list(groups.items())

    @property
    def unknown(self) -> str:
        """The others by their names, in a sentence; empty where all are known."""
        names = [one.name for one in self.numbers if not one.value]
        return f"{NOT_MEASURED} {'; '.join(names)}." if names else ""


@dataclass(frozen=True)
class Sheet:
    """A plan in words."""

    title: str
    aim: str
    pictures: str
    parts: tuple[Part, ...]
    ahead: tuple[Part, ...]
    offline: str
    n_missing: int  # of what has to be trained
    n_needs: int


def sheet_of(plan: Plan, data: DataSpec, store: Store, seconds: Seconds) -> Sheet:
    """Read the plan, the runs and the machine's speed as they are now."""
    starts = begins(plan.steps)
    timed = [f"{start}–{start + step.minutes} min" for start, step in zip(starts, plan.steps, strict=True)]
    needs = plan.needs
    missing = sum(store.find(one) is None for one in needs)
    return Sheet(
        title=title_of(plan.name),
        aim=plan.aim,
        pictures=f"{dataset_title(data.dataset)}, {data.n_train:,} to train, {data.n_test:,} to judge",
        parts=tuple(_part(step, when, data, store, seconds) for step, when in zip(plan.steps, timed, strict=True)),
        ahead=tuple(_part(step, "", data, store, seconds) for step in plan.ahead),
        offline=plan.offline,
        n_missing=missing,
        n_needs=len(needs),
    )


def title_of(name: str) -> str:
    """What people call a plan, by its name (``Plan.name``)."""
    key, _, minutes = name.partition("-")
    return f"{lesson(key).heading}, {minutes} minutes"


def _part(step: Step, when: str, data: DataSpec, store: Store, seconds: Seconds) -> Part:
    found = [None if shown.needs is None else store.find(shown.needs) for shown in step.shows]
    again = [with_trained(shown, data, store) for shown in step.shows if not shown.is_about]
    needs = [(shown.needs, one) for shown, one in zip(step.shows, found, strict=True) if shown.needs is not None]
    trains = [pair for pair, shown in zip(needs, (s for s in step.shows if s.needs), strict=True) if not shown.is_about]
    return Part(
        when=when,
        title=step.title,
        do=step.do,
        ask=step.ask,
        links=tuple(link_of(shown, data, store) for shown in step.shows),
        trained=tuple(link for link in again if link is not None),
        ballots=tuple(map(_ballot, step.ballots)),
        numbers=(*_measured(step, found), *(Number(one.name, one.compute(), "Computed") for one in step.computed)),
        times=tuple(_time(need, one, seconds) for need, one in trains),
        slow=step.slow,
    )


def _measured(step: Step, found: Sequence[Found | None]) -> list[Number]:
    numbers = []
    for figure in step.figures:
        of = found[figure.of]
        if of is None:
            numbers.append(Number(figure.name))
        else:
            numbers.append(Number(figure.name, figure.read(of.now), f"Measured on {day(of.measured)}, this machine"))
    return numbers


def _time(needs: Needs, found: Found | None, seconds: Seconds) -> str:
    n = len(needs.specs)
    told = f"{needs.title[0].upper()}{needs.title[1:]}"
    if n > 1:
        told += f" ({count(n, 'run')})"
    if needs.waits_for:
        return f"{told}: waits for {needs.waits_for}."
    expected = seconds(needs.specs)
    takes = "how long it takes is told once this machine was measured" if expected is None else _about(expected)
    was = "" if found is None else f"; there since {day(found.measured)}"
    return f"{told}: {takes}{was}."


def _about(seconds: float) -> str:
    return "takes less than a second here" if seconds < 0.5 else f"takes about {duration(seconds)} here"


def day(moment: float) -> str:
    """A moment as people say it, by this machine's clock."""
    then = datetime.datetime.fromtimestamp(moment)
    return f"{then.day} {then:%B %Y, %H:%M}"


def _ballot(vote: Vote) -> Ballot:
    answers = tuple(
        Heard(letter, option.text, i == vote.key, option.misconception or "", option.source)
        for i, (letter, option) in enumerate(zip(LETTERS, vote.options, strict=False))
    )
    return Ballot(vote.question, answers, vote.why, vote.code)
