"""Charts of Question 5, from plain data; colours that serve the light and the dark theme."""

from __future__ import annotations  # so that no chart needs torch, which the motions come from

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from core.charts.colours import series_colour
from core.charts.kinds import Chart
from core.charts.legend import colours_of, series_scale
from core.specs.models import STAGES
from core.transfer.strategies import colour

if TYPE_CHECKING:
    from core.transfer.layer_motion import LayerMotion

_GREY = "#7a8a86"


def label_curves(summary: pd.DataFrame, *, bet: int | None = None) -> Chart:
    """Accuracy against labelled pictures per class: a line per strategy, with its interval.

    Parameters
    ----------
    summary : DataFrame
        As ``core.transfer.strategies.label_summary`` makes it.
    bet : int, optional
        A number of labelled pictures per class, dashed.
    """
    names = sorted(summary["strategy"].unique(), key=lambda name: (colour(name), name))
    scale = series_scale(names, {name: series_colour(colour(name)) for name in names})
    ticks = sorted(summary["per_class"].unique().tolist())
    base = alt.Chart(summary).encode(
        x=alt.X(
            "per_class:Q",
            title="labelled pictures per class",
            scale=alt.Scale(type="log", nice=False, padding=20),
            axis=alt.Axis(values=ticks, format="d", grid=False),
        ),
        color=alt.Color("strategy:N", title=None, scale=scale, legend=alt.Legend(orient="top", labelLimit=260)),
    )
    axis = alt.Axis(format="%")
    bars = base.mark_rule(strokeWidth=3, opacity=0.55).encode(
        y=alt.Y("low:Q", title="test accuracy", axis=axis, scale=alt.Scale(zero=False)), y2="high:Q"
    )
    tooltip = [
        "strategy:N",
        alt.Tooltip("per_class:Q", title="pictures per class"),
        alt.Tooltip("mean:Q", format=".1%", title="mean accuracy"),
        alt.Tooltip("low:Q", format=".1%", title="95 % from"),
        alt.Tooltip("high:Q", format=".1%", title="to"),
        alt.Tooltip("n:Q", title="repeats"),
    ]
    lines = base.mark_line(strokeWidth=3, point=alt.OverlayMarkDef(size=90, filled=True)).encode(
        y=alt.Y("mean:Q"), tooltip=tooltip
    )
    layers = [bars, lines]
    if bet is not None:
        here = alt.Chart(pd.DataFrame({"per_class": [bet]}))
        here = here.mark_rule(strokeDash=[9, 6], strokeWidth=2, color="#808080")
        layers.append(here.encode(x="per_class:Q", tooltip=alt.Tooltip("per_class:Q", title="bet")))
    return alt.layer(*layers).properties(height=400)


def motion_bars(motions: dict[str, list[LayerMotion]], *, drift: bool = False) -> list[alt.Chart]:
    """How far each layer has moved, a chart of bars per strategy; with ``drift`` the running statistics instead.

    Charts of their own, on one scale: those of a facet have a fixed width, which no phone and no projector has.
    """
    rows = [
        {"strategy": name, "layer": m.layer, "stage": m.stage, "moved": m.drift if drift else m.moved}
        for name, motion in motions.items()
        for m in motion
        if not (drift and m.drift is None) and (drift or m.stage != "fc")  # the head is new: it has no "before"
    ]
    table = pd.DataFrame(rows)
    order = list(dict.fromkeys(table["layer"]))
    # By its root: the stem's few small weights move so far that all other bars would vanish
    scale = alt.Scale(type="sqrt", domain=[0.0, float(table["moved"].max()) or 1.0])
    title = "drift of running statistics" if drift else "change of weights"
    return [
        alt.Chart(rows_of, title=alt.TitleParams(str(name), anchor="start", fontSize=14))
        .mark_bar()
        .encode(
            x=alt.X("layer:N", sort=order, title=None, axis=alt.Axis(labels=False, ticks=False)),
            y=alt.Y("moved:Q", title=None, scale=scale, axis=alt.Axis(format="~%", tickCount=4)),
            color=alt.Color(
                "stage:N",
                title=None,
                scale=series_scale(table["stage"], colours_of(STAGES)),
                legend=alt.Legend(orient="top", columns=3) if i == 0 else None,
            ),
            tooltip=["layer:N", "stage:N", alt.Tooltip("moved:Q", format=".2%", title=title)],
        )
        .properties(height=150 if i == 0 else 110)
        for i, (name, rows_of) in enumerate(table.groupby("strategy", sort=False))
    ]


def plane(points: np.ndarray, labels: np.ndarray, class_names: Sequence[str], images: Sequence[str]) -> alt.Chart:
    """Pictures as points; the pointer shows the picture.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
    labels : ndarray of shape (n,), int
    images : sequence of str
        Addresses of the pictures; Vega's tooltip draws the field that is called "image".
    """
    table = pd.DataFrame(
        {
            "x": points[:, 0],
            "y": points[:, 1],
            "class": [class_names[k] for k in labels],
            "image": list(images),
        }
    )
    blank = alt.Axis(labels=False, ticks=False, title=None, grid=False, domain=False)
    colours = series_scale(table["class"], colours_of(class_names))
    return (
        alt.Chart(table)
        .mark_circle(size=70, opacity=0.85)
        .encode(
            x=alt.X("x:Q", axis=blank, scale=alt.Scale(zero=False)),
            y=alt.Y("y:Q", axis=blank, scale=alt.Scale(zero=False)),
            color=alt.Color("class:N", title=None, scale=colours, legend=alt.Legend(orient="top", columns=4)),
            tooltip=["image:N", "class:N"],
        )
        .properties(height=380)
    )
