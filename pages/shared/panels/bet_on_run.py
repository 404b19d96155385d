"""The bet on a single run: its loss curve, drawn, or its accuracy at the end."""

import math

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
        chance = math.log(n_classes(self.spec.data.dataset))
        epochs, top = points(self.spec.n_epochs), math.ceil(_ROOM * chance * 2) / 2
        bet = read_drawn(told(DRAWN), epochs)
        data = {"epochs": epochs, "losses": None if bet is None else list(bet.losses), "top": top, "chance": chance}
        draw = component("bet_curve", common=["ticks.js", "nearest.js"])
        draw(key=self.key, data=data, on_drawn_change=self._drawn)
        return bet

    def _drawn(self) -> None:
        losses = st.session_state[self.key].drawn or []
        try:
            bet = CurveBet(tuple(points(self.spec.n_epochs)), tuple(float(loss) for loss in losses))
        except (BetError, ValueError, TypeError):
            return  # no curve of ours: nothing was drawn
        tell({DRAWN: ",".join(f"{loss:.2f}" for loss in bet.losses)})


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
