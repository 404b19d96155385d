"""Altair charts of Question 6: loss against learning rate, differences of pairs, one weight's first steps."""

import math
from collections.abc import Collection
from typing import Any

import altair as alt
import pandas as pd

from core.charts.colours import SERIES
from core.charts.kinds import Chart
from core.charts.legend import colours_of, row_step, series_scale
from core.optimizers.seed_statistics import Comparison
from core.optimizers.sweep import Point, best, edges

_GREY = "#7a8a86"  # readable on both themes


def sweep_chart(points: list[Point], names: list[str], hollow: Collection[tuple[str, float]] = ()) -> Chart:
    """Loss against learning rate, a line per contestant; crosses where it came to nothing, a rule at the unstable edge.

    Parameters
    ----------
    points : list of Point
    names : list of str
        All contestants, in the order of their colours.
    hollow : collection of (str, float)
        Contestants and learning rates whose points are white inside: results of students' own labs.
    """
    starts = [p.start_loss for p in points if math.isfinite(p.start_loss)]
    top = max([1.0, *starts]) * 1.25  # losses beyond the start's are told by their cross at the top
    rows = pd.DataFrame(
        {
            "contestant": p.contestant,
            "learning rate": p.learning_rate,
            "loss": min(p.loss, top) if math.isfinite(p.loss) else top,
            "told": f"{p.loss:.4f}" if math.isfinite(p.loss) else "no number",
            "state": p.state,
        }
        for p in points
        if p.has_ended
    )
    if rows.empty:
        rows = pd.DataFrame({"contestant": [], "learning rate": [], "loss": [], "told": [], "state": []})
    if hollow:
        rows["place"] = [_place(*one) for one in zip(rows["contestant"], rows["learning rate"], strict=True)]
        rows["trained"] = "in a student's own lab"
    chosen = best(points)
    marks = pd.DataFrame(
        [
            {"contestant": p.contestant, "learning rate": p.learning_rate, "loss": p.loss}
            for p in points
            if chosen.get(p.contestant) == p.learning_rate
        ],
        columns=["contestant", "learning rate", "loss"],
    )
    rules = pd.DataFrame(
        [{"contestant": name, "learning rate": rate} for name, rate in edges(points).items()],
        columns=["contestant", "learning rate"],
    )
    all_rates = [p.learning_rate for p in points] or [1e-4, 1.0]
    decades = [10.0**e for e in range(-7, 2) if min(all_rates) <= 10.0**e * 1.01 and 10.0**e <= max(all_rates) * 1.01]
    # The dotted line's name stands at the axis: beside the line lie the curves of small rates, which hardly moved
    name = ["learning rate", "dotted: loss of the first batch"] if starts else "learning rate"
    across = alt.X(
        "learning rate:Q",
        title=name,
        scale=alt.Scale(type="log", domain=[min(all_rates) / 1.2, max(all_rates) * 1.2], nice=False),
        axis=alt.Axis(format="~g", values=decades),
    )
    bottom = math.floor(5 * min([top, *(p.loss for p in points if math.isfinite(p.loss))]) - 0.3) / 5
    scale = alt.Scale(domain=[max(0.0, bottom), top], clamp=True)
    up = alt.Y("loss:Q", title="training loss at the end", scale=scale)
    colour = alt.Color(
        "contestant:N",
        title=None,
        scale=series_scale(rows["contestant"], colours_of(names)),
        legend=alt.Legend(orient="top", labelLimit=300, symbolType="circle", symbolOpacity=1, columns=2),  # for a phone
    )
    tips = [
        alt.Tooltip("contestant:N"),
        alt.Tooltip("learning rate:Q", format="~g"),
        alt.Tooltip("told:N", title="loss"),
        alt.Tooltip("state:N"),
    ]
    base = alt.Chart(rows).encode(x=across, y=up, color=colour, tooltip=tips)
    layers = [base.mark_line(strokeWidth=2.5), *_points(base, rows, size=70, filled=True)]
    if not marks.empty:
        best_points = alt.Chart(marks).encode(x=across, y=up, color=colour)
        layers.append(best_points.mark_point(size=320, strokeWidth=2.5, opacity=1))
    if not rules.empty:
        edge = alt.Chart(rules).encode(x=across, color=colour)
        layers.append(edge.mark_rule(strokeDash=[6, 5], strokeWidth=2))
    if hollow:
        places = [_place(name, rate) for name, rate in hollow]
        own = base.transform_filter(alt.FieldOneOfPredicate("place", places)).encode(
            tooltip=[*tips, alt.Tooltip("trained:N")]
        )
        of_own = rows[rows["place"].isin(places)]
        layers += _points(own, of_own, size=90, fill="white", strokeWidth=2.5)  # white in both themes
    if starts:
        start = alt.Chart(pd.DataFrame({"loss": [starts[0]]})).encode(y=up)
        layers.append(start.mark_rule(color=_GREY, strokeDash=[2, 3]))
    return alt.layer(*layers).properties(height=390)


