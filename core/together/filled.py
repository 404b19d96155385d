"""What a class's runs add up to so far: a picture for the wall, and a sentence that claims no more than has ended.

Pictures are Altair charts, or HTML; both are empty before anything has ended. ``own`` are the ids of runs whose results
come from students' own labs (``core.together.elsewhere``): their points are white inside.
"""

import math
import statistics
from collections.abc import Collection

import altair as alt
import pandas as pd

from core.charts.colours import SERIES, series_colour
from core.charts.kinds import Chart
from core.crossval import fold_scores
from core.crossval.charts import DotRow, dot_plot
from core.lab.words import count, decimal, of_all
from core.optimizers import sweep
from core.optimizers.charts import sweep_chart
from core.runs.experiments import MemberSnapshot, Snapshot

_ONE_SEED = "One run with one seed for each: of two beside each other, the better one may be so by luck."


def _ended(now: Snapshot) -> list[tuple[MemberSnapshot, float]]:
    return [(member, member.accuracy) for member in now.members if member.accuracy is not None]


def _of(now: Snapshot, n: int, one: str) -> str:
    return of_all(n, len(now.experiment.labels), one)


def rates_told(now: Snapshot) -> str:
    """How many have ended, and the smallest loss."""
    found = sweep.points(now)
    ended = [point for point in found if point.has_ended]
    best = sweep.best(found)
    if not ended:
        return ""
    said = f"{of_all(len(ended), len(found), 'learning rate')}."
    for name, rate in best.items():
        loss = next(point.loss for point in ended if (point.contestant, point.learning_rate) == (name, rate))
        said += f" Smallest training loss so far: {loss:.3f}, with {name} and {decimal(rate)}."
    return f"{said} {_ONE_SEED}"


def seeds_told(now: Snapshot) -> str:
    """How many have ended, and where the accuracies lie."""
    ended = [accuracy for _, accuracy in _ended(now)]
    if not ended:
        return ""
    said = f"{_of(now, len(ended), 'seed')}: accuracies from {min(ended):.1%} to {max(ended):.1%}"
    if len(ended) > 1:
        deviation = 100 * statistics.stdev(ended)
        said += f", mean {statistics.fmean(ended):.1%}, standard deviation {deviation:.1f} percentage points"
    return f"{said}. Nothing but the seed differs."


def widths_told(now: Snapshot) -> str:
    """How many have ended, and the highest accuracy."""
    ended = _ended(now)
    if not ended:
        return ""
    member, accuracy = max(ended, key=lambda pair: pair[1])
    units = count(int(member.labels["H"]), "unit")
    most = f"Most so far: {accuracy:.1%}, with {units} in each hidden layer."
    return f"{_of(now, len(ended), 'width')}. {most} {_ONE_SEED}"


def folds_told(now: Snapshot) -> str:
    """How many have ended, and their mean and its interval."""
    scores = fold_scores.accuracies(fold_scores.read(now))
    if not scores:
        return ""
    total = fold_scores.summary(scores, len(now.experiment.labels))
    said = f"{_of(now, total.n, 'fold')}, mean {total.mean:.1%}"
    if total.n > 1:
        said += f", about 95 % interval {total.low:.1%} to {total.high:.1%}"
    return f"{said}."


def rates_picture(now: Snapshot, own: Collection[str] = ()) -> Chart | str:
    """Loss against learning rate, as Question 6 has it."""
    found = sweep.points(now)
    if not any(point.has_ended for point in found):
        return ""
    hollow = [
        (str(member.labels["contestant"]), float(member.labels["learning_rate"]))
        for member in now.members
        if member.run.id in own
    ]
    return sweep_chart(found, list(dict.fromkeys(point.contestant for point in found)), hollow)


def seeds_picture(now: Snapshot, own: Collection[str] = ()) -> str:
    """The accuracies on one axis, with their mean."""
    ended = _ended(now)
    if not ended:
        return ""
    mean = statistics.fmean(accuracy for _, accuracy in ended)
    values = [(accuracy, f"seed {member.labels['seed']}") for member, accuracy in ended]
    hollow = [member.run.id in own for member, _ in ended]
    row = DotRow(_of(now, len(ended), "seed"), values, mean=mean, hollow=hollow)
    return dot_plot([row], alt=f"Accuracies of {count(len(ended), 'seed')}, mean {mean:.1%}")


def folds_picture(now: Snapshot, own: Collection[str] = ()) -> str:
    """The scores on one axis, with their mean and its interval."""
    scores = [score for score in fold_scores.read(now) if score.accuracy is not None]
    if not scores:
        return ""
    total = fold_scores.summary(fold_scores.accuracies(scores), len(now.experiment.labels))
    row = DotRow(
        _of(now, total.n, "fold"),
        [(score.accuracy or 0.0, score.name) for score in scores],
        mean=total.mean, low=total.low if total.n > 1 else None, high=total.high if total.n > 1 else None,
        colours=[series_colour(score.spec.fold) for score in scores],
        hollow=[score.member.run.id in own for score in scores],
    )  # fmt: skip
    return dot_plot([row], alt=f"Scores of {count(total.n, 'fold')}, mean {total.mean:.1%}")


def widths_picture(now: Snapshot, own: Collection[str] = ()) -> Chart | str:
    """Accuracy against the number of hidden units, on a log scale."""
    ended = _ended(now)
    if not ended:
        return ""
    widths = [int(labels["H"]) for labels in now.experiment.labels]  # type: ignore[call-overload]
    rows = pd.DataFrame(
        {"units in each hidden layer": int(member.labels["H"]), "accuracy": accuracy} for member, accuracy in ended
    )
    across = alt.X(
        "units in each hidden layer:Q",
        scale=alt.Scale(type="log", base=2, domain=[min(widths) / 1.2, max(widths) * 1.2], nice=False),
        axis=alt.Axis(values=widths, format="d"),
    )
    top = min(1.0, math.ceil(10 * max(accuracy for _, accuracy in ended) + 0.5) / 10)
    up = alt.Y("accuracy:Q", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, top]))
    tips = [alt.Tooltip("units in each hidden layer:Q"), alt.Tooltip("accuracy:Q", format=".1%")]
    base = alt.Chart(rows).encode(x=across, y=up, tooltip=tips)
    line = base.mark_line(strokeWidth=2.5, color=SERIES[0])
    layers = [line, base.mark_point(filled=True, size=90, opacity=1, color=SERIES[0])]
    if hollow := [int(member.labels["H"]) for member, _ in ended if member.run.id in own]:
        inside = base.transform_filter(alt.FieldOneOfPredicate("units in each hidden layer", hollow))
        layers.append(inside.mark_point(fill="white", size=90, strokeWidth=2.5, opacity=1, color=SERIES[0]))
    return alt.layer(*layers).properties(height=360)
