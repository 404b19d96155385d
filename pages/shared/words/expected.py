"""How long it will take here, and when it begins, before it is started; as Markdown."""

from core.engine.forecast import Forecast
from core.lab.words import duration
from pages.shared.words.language import marked, say, say_count

LEAST_TOLD = 0.5  # seconds
_NOT_YET = marked("This machine has not been measured yet; the first run will tell how long it takes.")


def takes(forecast: Forecast | None) -> str:
    """Of what an engine foretells (``Engine.forecast``); None of a machine that has not been measured."""
    if forecast is None:
        return say(_NOT_YET)
    told = say("takes {time} here", time=_about(forecast.seconds))
    if not forecast.n_before:
        return told
    begins = say_count(
        "begins in about **{time}**, {n:,} turn before it", "begins in about **{time}**, {n:,} turns before it",
        forecast.n_before, time=duration(forecast.begins_in),
    )  # fmt: skip
    return f"{told} · {begins}"


def _about(seconds: float) -> str:
    """A run of a moment is over before its tenths of a second matter, and these can't be foretold."""
    return say("**less than a second**") if seconds < LEAST_TOLD else say("about **{time}**", time=duration(seconds))


def runs_take(n: int, forecast: Forecast | None, *, runs: str = "runs") -> str:
    """Of many runs, with their number; ``runs`` is what they are called."""
    return f"**{n}** {runs} · {takes(forecast)}"
