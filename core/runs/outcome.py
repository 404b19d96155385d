"""What came out of an experiment whose members were trained once each, in one sentence that claims no more than that.

Accuracies of some hundred test pictures are uncertain: two whose 95 % intervals (Wilson) overlap are not told apart,
and nobody is named the winner. Even one that is told apart was trained with one seed, which the sentence says too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.lab.rates import Rate
from core.lab.words import count
from core.runs.experiments import MemberSnapshot, Snapshot

BEST, TIED, BEHIND = "best", "not told apart from the best", "behind"
ONE_SEED = "One seed: with another one the order may be another."


@dataclass(frozen=True)
class Entrant:
    """One that is compared.

    Attributes
    ----------
    name : str
    rate : Rate or None
        Of the test pictures at its end; None where it has no accuracy that may be compared.
    became : str
        Of it, where there is no rate: ``"diverged"``, ``"stopped"``.
    """

    name: str
    rate: Rate | None
    became: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came out.

    Attributes
    ----------
    headline : str
        What can be said at all: who is ahead, or that nobody is.
    detail : str
        The figures, and how far they carry.
    winner : str or None
        The one whose interval lies above all others'; None where there is none.
    standings : dict of str to str
        Of each: ``BEST``, ``TIED``, ``BEHIND``, or what became of it.
    """

    headline: str
    detail: str
    winner: str | None
    standings: dict[str, str]


def entrants_of(now: Snapshot, name: Callable[[MemberSnapshot], str]) -> list[Entrant]:
    """The members of an experiment; those that do not count have no rate."""
    return [Entrant(name(member), member.rate, member.note) for member in now.members]


def outcome_of(entrants: list[Entrant], *, wins: str = "comes out ahead") -> Outcome:
    """Say it.

    Parameters
    ----------
    entrants : list of Entrant
        Of one seed, judged by the same test pictures.
    wins : str
        What the headline says of a winner, behind its name.
    """
    judged = sorted(((e.name, e.rate) for e in entrants if e.rate is not None), key=lambda one: -one[1].share)
    lost = {e.name: e.became or "not finished" for e in entrants if e.rate is None}
    without = "".join(f" {name}: {became}." for name, became in lost.items())
    if not judged:
        return Outcome("Nothing to compare: none came to its end.", without.strip(), None, lost)
    (first, best), others = judged[0], judged[1:]
    if not others:
        headline = f"Only {first} came to its end: {_of_pictures(best)}."
        return Outcome(headline, f"There is nothing to compare it with.{without}", None, {first: BEST} | lost)
    tied = [name for name, rate in others if rate.interval[1] >= best.interval[0]]
    behind = [(name, rate) for name, rate in others if name not in tied]
    standings = {first: TIED if tied else BEST} | {name: TIED if name in tied else BEHIND for name, _ in others} | lost
    if tied:
        together = [first, *tied]
        equal = "are" if len(together) == len(judged) else "lead and are"
        headline = f"No winner: {_list(together)} {equal} too close to tell apart."
    else:
        headline = f"{first} {wins}: {_of_pictures(best)}."
    figures = ", ".join(f"{name} {rate.briefly}" for name, rate in judged)
    apart = " Their 95 % intervals overlap." if tied else ""
    if tied and behind:
        apart += f" Behind: {_list([name for name, _ in behind])}."
    detail = f"{figures}; {_judged_by(best)}{apart}{without} {ONE_SEED}"
    return Outcome(headline, detail, None if tied else first, standings)


def _of_pictures(rate: Rate) -> str:
    return f"{rate.counted} test pictures" if rate.is_of_few else f"{rate.told()} of the test pictures"


def _judged_by(rate: Rate) -> str:
    return f"judged by {count(rate.n, 'test picture')}."


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
