"""The bet on a race: who comes first, and by how much."""

import streamlit as st

from core.runs.bet_verdicts import winner_verdict
from core.runs.bets import Bet, WinnerBet
from core.runs.experiments import Snapshot
from core.runs.outcome import entrants_of
from pages.shared.controls.settings import put
from pages.shared.controls.widgets import choice_list, number_slider
from pages.shared.panels.betting import Betting

_WINNER, _MARGIN = "bet_winner", "bet_margin"
_NOT_YET = "–"


class RaceBetting(Betting[Snapshot]):
    """Of these contestants."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def ask(self) -> Bet | None:
        left, right = st.columns(2)
        with left:
            options = [_NOT_YET, *self.names]
            name = choice_list("Who has the highest accuracy?", _WINNER, options=options, default=_NOT_YET)
        with right:
            margin = number_slider(
                "Percentage points before the second", _MARGIN, low=0, high=50, step=1, default=5
            )  # fmt: skip
        return None if name == _NOT_YET else WinnerBet(name, float(margin))

    def forget(self) -> None:
        put({_WINNER: _NOT_YET})

    def verdict(self, bet: Bet, now: Snapshot) -> str:
        if not isinstance(bet, WinnerBet):
            return ""
        return winner_verdict(bet, entrants_of(now, lambda member: str(member.labels["contestant"])))

    def marks(self, bet: Bet) -> dict[str, str]:
        return {bet.name: "bet: first"} if isinstance(bet, WinnerBet) else {}