def _points(base: alt.Chart, rows: pd.DataFrame, *, size: int, **how: Any) -> list[alt.Chart]:
    """Dots for what is fine and crosses for what is not, of those of the rows that the chart draws.

    There is no layer where there are none: screen readers would come to a drawing without a name.
    """
    is_fine = rows["state"] == "fine"
    layers = []
    if is_fine.any():
        layers.append(base.transform_filter("datum.state == 'fine'").mark_point(size=size, opacity=1, **how))
    if not is_fine.all():
        others = base.transform_filter("datum.state != 'fine'")
        layers.append(others.mark_point(shape="cross", size=1.6 * size, angle=45, opacity=1, **how))
    return layers


def pairs_chart(compared: list[Comparison]) -> Chart:
    """The difference of each pair with its interval, in percentage points; zero is where nothing can be told."""
    rows = pd.DataFrame(
        {
            "pair": f"{c.first} minus {c.second}",
            "difference": 100 * c.difference,
            "low": 100 * c.low,
            "high": 100 * c.high,
            "real": "told apart" if c.is_real else "can't tell",
        }
        for c in compared
    )
    colour = alt.Color(
        "real:N",
        title=None,
        scale=series_scale(rows["real"], {"told apart": SERIES[2], "can't tell": _GREY}),
        legend=alt.Legend(orient="top", symbolOpacity=1),
    )
    tips = [alt.Tooltip("pair:N"), *(alt.Tooltip(f"{name}:Q", format="+.2f") for name in ("difference", "low", "high"))]
    base = alt.Chart(rows).encode(
        y=alt.Y("pair:N", sort=None, title=None, axis=alt.Axis(labelLimit=320, labelOverlap=False)),
        color=colour,
        tooltip=tips,
    )
    title = ["difference in percentage points", "of test accuracy"]
    across = alt.X("low:Q", title=title, axis=alt.Axis(titleAnchor="end"))
    zero = alt.Chart(pd.DataFrame({"low": [0.0]})).encode(x="low:Q").mark_rule(color=_GREY, strokeWidth=2)
    bars = base.encode(x=across, x2="high:Q").mark_bar(height=8, opacity=0.55)
    middles = base.encode(x="difference:Q").mark_point(filled=True, size=120, opacity=1)
    return alt.layer(zero, bars, middles).properties(height=row_step(len(rows), usual=34, least=68))


def weight_chart(weights: dict[str, list[float]], names: list[str], step: int) -> Chart:
    """One weight over the first steps, a line per contestant, with a rule at the step that is looked at."""
    rows = pd.DataFrame(
        [(name, i, w) for name, row in weights.items() for i, w in enumerate(row) if math.isfinite(w)],
        columns=["contestant", "step", "weight"],
    )
    colour = alt.Color(
        "contestant:N",
        title=None,
        scale=series_scale(rows["contestant"], colours_of(names)),
        legend=alt.Legend(orient="top", labelLimit=300, symbolOpacity=1, columns=2),  # beside each other on a phone
    )
    base = alt.Chart(rows).encode(
        x=alt.X("step:Q", axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("weight:Q", scale=alt.Scale(zero=False)),
        color=colour,
        tooltip=["contestant:N", "step:Q", alt.Tooltip("weight:Q", format=".6f")],
    )
    rule = alt.Chart(pd.DataFrame({"step": [step]})).encode(x="step:Q").mark_rule(color=_GREY, strokeWidth=2)
    points = base.mark_point(filled=True, size=30, opacity=1)
    return alt.layer(rule, base.mark_line(strokeWidth=2.5), points).properties(height=360)


def _place(contestant: str, learning_rate: float) -> str:
    """What tells the points of a sweep apart."""
    return f"{contestant} {learning_rate!r}"
