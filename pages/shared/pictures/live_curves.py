"""The live picture of a run: progress, figures and curves in one inline component, cheap enough for every second."""

import math
from typing import Any

from core.lab.rates import Rate, known_rate
from core.lab.words import percent
from core.runs.bets import Bet
from core.runs.live_curves import curves, with_bet
from core.runs.snapshots import RunSnapshot
from pages.shared.components import component
from pages.shared.words.language import say, say_of_core, spaced


def live_picture(now: RunSnapshot, *, said: str, key: str, bet: Bet | None = None) -> None:
    """Draw it, with what was bet dashed; ``said`` is the line above the progress bar."""
    data = live_data(now) | {"said": said}
    draw_live(data if bet is None else data | {"curves": with_bet(data["curves"], bet)}, key=key)


def draw_live(data: dict[str, object], *, key: str) -> None:
    """The same of plain data, as ``live_data`` gives it, with ``said``."""
    draw = component(
        "live_curves", common=["ticks.js", "nearest.js", "end_labels.js", "numbers.js", "in_lecture.js"],
    )  # fmt: skip
    draw(key=key, data=data)


def live_data(now: RunSnapshot) -> dict[str, Any]:
    """What the component draws, as plain numbers and texts."""
    history, spec = now.history, now.spec
    last = history.epochs[-1] if history.epochs else None
    if history.n_images:  # an epoch is under way: its accuracy so far
        training = history.n_correct / history.n_images
    else:
        training = last["train_accuracy"] if last else math.nan
    per_step = history.seconds_per_step
    speed = last["images_per_second"] if last else spec.batch_size / per_step if per_step else math.nan
    test = last["test_accuracy"] if last and now.status.name != "diverged" else math.nan
    rate = known_rate(test, history.n_judged)
    return {
        "share": now.share,
        "figures": [
            (say("Test accuracy"), say_of_core(percent(test) if rate is None else rate.told())),
            *_interval(rate),
            (say("Training accuracy"), spaced(percent(training))),
            (say("Loss of the last batch"), f"{history.losses[-1]:.3f}" if history.losses else "–"),
            (say("Images per second"), "–" if math.isnan(speed) else spaced(f"{speed:,.0f}")),
        ],
        "curves": curves(history, n_epochs=None if spec.max_seconds is not None else spec.n_epochs),
    }


def _interval(rate: Rate | None) -> list[tuple[str, str]]:
    """Of few pictures, how far off chance alone may have put their accuracy."""
    if rate is None or not rate.is_of_few:
        return []
    low, high = rate.interval
    return [(say("95 % interval"), say("{low:.0%} to {high:.0%}", low=low, high=high))]
