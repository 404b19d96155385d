"""Bets: what somebody expected of a run or an experiment, written into its folder before its first batch.

Who predicts before watching observes better what happens (Miller and others, "Role of physics lecture demonstrations in
conceptual learning", Phys. Rev. ST PER 9, 2013). How far a bet was from what came out is said by ``bet_verdicts``.
"""

import json
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.lab.errors import ChalknetError
from core.lab.files import disk_sentence, write_json

FILE_NAME = "bet.json"
MOST_WHY = 300  # letters of the line that says why
_MOST_NAMES, _MOST_POINTS = 64, 1_000  # of a file that nobody has tampered with
_writing = threading.Lock()


class BetError(ChalknetError):
    """A bet that can't be made; its text is a sentence for people."""


@dataclass(frozen=True)
class CurveBet:
    """The training loss after some epochs.

    Attributes
    ----------
    epochs : tuple of int
        Counted from 1, rising.
    losses : tuple of float
        Finite, from 0.
    """

    epochs: tuple[int, ...]
    losses: tuple[float, ...]

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.epochs, self.epochs[1:], strict=False))
        if not self.epochs or len(self.epochs) != len(self.losses) or self.epochs[0] < 1 or not rising:
            raise BetError("A bet on the loss curve needs one loss for each of some epochs, in their order.")
        if len(self.epochs) > _MOST_POINTS or not all(0 <= loss < math.inf for loss in self.losses):
            raise BetError("A bet on the loss curve needs losses that are numbers from 0.")


@dataclass(frozen=True)
class AccuracyBet:
    """The accuracy after the last epoch, of the pictures that judge; from 0 to 1."""

    accuracy: float

    def __post_init__(self) -> None:
        _check_share(self.accuracy)


@dataclass(frozen=True)
class IntervalBet:
    """Between which accuracies all folds will lie; from 0 to 1."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_share(self.low)
        _check_share(self.high)
        if self.low > self.high:
            raise BetError(f"The interval begins at {self.low:.0%} and ends at {self.high:.0%}: it has to rise.")


@dataclass(frozen=True)
class OrderBet:
    """Who will be how good: names, the best first."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.names) <= _MOST_NAMES or len(set(self.names)) != len(self.names):
            raise BetError("A bet on the order names each once, and at least two.")


@dataclass(frozen=True)
class LabelsBet:
    """How many labelled pictures per class pretrained weights need to reach what random ones do with the most.

    Attributes
    ----------
    n : int or None
        None for "not with any of these numbers".
    """

    n: int | None

    def __post_init__(self) -> None:
        if self.n is not None and self.n < 1:
            raise BetError(f"Labelled pictures per class: {self.n} is not possible, at least 1.")


@dataclass(frozen=True)
class WinnerBet:
    """Who will have the highest accuracy, and by how many percentage points before the second."""

    name: str
    margin: float

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 100:
            raise BetError(f"A margin of {self.margin} percentage points is not possible: from 0 to 100.")


Bet = CurveBet | AccuracyBet | IntervalBet | OrderBet | LabelsBet | WinnerBet
_KINDS: dict[str, type[Any]] = {
    "curve": CurveBet, "accuracy": AccuracyBet, "interval": IntervalBet, "order": OrderBet, "labels": LabelsBet,
    "winner": WinnerBet,
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A bet as it lies in a folder.

    Attributes
    ----------
    bet : Bet
    made : float
        When, in seconds since 1970.
    why : str
        What its maker says of how it came out, in one line; empty until then.
    """

    bet: Bet
    made: float
    why: str = ""


def as_json(bet: Bet) -> dict[str, object]:
    """Its kind and its values."""
    kind = next(name for name, one in _KINDS.items() if isinstance(bet, one))
    return {"kind": kind} | asdict(bet)


def from_json(told: Mapping[str, Any]) -> Bet:
    """The bet of ``as_json``.

    Raises
    ------
    BetError
        If there is no such bet.
    """
    try:
        values: dict[str, Any] = dict(told)
        values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        bet: Bet = _KINDS[values.pop("kind")](**values)
    except (KeyError, TypeError) as error:
        raise BetError("This is no bet of the lab.") from error
    return bet


def place(folder: Path, bet: Bet | None) -> None:
    """Write a bet into the folder of a run or of an experiment, before it begins; None is no bet.

    Raises
    ------
    BetError
        If there is one already, or if training has begun.
    OSError
        If the folder can't be written.
    """
    if bet is None:
        return
    with _writing:
        if (folder / FILE_NAME).exists():
            raise BetError("There is a bet on this already, and it stays.")
        history = folder / "history.jsonl"
        if history.exists() and history.stat().st_size:
            raise BetError("This has begun: a bet comes before the first batch.")
        write_json(folder / FILE_NAME, as_json(bet) | {"made": round(time.time(), 3), "why": ""})


def read(folder: Path) -> Placed | None:
    """The bet that lies in a folder; None where there is none, or none that can be read."""
    try:
        told = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        made, why = float(told.pop("made")), str(told.pop("why"))
        return Placed(from_json(told), made, why[:MOST_WHY])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BetError):
        return None


def say_why(folder: Path, why: str) -> None:
    """Keep one line on why it came out as it did; a later one replaces it.

    Raises
    ------
    BetError
        If there is no bet, if the line is too long, or if the folder can't be written.
    """
    line = " ".join(why.split())
    if len(line) > MOST_WHY:
        raise BetError(f"One line, please: {len(line):,} letters are too many, at most {MOST_WHY}.")
    with _writing:
        placed = read(folder)
        if placed is None:
            raise BetError("There is no bet here.")
        try:
            write_json(folder / FILE_NAME, as_json(placed.bet) | {"made": placed.made, "why": line})
        except OSError as error:
            raise BetError(disk_sentence(error, folder)) from error


def _check_share(share: float) -> None:
    if not 0 <= share <= 1:
        raise BetError(f"An accuracy of {share:.0%} is not possible: from 0 % to 100 %.")
