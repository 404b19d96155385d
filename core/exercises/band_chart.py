"""Curves of one run, or the mean of several seeds with the band between the lowest and the highest."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from core.charts.curves import axis_ends
from core.charts.kinds import Chart
from core.charts.legend import colours_of, series_scale
from core.exercises.short_runs import Curves

NAMES = {"train": "training", "test": "test"}
_HEIGHT = 260
_LETTERS = 14  # pixels: on a projector they are 24 and more


def of_seeds(runs: Sequence[Curves], what: str) -> pd.DataFrame:
    """The points of a chart.

    Parameters
    ----------
    runs : sequence of Curves
    what : {"loss", "accuracy"}

    Returns
    -------
    DataFrame with columns ``series``, ``epoch``, ``mean``, ``low``, ``high``
        Low and high are the lowest and the highest seed. Epochs at which a seed's value is no number are left out.
    """
    rows = []
    for split, name in NAMES.items():
        columns = [getattr(run, f"{split}_{what}") for run in runs]
        for epoch, values in enumerate(zip(*columns, strict=False), 1):
            if all(map(math.isfinite, values)):
                rows.append((name, epoch, float(np.mean(values)), min(values), max(values)))
    return pd.DataFrame(rows, columns=["series", "epoch", "mean", "low", "high"])


def band_chart(runs: Sequence[Curves], what: str) -> Chart | None:
    """Draw them; with one run there is no band. None where nothing is a number."""
    points = of_seeds(runs, what)
    if points.empty:
        return None
    is_share = what == "accuracy"
    low, high = (0.0, 1.0) if is_share else axis_ends([*points["low"], *points["high"]], step=0.5)
    title = what if is_share or low == 0 else f"{what}, axis from {low:g}"
    base = alt.Chart(points).encode(
        x=alt.X("epoch:Q", title="epoch",
                axis=alt.Axis(tickMinStep=1, format="d", labelFontSize=_LETTERS, titleFontSize=_LETTERS)),
        color=alt.Color("series:N", title=None, scale=series_scale(points["series"], colours_of(NAMES.values())),
                        legend=alt.Legend(orient="top", symbolOpacity=1, labelFontSize=_LETTERS)),
    )  # fmt: skip
    scale = alt.Scale(domain=[low, high])
    axis = alt.Axis(format="%" if is_share else "~g", labelFontSize=_LETTERS, titleFontSize=_LETTERS)
    form = ".1%" if is_share else ".3f"
    read = [alt.Tooltip("series:N"), alt.Tooltip("epoch:Q"), alt.Tooltip("mean:Q", format=form, title=what)]
    lines = base.mark_line(strokeWidth=3, point=alt.OverlayMarkDef(size=45, filled=True)).encode(
        y=alt.Y("mean:Q", title=title, scale=scale, axis=axis), tooltip=read
    )
    if len(runs) == 1:
        return alt.layer(lines).properties(height=_HEIGHT)
    area = base.mark_area(opacity=0.25).encode(y=alt.Y("low:Q", title=title, scale=scale, axis=axis), y2="high:Q")
    return alt.layer(area, lines).properties(height=_HEIGHT)
