"""The scores of K folds: each one's, their mean and its interval, in a picture and in words."""

import html

import numpy as np

from core.charts.colours import series_colour
from core.crossval import charts as fold_charts
from core.crossval import fold_scores
from core.crossval.fold_scores import FoldScore, Summary
from core.lab.words import duration, of_all, percent
from core.specs.folds import FoldSpec


def chips(scores: list[FoldScore]) -> str:
    """Of each fold: its colour, its score or how far it is, its seconds."""
    told = []
    for score in scores:
        name, status, share = html.escape(score.name), score.member.status.name, score.member.share
        if score.accuracy is not None:
            value = f"{_told(score)}{duration(score.member.history.seconds)}"
        elif status in ("queued", "running"):
            value = f"<b>{share:.0%}</b>trained" if share else "<b>…</b>waiting"
        else:
            value = f"<b>–</b>{html.escape(status)}"
        colour = series_colour(score.spec.fold)
        told.append(f'<div style="border-color:{colour}"><span>{name}</span>{value}</div>')
    return (
        "<style>.folds{display:flex;flex-wrap:wrap;gap:10px}.folds div{border-left:8px solid;padding:2px 14px 2px 9px;"
        "line-height:1.25;font-size:.95rem;min-width:84px}.folds span,.folds b{display:block}"
        ".folds b{font-size:1.5rem;font-variant-numeric:tabular-nums}</style>"
        f'<div class="folds">{"".join(told)}</div>'
    )


def _told(score: FoldScore) -> str:
    """Its accuracy; of few pictures the count, with its interval where the pointer stands."""
    rate = score.member.rate
    if rate is None or not rate.is_of_few:
        return f"<b>{percent(score.accuracy)}</b>"
    return f'<b title="{rate.interval_told}">{rate.told()}</b>'


def few_in_words(scores: list[FoldScore]) -> str:
    """How far chance alone may put one fold's score, where a fold judges few pictures; else nothing."""
    rates = [score.member.rate for score in scores if score.member.rate is not None]
    if not rates or not any(rate.is_of_few for rate in rates):
        return ""
    rate = min(rates, key=lambda one: one.n)
    return f"A fold judges few pictures: {rate.in_full()} in one of them."


def dots(scores: list[FoldScore], total: Summary) -> str:
    """The scores on one axis, with their mean and its interval."""
    done = [score for score in scores if score.accuracy is not None]
    row = fold_charts.DotRow(
        of_all(len(done), scores[0].spec.n_folds, "fold"),
        [(score.accuracy or 0.0, score.name) for score in done],
        mean=total.mean,
        low=None if np.isnan(total.low) else total.low,
        high=None if np.isnan(total.high) else total.high,
        colours=[series_colour(score.spec.fold) for score in done],
    )
    return fold_charts.dot_plot([row], alt=f"Scores of {len(done)} folds, mean {total.mean:.1%}")


def in_words(total: Summary, spec: FoldSpec) -> str:
    """Mean, deviation and interval."""
    if total.n < 2:
        return f"**{total.mean:.1%}** so far, of one fold."
    of = "" if total.n == spec.n_folds else f" of {of_all(total.n, spec.n_folds, 'fold')}"
    trained = spec.data.n_train - spec.data.n_train // spec.n_folds
    return (
        f"Mean **{total.mean:.1%}**{of}, standard deviation **{100 * total.deviation:.1f} percentage points**. In "
        f"plain words: trained on {trained:,} such pictures, this network classifies **{total.low:.0%} to "
        f"{total.high:.0%}** of new ones like them correctly, with about "
        f"{fold_scores.CONFIDENCE:.0%} confidence: an approximation (Nadeau and Bengio), as folds share most of their "
        "training pictures."
    )
