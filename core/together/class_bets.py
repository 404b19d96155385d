"""Bets of a class on one run of the teacher's: made before it trains, shown all at once, and measured."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import runs
from core.engine import Engine
from core.lab.errors import ChalknetError
from core.rooms import bet
from core.rooms.work import REVEALED, TRAINS
from core.runs import bets
from core.runs.bet_verdicts import curve_off
from core.runs.bets import BetError, CurveBet
from core.runs.store import Run
from core.specs import RunSpec
from core.together.ending import put_away, run_of


@dataclass(frozen=True)
class Measured:
    """Bets against a run.

    Attributes
    ----------
    n : int
        Bets that can be measured: they share an epoch with what has been trained.
    nearest : int or None
        Which one, counted from 0 among all.
    offs : tuple of float
        How far each is off per epoch, the nearest first.
    """

    n: int
    nearest: int | None
    offs: tuple[float, ...]

    @property
    def told(self) -> str:
        """In a sentence; empty where nothing can be measured."""
        if not self.n:
            return ""
        if self.n == 1:
            return f"The bet is off by {self.offs[0]:.2f} per epoch."
        middle = statistics.median(self.offs)
        return (
            f"The nearest of {self.n} bets is off by {self.offs[0]:.2f} per epoch, the median by {middle:.2f}, the "
            f"farthest by {self.offs[-1]:.2f}."
        )


def begin(code: str, teacher: str, spec: RunSpec, *, page: str, title: str) -> Run:
    """Ask for bets on a run with these settings; it does not train yet.

    Parameters
    ----------
    page : str
        The lesson that it belongs to, as ``core.runs.create`` has it.
    title : str
        What it is, for people.
    """
    put_away(code, teacher)
    run = runs.create(spec, page=page, owner=teacher)
    try:
        bet.open_bets(code, teacher, title, run.id)
    except ChalknetError:
        run.delete(teacher)
        raise
    return run


def place(code: str, person: str, number: int, curve: CurveBet) -> None:
    """Bet. Raises ``RoomError`` as ``core.rooms.bet.place``."""
    bet.place(code, person, number, json.dumps(bets.as_json(curve)))


def read(text: str | None) -> CurveBet | None:
    """A bet as the room keeps it; None where there is none, or none of a curve."""
    try:
        found = bets.from_json(json.loads(text or ""))
    except (ValueError, AttributeError, BetError):
        return None
    return found if isinstance(found, CurveBet) else None


def train(engine: Engine, code: str, teacher: str) -> None:
    """Close the bets and train."""
    run = run_of(bet.go_on(code, teacher, TRAINS))
    if run is not None:
        engine.submit(run, teacher)


def reveal(code: str, teacher: str) -> None:
    """Show the bets."""
    bet.go_on(code, teacher, REVEALED)


def measured(curves: Sequence[CurveBet], epochs: Sequence[Mapping[str, Any]]) -> Measured:
    """How far bets are from a run so far.

    Parameters
    ----------
    curves : sequence of CurveBet
    epochs : sequence of mapping
        Of the run's history.
    """
    offs = [curve_off(curve, epochs) for curve in curves]
    known = [(off, i) for i, off in enumerate(offs) if off is not None]
    return Measured(len(known), min(known)[1] if known else None, tuple(sorted(off for off, _ in known)))
