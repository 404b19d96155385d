"""How long it will take here, and when it begins, before it is started; as Markdown."""

from core.engine.forecast import Forecast
from core.lab.words import count, duration

_NOT_YET = "This machine has not been measured yet; the first run will tell how long it takes."


def takes(forecast: Forecast | None) -> str:
    """Of what an engine foretells (``Engine.forecast``); None of a machine that has not been measured."""
    if forecast is None:
        return _NOT_YET
    told = f"takes about **{duration(forecast.seconds)}** here"
    if not forecast.n_before:
        return told
    return f"{told} · begins in about **{duration(forecast.begins_in)}**, {count(forecast.n_before, 'turn')} before it"


def runs_take(n: int, forecast: Forecast | None, *, runs: str = "runs") -> str:
    """Of many runs, with their number; ``runs`` is what they are called."""
    return f"**{n}** {runs} · {takes(forecast)}"
