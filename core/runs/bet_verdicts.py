"""What a bet says, and how far it was from what came out.

Only what can be told is judged: two accuracies whose 95 % intervals overlap have no order, and a run that was cut short
is compared over the epochs that it has.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from core.lab.rates import Rate
from core.runs.bets import AccuracyBet, Bet, CurveBet, IntervalBet, LabelsBet, OrderBet, WinnerBet
from core.runs.outcome import Entrant, outcome_of
from core.runs.snapshots import RunSnapshot

TEXTS = {
    "bet_curve": "Bet: a training loss of {n_loss} after epoch {n_epoch}.",
    "bet_accuracy": "Bet: a test accuracy of {n_share} %.",
    "curve": (
        "The curve of the bet is off by {n_off} per epoch; after epoch {n_epoch} it says {n_bet}, the run {n_got}."
    ),
    "curve_none": "No epoch of the bet was trained: it can't be judged.",
    "exact": "The bet says {n_bet} %, the run {n_got}: exactly.",
    "high": "The bet says {n_bet} %, the run {n_got}: {n_off} percentage points too high.",
    "low": "The bet says {n_bet} %, the run {n_got}: {n_off} percentage points too low.",
    "within": "So few pictures can't tell the two apart.",
    "accuracy_none": "The run did not come to its end: the bet can't be judged.",
}


def bet_told(bet: Bet) -> str:
    """What was bet, in one sentence."""
    match bet:
        case CurveBet():
            return TEXTS["bet_curve"].format(n_loss=f"{bet.losses[-1]:.2f}", n_epoch=f"{bet.epochs[-1]:,}")
        case AccuracyBet():
            return TEXTS["bet_accuracy"].format(n_share=_percent(bet.accuracy))
        case IntervalBet():
            return f"Bet: all folds lie between {bet.low:.0%} and {bet.high:.0%}."
        case OrderBet():
            return f"Bet, the best first: {', '.join(bet.names)}."
        case LabelsBet(n=None):
            return "Bet: with no number of labels pretrained weights reach what random ones do with the most."
        case LabelsBet():
            return (
                f"Bet: with {bet.n:,} labelled pictures per class pretrained weights reach what random ones do with "
                "the most."
            )
        case WinnerBet():
            return f"Bet: {bet.name} comes first, {bet.margin:g} percentage points before the second."


def run_verdict(bet: Bet, now: RunSnapshot) -> str:
    """How far a bet on a single run was, once that is over."""
    match bet:
        case CurveBet():
            return curve_verdict(bet, now.history.epochs)
        case AccuracyBet():
            return accuracy_verdict(bet, now.rate if now.status.name == "done" else None)
        case _:
            return ""


def curve_verdict(bet: CurveBet, epochs: Sequence[Mapping[str, Any]]) -> str:
    """Against the training losses of a run.

    Parameters
    ----------
    bet : CurveBet
    epochs : sequence of mapping
        Of the run's history: ``epoch`` and ``train_loss`` of each.
    """
    both = _both(bet, epochs)
    if not both:
        return TEXTS["curve_none"]
    off = sum(abs(said - got) for _, said, got in both) / len(both)
    last, said, got = both[-1]
    return TEXTS["curve"].format(n_off=f"{off:.2f}", n_epoch=f"{last:,}", n_bet=f"{said:.2f}", n_got=f"{got:.2f}")


def curve_off(bet: CurveBet, epochs: Sequence[Mapping[str, Any]]) -> float | None:
    """How far such a bet is from a run, per epoch that both have; None where they have none in common."""
    both = _both(bet, epochs)
    return sum(abs(said - got) for _, said, got in both) / len(both) if both else None


def _both(bet: CurveBet, epochs: Sequence[Mapping[str, Any]]) -> list[tuple[int, float, float]]:
    """Epoch, loss of the bet and of the run, where there are both."""
    losses = {int(epoch["epoch"]): float(epoch["train_loss"]) for epoch in epochs}
    return [
        (epoch, loss, losses[epoch])
        for epoch, loss in zip(bet.epochs, bet.losses, strict=True)
        if math.isfinite(losses.get(epoch, math.nan))
    ]


def accuracy_verdict(bet: AccuracyBet, rate: Rate | None) -> str:
    """Against the accuracy of a run; None where it has none."""
    if rate is None:
        return TEXTS["accuracy_none"]
    off = 100 * (bet.accuracy - rate.share)
    kind = "exact" if abs(off) < 0.05 else "high" if off > 0 else "low"
    got = f"{_percent(rate.share)} %"
    told = TEXTS[kind].format(n_bet=_percent(bet.accuracy), n_got=got, n_off=f"{abs(off):.1f}")
    low, high = rate.interval
    is_open = rate.is_of_few and kind != "exact" and low <= bet.accuracy <= high
    return f"{told} {TEXTS['within']}" if is_open else told


def interval_verdict(bet: IntervalBet, accuracies: Sequence[float], n_folds: int) -> str:
    """Against the accuracies of the finished folds."""
    if not accuracies:
        return "No fold was finished: the bet can't be judged."
    inside = sum(bet.low <= accuracy <= bet.high for accuracy in accuracies)
    low, high = min(accuracies), max(accuracies)
    width, got = 100 * (bet.high - bet.low), 100 * (high - low)
    folds = f"finished folds (of {n_folds})" if len(accuracies) < n_folds else "folds"
    of_all, lie = f"{inside} of {len(accuracies)} {folds}", "lies" if inside == 1 else "lie"
    wide = f"the bet is {width:.0f} points wide, the folds {got:.1f}"
    return f"{of_all} {lie} in the interval of the bet. They go from {low:.1%} to {high:.1%}: {wide}."


def order_verdict(bet: OrderBet, entrants: Sequence[Entrant]) -> str:
    """Against the accuracies of those that came to their end; pairs that can't be told apart are not judged."""
    rates = {entrant.name: entrant.rate for entrant in entrants if entrant.rate is not None}
    named = [name for name in bet.names if name in rates]
    pairs = list(combinations(named, 2))
    if not pairs:
        return "Fewer than two came to their end: the bet can't be judged."
    apart = [(first, second) for first, second in pairs if _are_apart(rates[first], rates[second])]
    right = sum(rates[first].share > rates[second].share for first, second in apart)
    if not apart:
        return f"None of the {len(pairs)} pairs can be told apart by 95 % intervals: nothing to win or lose."
    told = f"{len(apart)} of {len(pairs)} pairs can be told apart by 95 % intervals"
    return f"{told}; the bet has {right} of them in the right order."


