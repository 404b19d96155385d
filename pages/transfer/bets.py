"""The bets of Question 5: the order of the strategies, and how many labels pretrained weights need."""

from core.runs.bet_verdicts import labels_verdict, order_verdict
from core.runs.bets import Bet, LabelsBet, OrderBet
from core.runs.experiments import Snapshot
from core.runs.outcome import entrants_of
from core.transfer import strategies
from pages.shared.controls.settings import put
from pages.shared.controls.widgets import choice_list, choices
from pages.shared.panels.betting import Betting

_ORDER, _LABELS = "bet_order", "bet_labels"
_NOT_YET, _NONE = "–", "none of these"


class OrderBetting(Betting[Snapshot]):
    """Of strategies side by side, by their names."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def ask(self) -> Bet | None:
        chosen = choices(
            "Choose all of them, the best first", _ORDER, options=self.names, default=[], as_list=True,
            help="By their accuracy at the end.",
        )  # fmt: skip
        return OrderBet(tuple(chosen)) if len(chosen) == len(self.names) > 1 else None

    def forget(self) -> None:
        put({_ORDER: []})

    def verdict(self, bet: Bet, now: Snapshot) -> str:
        if not isinstance(bet, OrderBet):
            return ""
        return order_verdict(bet, entrants_of(now, lambda member: strategies.name_of(member.labels)))

    def marks(self, bet: Bet) -> dict[str, str]:
        if not isinstance(bet, OrderBet):
            return {}
        return {name: f"bet: number {place}" for place, name in enumerate(bet.names, 1)}


class LabelsBetting(Betting[Snapshot]):
    """Of accuracy against these numbers of labelled pictures per class."""

    def __init__(self, counts: list[int]) -> None:
        self.counts = counts

    def ask(self) -> Bet | None:
        options = [_NOT_YET, *map(str, self.counts), _NONE]
        question = (
            f"How many labelled pictures per class do pretrained weights need to reach what random ones do with "
            f"{self.counts[-1]:,}?"
        )
        chosen = choice_list(question, _LABELS, options=options, default=_NOT_YET)
        return None if chosen == _NOT_YET else LabelsBet(None if chosen == _NONE else int(chosen))

    def forget(self) -> None:
        put({_LABELS: _NOT_YET})

    def verdict(self, bet: Bet, now: Snapshot) -> str:
        if not isinstance(bet, LabelsBet):
            return ""
        summary = strategies.label_summary(strategies.label_points(now))
        counts = sorted({int(str(labels["per_class"])) for labels in now.experiment.labels})
        found = strategies.labels_to_match(summary, counts)
        if found is None:
            return "Not all runs came to their end: the bet can't be judged."
        return labels_verdict(bet, found.reached, found.counts)
