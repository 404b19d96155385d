"""Bars with their numbers: accuracy of classes, counts, groups side by side."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.charts.kinds import Chart, Counted
from core.charts.legend import colours_of, row_step, series_scale

_GREY = "#7a8a86"  # readable on both themes


def class_bars(rates: Sequence[Counted], class_names: Sequence[str]) -> Chart:
    """Accuracy of each class as a bar with its number; of few pictures as a count, with a line for its interval.

    Parameters
    ----------
    rates : sequence of Counted
        One a class; a class without pictures has no bar.
    class_names : sequence of str
    """
    few = any(rate.is_of_few for rate in rates)
    rows = pd.DataFrame(
        [
            (name, rate.share, rate.told(0), rate.interval_told, *rate.interval)
            for name, rate in zip(class_names, rates, strict=True)
        ],
        columns=["class", "accuracy", "told", "interval", "low", "high"],
    ).dropna()
    rows["end"] = rows["high"] if few else rows["accuracy"]
    scale = alt.Scale(domain=[0, 1.4 if few else 1.08])
    base = alt.Chart(rows).encode(
        y=alt.Y("class:N", sort=list(class_names), title=None),
        tooltip=["class:N", alt.Tooltip("told:N", title="classified correctly"), alt.Tooltip("interval:N", title=" ")],
    )
    layers = [base.mark_bar(color="#1f9e77").encode(x=alt.X("accuracy:Q", scale=scale, axis=None))]
    # Streamlit's theme leaves text marks black in the dark; this grey is readable on both
    if few:
        layers.append(base.mark_rule(color=_GREY, strokeWidth=2.5).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"))
    layers.append(
        base.mark_text(align="left", dx=5, fontSize=13, color=_GREY).encode(
            x=alt.X("end:Q", scale=scale), text="told:N"
        )
    )
    return alt.layer(*layers).properties(height=row_step(len(rows), usual=26, least=160))


def grouped_bars(rows: pd.DataFrame, *, group: str, x: str, y: str) -> alt.Chart:
    """Bars side by side for each value of ``x``, one per ``group``; ``y`` is a share from 0 to 1."""
    names, values = list(dict.fromkeys(rows[group])), list(dict.fromkeys(rows[x]))
    return (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            x=alt.X(f"{x}:N", sort=values, title=None, axis=alt.Axis(labelAngle=-30, labelOverlap=False)),
            xOffset=alt.XOffset(f"{group}:N", sort=names),
            y=alt.Y(f"{y}:Q", title=y, axis=alt.Axis(format="%")),
            color=alt.Color(
                f"{group}:N",
                title=None,
                scale=series_scale(names, colours_of(names)),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[f"{group}:N", f"{x}:N", alt.Tooltip(f"{y}:Q", format=".1%")],
        )
        .properties(height=340)
    )


def count_bars(table: pd.DataFrame) -> Chart:
    """Pictures of each class: columns ``class``, ``training`` and ``test``."""
    order = table["class"].tolist()
    rows = table.melt("class", var_name="split", value_name="pictures")
    base = alt.Chart(rows).encode(
        y=alt.Y("class:N", sort=order, title=None),
        x=alt.X("pictures:Q", title=None, axis=None, scale=alt.Scale(padding=40)),
        yOffset=alt.YOffset("split:N", sort=["training", "test"]),
    )
    colours = series_scale(rows["split"], colours_of(["training", "test"]))
    bars = base.mark_bar().encode(
        color=alt.Color("split:N", scale=colours, title=None, legend=alt.Legend(orient="top"))
    )
    numbers = base.mark_text(align="left", dx=4, fontSize=12, color="#7a8a86").encode(
        text=alt.Text("pictures:Q", format=",")
    )
    return alt.layer(bars, numbers).properties(height=row_step(len(order), usual=38, least=180))