def winner_verdict(bet: WinnerBet, entrants: Sequence[Entrant]) -> str:
    """Against the accuracies of a race."""
    judged = sorted(((e.name, e.rate) for e in entrants if e.rate is not None), key=lambda one: -one[1].share)
    if len(judged) < 2:
        return "Fewer than two came to their end: the bet can't be judged."
    (first, best), (_, second) = judged[:2]
    margin = 100 * (best.share - second.share)
    far = f"the margin is {margin:.1f} percentage points, the bet says {bet.margin:g}"
    if outcome_of(list(entrants)).winner is None:
        ahead = "is" if bet.name == first else "is not"
        return f"No winner can be told; {bet.name} {ahead} the one with the highest accuracy, and {far}."
    if bet.name == first:
        return f"Right: {first} comes first; {far}."
    return f"Wrong: {first} comes first; {far}."


def labels_verdict(bet: LabelsBet, reached: int | None, counts: Sequence[int]) -> str:
    """Against the smallest number of labels with which pretrained weights reach the target (None: with none of them).

    Parameters
    ----------
    bet : LabelsBet
    reached : int or None
    counts : sequence of int
        The numbers of labelled pictures per class that were tried, rising.
    """
    target = f"what random weights reach with {counts[-1]:,} per class"
    if reached is None:
        told = f"No number of labels was enough to reach {target}."
    else:
        told = f"With {reached:,} per class pretrained weights reach {target}, by the means that were measured."
    return f"{'Right' if bet.n == reached else 'Not so'}. {told}"


def _are_apart(one: Rate, other: Rate) -> bool:
    (low, high), (other_low, other_high) = one.interval, other.interval
    return high < other_low or other_high < low


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
