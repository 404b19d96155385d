"""The bet on K folds: between which accuracies all of them will lie."""

import streamlit as st

from core.crossval import fold_scores
from core.runs.bet_verdicts import interval_verdict
from core.runs.bets import Bet, IntervalBet
from core.runs.experiments import Snapshot
from pages.shared.controls.settings import put
from pages.shared.panels.betting import NOTHING_YET, Betting, percent_slider

_LOW, _HIGH = "bet_low", "bet_high"


class FoldsBetting(Betting[Snapshot]):
    """Of all folds of an experiment."""

    def ask(self) -> Bet | None:
        left, right = st.columns(2)
        with left:
            low = percent_slider("The worst fold has at least", _LOW)
        with right:
            high = percent_slider("The best fold has at most", _HIGH)
        if low is None or high is None:
            return None
        if low > high:
            st.warning(f"The worst fold can't have more than the best: {low:.0%} is above {high:.0%}.")
            return None
        return IntervalBet(low, high)

    def forget(self) -> None:
        put({_LOW: NOTHING_YET, _HIGH: NOTHING_YET})

    def verdict(self, bet: Bet, now: Snapshot) -> str:
        if not isinstance(bet, IntervalBet):
            return ""
        return interval_verdict(bet, fold_scores.accuracies(fold_scores.read(now)), len(now.members))
