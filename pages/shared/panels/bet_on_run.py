"""The bet on a single run: its loss curve, drawn, or its accuracy at the end."""

import math
from collections.abc import Callable, Mapping

import streamlit as st

from core.runs.bet_verdicts import run_verdict
from core.runs.bets import AccuracyBet, Bet, BetError, CurveBet
from core.runs.snapshots import RunSnapshot
from core.specs import RunSpec
from pages.shared.components import component
from pages.shared.controls.setting import DRAWN
from pages.shared.controls.settings import put, tell, told
from pages.shared.controls.training import n_classes
from pages.shared.controls.widgets import choice
from pages.shared.panels.betting import NOTHING_YET, Betting, percent_slider
from pages.shared.words.language import marked, say
from pages.shared.words.sealed import as_judged

_CURVE, _NUMBER = marked("loss curve"), marked("accuracy at the end")
_ACCURACY = "bet_accuracy"
_MOST_POINTS = 12
_ROOM = 1.5  # of the axis, above the loss of a network that knows nothing


class RunBetting(Betting[RunSnapshot]):
    """Of a run with these settings."""

    def __init__(self, spec: RunSpec, page: str) -> None:
        self.spec, self.key = spec, f"bet_curve_{page}"

    def ask(self) -> Bet | None:
        if self.spec.max_seconds is not None:  # who knows how many epochs that makes
            return self._number()
        on = choice(say("Bet on"), "bet_on", options=(_CURVE, _NUMBER), default=_CURVE)
        return self._curve() if on == _CURVE else self._number()

    def forget(self) -> None:
        tell({DRAWN: None})
        put({_ACCURACY: NOTHING_YET})

    def verdict(self, bet: Bet, now: RunSnapshot) -> str:
        return run_verdict(bet, now)

    def _number(self) -> Bet | None:
        share = percent_slider(as_judged(say("Test accuracy at the end")), _ACCURACY)
        return None if share is None else AccuracyBet(share)

    def _curve(self) -> Bet | None:
        bet = read_drawn(told(DRAWN), points(self.spec.n_epochs))
        draw_bet(self.spec, bet, key=self.key, on_drawn=self._drawn)
        return bet

    def _drawn(self) -> None:
        bet = drawn_bet(self.spec, key=self.key)
        if bet is not None:
            tell({DRAWN: ",".join(f"{loss:.2f}" for loss in bet.losses)})


def draw_bet(spec: RunSpec, bet: CurveBet | None, *, key: str, on_drawn: Callable[[], None]) -> None:
    """The field to draw a run's loss curve in, with what was drawn; ``on_drawn`` is a callback."""
    chance = math.log(n_classes(spec.data.dataset))
    epochs, top = points(spec.n_epochs), math.ceil(_ROOM * chance * 2) / 2
    data = {"epochs": epochs, "losses": None if bet is None else list(bet.losses), "top": top, "chance": chance}
    draw = component("bet_curve", common=["ticks.js", "nearest.js"])
    draw(key=key, data=data, on_drawn_change=on_drawn)


def drawn_bet(spec: RunSpec, *, key: str) -> CurveBet | None:
    """What was just drawn there; None if the browser has sent no curve of ours."""
    said = getattr(st.session_state[key], "drawn", None)
    losses = said.get("losses") if isinstance(said, Mapping) else None
    try:
        return CurveBet(tuple(points(spec.n_epochs)), tuple(float(loss) for loss in losses or ()))
    except (BetError, ValueError, TypeError):
        return None


def points(n_epochs: int) -> list[int]:
    """The epochs for which a curve has a point: each of few, else a dozen that are spread evenly, with the last."""
    n = min(n_epochs, _MOST_POINTS)
    return sorted({max(1, round(n_epochs * (i + 1) / n)) for i in range(n)})


def read_drawn(text: str | None, epochs: list[int]) -> CurveBet | None:
    """What an address says was drawn; None where it says nothing, or a curve of other epochs."""
    try:
        return CurveBet(tuple(epochs), tuple(float(loss) for loss in (text or "").split(",")))
    except (BetError, ValueError):
        return None
