"""How long it will take here, and when it begins, before it is started; as Markdown."""

from core.engine.forecast import Forecast
from core.lab.words import count, duration

LEAST_TOLD = 0.5  # seconds
_NOT_YET = "This machine has not been measured yet; the first run will tell how long it takes."


def takes(forecast: Forecast | None) -> str:
    """Of what an engine foretells (``Engine.forecast``); None of a machine that has not been measured."""
    if forecast is None:
        return _NOT_YET
    told = f"takes {_about(forecast.seconds)} here"
    if not forecast.n_before:
        return told
    return f"{told} · begins in about **{duration(forecast.begins_in)}**, {count(forecast.n_before, 'turn')} before it"


def _about(seconds: float) -> str:
    """A run of a moment is over before its tenths of a second matter, and these can't be foretold."""
    return "**less than a second**" if seconds < LEAST_TOLD else f"about **{duration(seconds)}**"


def runs_take(n: int, forecast: Forecast | None, *, runs: str = "runs") -> str:
    """Of many runs, with their number; ``runs`` is what they are called."""
    return f"**{n}** {runs} · {takes(forecast)}"
