"""Accuracy against batch size: a curve for ``train()`` mode beside the flat line of ``eval()``."""

import altair as alt
import pandas as pd

from core.charts.colours import SERIES
from core.charts.kinds import Chart
from core.charts.legend import series_scale
from core.inside.both_modes import BothModes

EVAL, TRAIN = "eval() mode", "train() mode"
COLOURS = {EVAL: SERIES[0], TRAIN: SERIES[1]}


def modes_chart(judged: BothModes) -> Chart:
    """Draw it; bars are 95 % intervals (Wilson), as few pictures are judged with small batches."""
    rows = pd.DataFrame(
        {
            "mode": TRAIN,
            "batch size": str(f"{point.batch_size:,}"),
            "accuracy": point.rate.share,
            "low": point.rate.interval[0],
            "high": point.rate.interval[1],
            "told": point.rate.in_full(),
        }
        for point in judged.in_train
    )
    colour = alt.Color(
        "mode:N", title=None, scale=series_scale(COLOURS, COLOURS),
        legend=alt.Legend(orient="top", symbolType="stroke", symbolStrokeWidth=4),
    )  # fmt: skip
    up = alt.Y("accuracy:Q", title="test accuracy", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    across = alt.X("batch size:O", sort=None, title="pictures judged together", axis=alt.Axis(labelAngle=0))
    base = alt.Chart(rows).encode(x=across, color=colour, tooltip=["mode:N", "batch size:O", "told:N"])
    flat = pd.DataFrame({"mode": [EVAL], "accuracy": [judged.in_eval.share], "told": [judged.in_eval.in_full()]})
    line = alt.Chart(flat).mark_rule(strokeWidth=3).encode(y=up, color=colour, tooltip=["mode:N", "told:N"])
    bars = base.mark_rule(strokeWidth=2, opacity=0.6).encode(y=alt.Y("low:Q"), y2="high:Q")
    curve = base.mark_line(strokeWidth=3).encode(y=up)
    points = base.mark_point(filled=True, size=90, opacity=1).encode(y=up)
    return alt.layer(line, bars, curve, points).properties(height=330)
