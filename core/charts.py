"""Altair charts from plain data; colours that serve the light and the dark theme."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from core.colours import SERIES, series_colour

CURVE_HEIGHT = 330  # pixels
MOST_DOTS = 40  # of a curve: more of them hide its line
MOST_READINGS = 200  # places at which the pointer reads an overlay

Chart = alt.LayerChart | alt.FacetChart  # what Altair says that layering returns; it is always the first here


def overlay(
    curves: pd.DataFrame,
    *,
    y: str,
    title: str,
    x: str = "epoch",
    percent: bool = False,
    legend: bool = True,
) -> Chart:
    """Curves of several runs in one picture; the pointer reads all of them at one place.

    Parameters
    ----------
    curves : DataFrame with columns ``run`` (text) and the columns ``x`` and ``y`` (numbers)
        Between its points a run is read on the straight line between them.
    y, title : str
        What is drawn, and its name.
    x : str
        Against what.
    percent : bool
        Whether ``y`` is a share.
    legend : bool
        Whether to draw one; its colours are ``SERIES`` in the order of the runs.
    """
    names = list(dict.fromkeys(curves["run"]))
    near = alt.selection_point(on="pointerover", nearest=True, fields=[x], empty=False, clear="pointerout")
    whole = alt.Undefined if x == "seconds" else 1
    across = alt.X(f"{x}:Q", title=x, axis=alt.Axis(tickMinStep=whole))
    base = alt.Chart(curves).encode(
        x=across,
        y=alt.Y(f"{y}:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(format="%" if percent else "~g")),
        color=alt.Color(
            "run:N",
            title=None,
            scale=alt.Scale(domain=names, range=[series_colour(i) for i in range(len(names))]),
            legend=alt.Legend(orient="top", columns=2, labelLimit=420) if legend else None,
        ),
    )
    readings = read_together(curves, x=x, y=y)
    form = ".1%" if percent else ".3f"
    rule = (
        alt.Chart(readings)
        .mark_rule(color="#7a8a86", strokeWidth=2)
        .encode(
            x=across,
            opacity=alt.condition(near, alt.value(0.9), alt.value(0)),
            tooltip=[alt.Tooltip(f"{x}:Q", title=x, format=",.3~f")]
            # The columns have names of their own, as what people call their runs could be anything
            + [alt.Tooltip(f"t{i}:N", title=name) for i, name in enumerate(names)],
        )
        .transform_calculate(
            **{f"t{i}": f"isValid(datum.r{i}) ? format(datum.r{i}, '{form}') : '–'" for i in range(len(names))}
        )
        .add_params(near)
    )
    lines = base.mark_line(strokeWidth=3, clip=True)
    few = curves.groupby("run").size().max() <= MOST_DOTS if len(curves) else True
    dots = base.mark_point(filled=True, size=60 if few else 0)
    return alt.layer(lines, dots, rule).properties(height=CURVE_HEIGHT + (60 if legend else 0))


def read_together(curves: pd.DataFrame, *, x: str, y: str) -> pd.DataFrame:
    """All runs at the same places: a column ``x``, and ``r0``, ``r1``, ... for the runs in order.

    A run is None outside of its own first and last point.
    """
    places = np.unique(curves[x].to_numpy(np.float64))
    if len(places) > MOST_READINGS:
        places = np.linspace(places[0], places[-1], MOST_READINGS)
    wide = {x: places}
    for i, name in enumerate(dict.fromkeys(curves["run"])):
        mine = curves[curves["run"] == name].dropna(subset=[x, y]).sort_values(x)
        if len(mine):
            wide[f"r{i}"] = np.interp(places, mine[x], mine[y], left=np.nan, right=np.nan)
        else:
            wide[f"r{i}"] = np.full(len(places), np.nan)
    return pd.DataFrame(wide)


def confusion_heatmap(matrix: np.ndarray, class_names: Sequence[str]) -> Chart:
    """The confusion matrix; a click on a cell is the selection ``cell`` with ``true`` and ``guess``.

    Parameters
    ----------
    matrix : ndarray of shape (n_classes, n_classes), int
        Row is the true class, column the guess.
    """
    n = len(class_names)
    totals = np.maximum(1, matrix.sum(axis=1, keepdims=True))
    cells = pd.DataFrame(
        {
            "true": np.repeat(list(class_names), n),
            "guess": np.tile(list(class_names), n),
            "pictures": matrix.ravel(),
            "share": (matrix / totals).ravel(),
        }
    )
    cell = alt.selection_point(name="cell", fields=["true", "guess"], on="click", clear=False, toggle=False)
    across = alt.Axis(labelAngle=-40, orient="top", labelOverlap=False)
    base = alt.Chart(cells).encode(
        x=alt.X("guess:N", sort=list(class_names), title="guess", axis=across),
        y=alt.Y("true:N", sort=list(class_names), title="true class", axis=alt.Axis(labelOverlap=False)),
        tooltip=["true:N", "guess:N", "pictures:Q", alt.Tooltip("share:Q", format=".1%", title="of the true class")],
    )
    tiles = base.mark_rect(cursor="pointer").encode(
        color=alt.Color(
            "share:Q", scale=alt.Scale(range=["#e9f2ee", "#0b6b53"], domain=[0, 1]), legend=None
        ),
        stroke=alt.condition(cell, alt.value("#d97a1a"), alt.value(None), empty=False),
        strokeWidth=alt.value(3),
    )
    numbers = base.mark_text(fontSize=13 if n <= 12 else 8, cursor="pointer").encode(
        text="pictures:Q",
        color=alt.condition("datum.share > 0.55", alt.value("#ffffff"), alt.value("#17231f")),
    )
    side = max(360, min(620, 44 * n))
    return alt.layer(tiles, numbers).add_params(cell).properties(height=side)


def class_bars(accuracies: np.ndarray, class_names: Sequence[str]) -> Chart:
    """Accuracy of each class as a bar with its number."""
    rows = pd.DataFrame({"class": list(class_names), "accuracy": accuracies}).dropna()
    base = alt.Chart(rows).encode(
        x=alt.X("accuracy:Q", scale=alt.Scale(domain=[0, 1.08]), axis=None),
        y=alt.Y("class:N", sort=list(class_names), title=None),
    )
    bars = base.mark_bar(color="#1f9e77")
    # Streamlit's theme leaves text marks black in the dark; this grey is readable on both
    numbers = base.mark_text(align="left", dx=5, fontSize=13, color="#7a8a86").encode(
        text=alt.Text("accuracy:Q", format=".0%")
    )
    return alt.layer(bars, numbers).properties(height=max(160, 26 * len(rows)))


def grouped_bars(rows: pd.DataFrame, *, group: str, x: str, y: str) -> alt.Chart:
    """Bars side by side for each value of ``x``, one a ``group``; ``y`` is a share from 0 to 1."""
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
                scale=alt.Scale(domain=names, range=[series_colour(i) for i in range(len(names))]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[f"{group}:N", f"{x}:N", alt.Tooltip(f"{y}:Q", format=".1%")],
        )
        .properties(height=260)
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
    colours = alt.Scale(domain=["training", "test"], range=[SERIES[0], SERIES[1]])
    bars = base.mark_bar().encode(
        color=alt.Color("split:N", scale=colours, title=None, legend=alt.Legend(orient="top"))
    )
    numbers = base.mark_text(align="left", dx=4, fontSize=12, color="#7a8a86").encode(
        text=alt.Text("pictures:Q", format=",")
    )
    return alt.layer(bars, numbers).properties(height=max(180, 38 * len(order)))
