"""What a submission says of a run, read with care: numbers that are none, and specs that no run can have, are found.

Nothing of it is believed here; ``checks`` and ``retraining`` look whether it is so.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.grading.files import GradingError
from core.runs.bets import Bet, BetError
from core.runs.bets import from_json as bet_from_json
from core.specs import RunSpec, SpecError, parse_run_spec

MOST_EPOCHS = 2_000  # that are read; a run has 1,000 at most, and one more that was cut short
_JOINERS = "\u200c\u200d"  # that some scripts are written with
_MOST_SAID = 400  # letters of a sentence that repeats what the file says


class ClaimError(GradingError):
    """What can't be a run's record; the sentence says why."""


@dataclass(frozen=True)
class Epoch:
    """An epoch as it was claimed, or as it came out. Losses are NaN of a run that has diverged, and where none is told.

    Attributes
    ----------
    number : int
        From 1.
    train_loss, test_loss : float
    test_accuracy : float
        From 0 to 1.
    """

    number: int
    train_loss: float
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True)
class ClaimedRun:
    """A run's record.

    Attributes
    ----------
    id : str
    spec : RunSpec
    status : str
    epochs : tuple of Epoch
    n_steps : int or None
        Batches behind it.
    n_judged : int or None
        Pictures that its accuracy is of; None where it does not say.
    created, bet_made : float or None
        Seconds since 1970.
    bet : Bet or None
    bet_trouble : str
        Why what stands there is no bet.
    why : str
    receipt : str
    """

    id: str
    spec: RunSpec
    status: str
    epochs: tuple[Epoch, ...]
    n_steps: int | None = None
    n_judged: int | None = None
    created: float | None = None
    bet: Bet | None = None
    bet_made: float | None = None
    bet_trouble: str = ""
    why: str = ""
    receipt: str = ""

    @property
    def last(self) -> Epoch | None:
        """Its last epoch; None where it has none."""
        return self.epochs[-1] if self.epochs else None

    @property
    def curve(self) -> str:
        """Its losses as a text that two runs have alike only where they are the same to the last bit."""
        return json.dumps([[one.number, one.train_loss, one.test_loss, one.test_accuracy] for one in self.epochs])


def read_run(told: Mapping[str, Any]) -> ClaimedRun:
    """The record of a run.

    Parameters
    ----------
    told : mapping
        As ``core.assignments.submission.run_record`` makes it, or anything else.

    Raises
    ------
    ClaimError
        If it names no spec that the lab can train.
    """
    spec = told.get("spec")
    if not isinstance(spec, dict):
        raise ClaimError("The record of the run has no settings.")
    try:
        read = parse_run_spec(spec)
    except SpecError as error:
        raise ClaimError(f"The run has settings that no run can have: {shortened(str(error))}") from error
    except RecursionError as error:
        raise ClaimError("The run has settings that are nested too deep.") from error
    result = told.get("result")
    bet, trouble = _bet(told.get("bet"))
    return ClaimedRun(
        id=_text(told.get("id"), 40),
        spec=read,
        status=_text(told.get("status"), 20),
        epochs=_epochs(told.get("epochs")),
        n_steps=whole(told.get("n_steps")),
        n_judged=whole(result.get("n_judged")) if isinstance(result, dict) else None,
        created=number(told.get("created")),
        bet=bet,
        bet_made=number(told.get("bet_made")),
        bet_trouble=trouble,
        why=_text(told.get("why"), 1_000),
        receipt=_text(told.get("receipt"), 1_000_000),
    )


def _epochs(told: object) -> tuple[Epoch, ...]:
    """All that can be read, in their order; those behind the first that can't be are left out."""
    found: list[Epoch] = []
    for one in told[:MOST_EPOCHS] if isinstance(told, list) else []:
        place = whole(one.get("epoch")) if isinstance(one, dict) else None
        if place is None or place != len(found) + 1:
            break
        losses = [_or_nan(one.get(name)) for name in ("train_loss", "test_loss", "test_accuracy")]
        found.append(Epoch(place, *losses))
    return tuple(found)


def _bet(told: object) -> tuple[Bet | None, str]:
    if told is None:
        return None, ""
    try:
        if not isinstance(told, dict):
            raise BetError("This is no bet of the lab.")
        return bet_from_json(told), ""
    except (BetError, TypeError, ValueError, OverflowError) as error:
        return None, shortened(str(error))


def number(told: object) -> float | None:
    """A finite number, or None; true and false are none."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        value = float(told)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def whole(told: object) -> int | None:
    """A whole number from 0 that a run can have, or None."""
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 10**12 else None


def _or_nan(told: object) -> float:
    value = number(told)
    return math.nan if value is None else value


def _text(told: object, most: int) -> str:
    return writable(told[:most]) if isinstance(told, str) else ""


def writable(text: str) -> str:
    """What a file says, without halves of letters, which JSON can hold and neither a page nor a file can."""
    return text.encode("utf-8", "replace").decode()


def shortened(text: str) -> str:
    """What a file says, fit to be written: short, without letters that nobody sees or that no file can hold."""
    seen = "".join(one if one.isprintable() or one in _JOINERS else "\N{REPLACEMENT CHARACTER}" for one in text)
    calm = writable(seen)
    return calm if len(calm) <= _MOST_SAID else f"{calm[:_MOST_SAID]}…"
