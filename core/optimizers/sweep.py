"""Each at its best: every optimizer with many learning rates, a few epochs each, and which rate suits it.

The rate is chosen by the training loss at the end. By the test pictures would be unfair to later comparisons on those
same pictures.
"""

import math
from dataclasses import dataclass
from typing import Literal

from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.optimizers.race import Contestants, Members
from core.runs.experiments import MAX_MEMBERS, Snapshot
from core.specs import RunSpec
from core.specs.optimizers import AnyOptimizerSpec

KIND = "sweep"
_CLEARLY = 1.1  # the first batch's loss is one batch's: noise alone can lift the end a little above it
MANTISSAS = (1, 2, 5)  # even steps on a log scale, and the rates that the page's slider has

State = Literal["fine", "unstable", "diverged", "waiting", "stopped"]


class SweepError(ChalknetError):
    """A sweep that can't be held."""


@dataclass(frozen=True)
class Point:
    """One optimizer with one learning rate.

    Attributes
    ----------
    contestant : str
    learning_rate : float
    start_loss : float
        Of its first batch; NaN before that.
    loss : float
        At the end: mean of the last fifth of its batches; NaN where there is none, or it is no number. A rate that
        overshoots at first and recovers is judged by where it got to.
    state : {"fine", "unstable", "diverged", "waiting", "stopped"}
        Unstable: the loss ended clearly above where it began. Waiting: not over yet. Stopped: cut short, by hand or by
        a failure.
    """

    contestant: str
    learning_rate: float
    start_loss: float
    loss: float
    state: State

    @property
    def has_ended(self) -> bool:
        """Whether it can be compared: it was trained to its end, or to where it diverged."""
        return self.state in ("fine", "unstable", "diverged")


def grid(low: float, high: float) -> list[float]:
    """The rates 1, 2 and 5 times a power of ten, from ``low`` to ``high``.

    Raises
    ------
    SweepError
        If there are fewer than three.
    """
    rates = [float(f"{m}e{e}") for e in range(-7, 2) for m in MANTISSAS]
    chosen = [rate for rate in rates if low * (1 - 1e-9) <= rate <= high * (1 + 1e-9)]
    if len(chosen) < 3:
        raise SweepError(
            f"From {decimal(low)} to {decimal(high)} there are {len(chosen)} learning rates; a sweep needs 3 at least."
        )
    return chosen


def usual_highest(contestants: Contestants) -> float:
    """The largest rate of a sweep that has no other wish: 1, and a decade above what a contestant is usually used with.

    At most 10, as a spec's learning rate.
    """
    return min(10.0, max(1.0, *(10 * optimizer.usual_rate for optimizer in contestants.values())))


def members(base: RunSpec, contestants: Contestants, rates: list[float]) -> Members:
    """The runs of a sweep: small rates first, all contestants of a rate together.

    Raises
    ------
    SweepError
        If there are too many.
    """
    n = len(contestants) * len(rates)
    if n > MAX_MEMBERS:
        raise SweepError(f"The sweep has {n} runs; allowed are {MAX_MEMBERS}. Choose fewer rates or contestants.")
    return [
        (
            {"contestant": name, "learning_rate": rate},
            base.model_copy(update={"optimizer": with_rate(optimizer, rate), "n_threads": 1}),
        )
        for rate in rates
        for name, optimizer in contestants.items()
    ]


def with_rate(optimizer: AnyOptimizerSpec, rate: float) -> AnyOptimizerSpec:
    """The same optimizer with another learning rate."""
    return optimizer.model_copy(update={"learning_rate": rate})


def points(now: Snapshot) -> list[Point]:
    """What the sweep has found so far, by contestant and growing learning rate."""
    found = []
    for member in now.members:
        losses = member.history.losses
        start, loss = losses[0] if losses else math.nan, member.history.end_loss
        state: State = "waiting"
        if member.status.name == "diverged":
            state, loss = "diverged", math.nan
        elif member.counts:
            state = "fine" if loss <= start * _CLEARLY else "unstable"
        elif member.status.is_finished:
            state = "stopped"
        name, rate = str(member.labels["contestant"]), float(member.labels["learning_rate"])
        found.append(Point(name, rate, start, loss, state))
    order = list(dict.fromkeys(point.contestant for point in found))
    return sorted(found, key=lambda point: (order.index(point.contestant), point.learning_rate))


def best(found: list[Point]) -> dict[str, float]:
    """The learning rate with the smallest loss of each contestant that has a stable one."""
    chosen: dict[str, Point] = {}
    for point in found:
        if point.state == "fine" and (
            point.contestant not in chosen or point.loss < chosen[point.contestant].loss
        ):
            chosen[point.contestant] = point
    return {name: point.learning_rate for name, point in chosen.items()}


def edges(found: list[Point]) -> dict[str, float]:
    """The smallest rate above a contestant's best with which a run ends no better than it began; none if none was met.

    Not every wreck is a large loss: the perceptron under Adam with 0.02 ends where guessing puts the loss, log(10).
    """
    at_best = {p.contestant: p for p in found if best(found).get(p.contestant) == p.learning_rate}
    met: dict[str, float] = {}
    for point in found:
        top = at_best.get(point.contestant)
        lost = point.state in ("unstable", "diverged")
        if top is not None and top.loss < top.start_loss:  # something can be learnt at all
            lost = lost or (point.state == "fine" and point.loss >= point.start_loss)
        if lost and (top is None or point.learning_rate > top.learning_rate):
            met.setdefault(point.contestant, point.learning_rate)
    return met
