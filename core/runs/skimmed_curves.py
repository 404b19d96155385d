"""The curves of many runs at once: a history is skimmed, not parsed, so ten long ones open in a moment.

``core.runs.history`` parses every line, which a run that is being watched needs: 1.6 s for ten runs of 5,000 lines with
ten losses each. Here the lines of epochs are parsed, and of the lines of batches only as many as a curve can show:
0.1 s.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.lab.remembered import Remembered
from core.runs import history

# What can be drawn: the column of the curves and its name for people
QUANTITIES = {
    "train_loss": "training loss",
    "test_loss": "test loss",
    "train_accuracy": "training accuracy",
    "test_accuracy": "test accuracy",
    "judged_train_loss": "training loss after the epoch",
    "judged_train_accuracy": "training accuracy after the epoch",
    "batch_loss": "loss of batches",
}
AXES = ("epochs", "steps", "seconds")
MOST_POINTS = 150  # of a curve, and of the places at which the pointer reads all of them
_MOST_KEPT = 64  # runs whose curves stay in memory


@dataclass(frozen=True)
class Curves:
    """What a run's curves are drawn from.

    Attributes
    ----------
    epochs : DataFrame with columns ``epochs``, ``steps``, ``seconds`` and those of ``QUANTITIES`` but the last
    batches : DataFrame with columns ``epochs``, ``steps``, ``seconds``, ``batch_loss``
        A sample of the lines of batches, each with the mean loss of its batches.
    """

    epochs: pd.DataFrame
    batches: pd.DataFrame

    def points(self, *, x: str, y: str) -> pd.DataFrame:
        """The columns ``x`` and ``y`` of at most about ``MOST_POINTS`` finite points, in order."""
        table = self.batches if y == "batch_loss" else self.epochs
        table = table[[x, y]].replace([np.inf, -np.inf], np.nan).dropna()
        if len(table) > MOST_POINTS:
            table = table.iloc[_spread(len(table), MOST_POINTS)]
        return table.reset_index(drop=True)


def read(folder: Path) -> Curves:
    """The curves of a run folder; without rows where nothing has been written yet. Shared: do not change them."""
    path = folder / history.FILE_NAME
    try:
        state = path.stat()
    except OSError:
        return _skim(b"")
    stamp = (state.st_size, state.st_mtime_ns)
    known = _KEPT.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    try:
        curves = _skim(path.read_bytes())
    except OSError:
        return _skim(b"")
    _KEPT.put(path, (stamp, curves))
    return curves


def together(curves: Mapping[str, Curves], *, x: str, y: str) -> pd.DataFrame:
    """The curves of several runs one below the other: columns ``run`` (the mapping's key), ``x`` and ``y``."""
    parts = [one.points(x=x, y=y).assign(run=name) for name, one in curves.items()]
    return pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=["run", x, y])])[["run", x, y]]


_KEPT: Remembered[Path, tuple[tuple[int, int], Curves]] = Remembered(_MOST_KEPT)


def _skim(text: bytes) -> Curves:
    """Parse what is drawn; a torn line, as a killed writer leaves it, is passed over."""
    epochs: list[dict[str, Any]] = []
    batch_lines: list[bytes] = []
    batches: list[tuple[int, float, float]] = []
    per_epoch = 0
    for line in text[: text.rfind(b"\n") + 1].splitlines():
        if line.startswith(b'{"event": "batches"'):
            batch_lines.append(line)
            continue
        event = _parse(line)
        if event.get("event") == "begin" and {"step", "epoch"} <= event.keys():
            # It goes on from a checkpoint: what was done beyond it is forgotten, as in core.runs.history
            batches = [b for b in batches + _sample(batch_lines) if b[0] <= event["step"]]
            batch_lines = []
            epochs = [e for e in epochs if e["epoch"] <= event["epoch"] and e.get("complete")]
            per_epoch = event.get("n_steps_per_epoch") or per_epoch
        elif event.get("event") == "epoch" and {"step", "epoch", "seconds"} <= event.keys():
            epochs.append(event)
    batches += _sample(batch_lines)
    per_epoch = max(1, per_epoch)
    names = [name for name in QUANTITIES if name != "batch_loss"]
    return Curves(
        pd.DataFrame(
            [[e["step"] / per_epoch, e["step"], e["seconds"], *(_number(e.get(n)) for n in names)] for e in epochs],
            columns=[*AXES, *names],
            dtype=np.float64,
        ),
        pd.DataFrame(
            [[step / per_epoch, step, seconds, loss] for step, seconds, loss in batches],
            columns=[*AXES, "batch_loss"],
            dtype=np.float64,
        ),
    )


def _sample(lines: Sequence[bytes]) -> list[tuple[int, float, float]]:
    """Last step, seconds and mean loss of at most ``MOST_POINTS`` of the lines."""
    found = []
    for i in _spread(len(lines), MOST_POINTS):
        event = _parse(lines[i])
        losses = event.get("losses")
        if losses and {"step", "seconds"} <= event.keys():
            mean = math.fsum(losses) / len(losses) if all(map(math.isfinite, losses)) else math.nan
            found.append((event["step"] + len(losses) - 1, event["seconds"], mean))
    return found


def _spread(n: int, most: int) -> np.ndarray:
    """Indices of at most ``most`` of ``n``, evenly, with the first and the last."""
    return np.arange(n) if n <= most else np.unique(np.linspace(0, n - 1, most).round().astype(int))


def _parse(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
