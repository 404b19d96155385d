"""The scores of K folds: each one's, their mean and its interval, in a picture and in words."""

import numpy as np

from core.charts.colours import series_colour
from core.crossval import charts as fold_charts
from core.crossval import fold_scores
from core.crossval.fold_scores import FoldScore, Summary
from core.lab.words import of_all
from core.runs.bets import Bet, IntervalBet
from core.specs.folds import FoldSpec


def few_in_words(scores: list[FoldScore]) -> str:
    """How far chance alone may put one fold's score, where a fold judges few pictures; else nothing."""
    rates = [score.member.rate for score in scores if score.member.rate is not None]
    if not rates or not any(rate.is_of_few for rate in rates):
        return ""
    rate = min(rates, key=lambda one: one.n)
    return f"A fold judges few pictures: {rate.in_full()} in one of them."


def dots(scores: list[FoldScore], total: Summary, bet: Bet | None = None) -> str:
    """The scores on one axis, with their mean and its interval, and dashed the ends of the interval that was bet."""
    done = [score for score in scores if score.accuracy is not None]
    row = fold_charts.DotRow(
        of_all(len(done), scores[0].spec.n_folds, "fold"),
        [(score.accuracy or 0.0, score.name) for score in done],
        mean=total.mean,
        low=None if np.isnan(total.low) else total.low,
        high=None if np.isnan(total.high) else total.high,
        colours=[series_colour(score.spec.fold) for score in done],
    )
    dashed = (bet.low, bet.high) if isinstance(bet, IntervalBet) else ()
    return fold_charts.dot_plot([row], dashed=dashed, alt=f"Scores of {len(done)} folds, mean {total.mean:.1%}")


def in_words(total: Summary, spec: FoldSpec) -> str:
    """What the mean of several folds says of new pictures; nothing of one alone."""
    if total.n < 2:
        return ""
    trained = spec.data.n_train - spec.data.n_train // spec.n_folds
    return (
        f"In plain words: trained on {trained:,} such pictures, this network classifies **{total.low:.0%} to "
        f"{total.high:.0%}** of new ones like them correctly, with about {fold_scores.CONFIDENCE:.0%} confidence: an "
        "approximation (Nadeau and Bengio), as folds share most of their training pictures."
    )
