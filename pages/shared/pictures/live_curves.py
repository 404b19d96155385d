"""The live picture of a run: progress, figures and curves in one inline component, cheap enough for every second."""

import math
from typing import Any

from core.lab.words import percent
from core.runs import Status
from core.runs.history import History
from core.runs.live_curves import curves
from core.specs import RunSpec
from pages.shared.components import component


def live_picture(history: History, spec: RunSpec, status: Status, *, said: str, key: str) -> None:
    """Draw it; ``said`` is the line above the progress bar."""
    draw = component("live_curves", common=["ticks.js"], scripts=["nearest.js", "live_curves.js"])
    draw(key=key, data=live_data(history, spec, status) | {"said": said})


def live_data(history: History, spec: RunSpec, status: Status) -> dict[str, Any]:
    """What the component draws, as plain numbers and texts."""
    n_steps = history.n_steps_per_epoch * spec.n_epochs
    if status.name == "done":
        share = 1.0
    elif spec.max_seconds is not None:
        share = min(1.0, history.seconds / spec.max_seconds)
    else:
        share = history.step / n_steps if n_steps else 0.0
    last = history.epochs[-1] if history.epochs else None
    if history.n_images:  # an epoch is under way: its accuracy so far
        training = history.n_correct / history.n_images
    else:
        training = last["train_accuracy"] if last else math.nan
    per_step = history.seconds_per_step
    rate = last["images_per_second"] if last else spec.batch_size / per_step if per_step else math.nan
    return {
        "share": share,
        "figures": [
            ("Test accuracy", percent(last["test_accuracy"] if last else math.nan)),
            ("Training accuracy", percent(training)),
            ("Loss of the last batch", f"{history.losses[-1]:.3f}" if history.losses else "–"),
            ("Images a second", "–" if math.isnan(rate) else f"{rate:,.0f}"),
        ],
        "curves": curves(history, n_epochs=None if spec.max_seconds is not None else spec.n_epochs),
    }
