"""Curves of several runs for one live picture: plain numbers, thinned, ready for the browser."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.charts.colours import series_colour
from core.runs.history import History
from core.runs.loss_axis import loss_top

Numbers = list[float | None]  # a number that is none (NaN, infinity) is None, as JSON has no word for it

AXES = ("epochs", "steps", "seconds")
EPOCH_QUANTITIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
_N_POINTS = 120  # of a curve of batches; six of them are drawn anew while networks train on the same processor
_LEAST_TOP = 1.0  # of the loss axis


@dataclass(frozen=True)
class Series:
    """One curve of the picture.

    Attributes
    ----------
    name : str
        For the legend.
    epochs : dict
        ``AXES`` and ``EPOCH_QUANTITIES`` to lists, an entry an epoch.
    batches : dict
        ``AXES`` and ``"batch_loss"`` to lists; empty lists where only epochs are drawn.
    low, high : dict
        Of some of the quantities, the ends of a band around the curve, an entry an epoch.
    note : str
        Behind the name in the legend, such as ``"diverged"``.
    colour : int or None
        Index of the colour; None for its place in the list.
    loss_top : float
        Where an axis of the loss ends for it alone.
    """

    name: str
    epochs: dict[str, Numbers]
    batches: dict[str, Numbers] = field(default_factory=dict)
    low: dict[str, Numbers] = field(default_factory=dict)
    high: dict[str, Numbers] = field(default_factory=dict)
    note: str = ""
    colour: int | None = None
    loss_top: float = _LEAST_TOP


def series_of_run(history: History, name: str, *, note: str = "", colour: int | None = None) -> Series:
    """The curve of one run so far; a loss between two points is the mean of the batches since the one before."""
    per_epoch = max(1, history.n_steps_per_epoch)
    epochs: dict[str, Numbers] = {
        "epochs": [event["step"] / per_epoch for event in history.epochs],
        "steps": [event["step"] for event in history.epochs],
        "seconds": [event["seconds"] for event in history.epochs],
    }
    for quantity in EPOCH_QUANTITIES:
        epochs[quantity] = [_number(event[quantity]) for event in history.epochs]
    losses = np.asarray(history.losses, dtype=np.float64)
    width = max(1, -(-len(losses) // _N_POINTS))
    starts = np.arange(0, len(losses), width)
    ends = np.minimum(starts + width, len(losses))
    means = np.add.reduceat(losses, starts) / (ends - starts) if len(losses) else losses
    # The clock was read at the epochs only; between two of them the steps took equally long
    known_steps = [0.0, *(float(event["step"]) for event in history.epochs), float(history.step)]
    known_seconds = [0.0, *(float(event["seconds"]) for event in history.epochs), history.seconds]
    batches: dict[str, Numbers] = {
        "epochs": (ends / per_epoch).tolist(),
        "steps": ends.tolist(),
        "seconds": np.interp(ends, known_steps, known_seconds).tolist(),
        "batch_loss": [_number(mean) for mean in means.tolist()],
    }
    top = loss_top(history.losses, least=_LEAST_TOP)
    return Series(name, epochs, batches, note=note, colour=colour, loss_top=top)


def picture(curves: list[Series]) -> dict[str, object]:
    """What the browser draws: the series, and where the axis of the loss ends."""
    return {
        "loss_top": max((one.loss_top for one in curves), default=_LEAST_TOP),
        "series": [
            {
                "name": one.name,
                "note": one.note,
                "colour": series_colour(i if one.colour is None else one.colour),
                "epochs": _rounded(one.epochs),
                "batches": _rounded(one.batches),
                "low": _rounded(one.low),
                "high": _rounded(one.high),
            }
            for i, one in enumerate(curves)
        ],
    }


def _rounded(columns: dict[str, Numbers]) -> dict[str, Numbers]:
    return {name: [None if v is None else round(v, 5) for v in values] for name, values in columns.items()}


def _number(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
