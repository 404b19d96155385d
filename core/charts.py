"""Altair charts from plain data; colours that serve the light and the dark theme."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

# Chosen for at least 3 : 1 against white and against the dark background, and for colour-blind eyes (Okabe and Ito)
SERIES = ("#3d8fd1", "#d97a1a", "#1f9e77", "#c06fa8", "#a08a00", "#cc5a4a", "#5f7fbf", "#7a8a86")
CURVE_HEIGHT = 330  # pixels

Chart = alt.LayerChart | alt.FacetChart  # what Altair says that layering returns; it is always the first here


def overlay(curves: pd.DataFrame, *, y: str, title: str, percent: bool = False) -> Chart:
    """Curves of several runs in one picture; the pointer reads all of them at one epoch.

    Parameters
    ----------
    curves : DataFrame with columns ``run`` (text), ``epoch`` (number) and the column ``y``
    """
    names = list(dict.fromkeys(curves["run"]))
    near = alt.selection_point(on="pointerover", nearest=True, fields=["epoch"], empty=False, clear="pointerout")
    base = alt.Chart(curves).encode(
        x=alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1)),
        y=alt.Y(f"{y}:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(format="%" if percent else ".2f")),
        color=alt.Color(
            "run:N",
            title=None,
            scale=alt.Scale(domain=names, range=_series_colours(len(names))),
            legend=alt.Legend(orient="top", columns=1, labelLimit=420),
        ),
    )
    form = ".1%" if percent else ".3f"
    wide = (
        alt.Chart(curves)
        .transform_pivot("run", value=y, groupby=["epoch"])
        .mark_rule(color="#7a8a86")
        .encode(
            x="epoch:Q",
            opacity=alt.condition(near, alt.value(0.9), alt.value(0)),
            tooltip=[alt.Tooltip("epoch:Q", format=".3~f")]
            + [alt.Tooltip(f"{_escape_field(name)}:Q", title=name, format=form) for name in names],
        )
        .add_params(near)
    )
    dots = base.mark_point(filled=True, size=70).encode(opacity=alt.condition(near, alt.value(1), alt.value(0.45)))
    return alt.layer(base.mark_line(strokeWidth=3), dots, wide).properties(height=CURVE_HEIGHT + 60)


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


def _series_colours(n: int) -> list[str]:
    return [SERIES[i % len(SERIES)] for i in range(n)]


def _escape_field(name: str) -> str:
    """A column's name as Vega-Lite wants it in an encoding."""
    for character in "\\.[]:'\"":
        name = name.replace(character, f"\\{character}")
    return name
