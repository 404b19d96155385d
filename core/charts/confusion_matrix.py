"""The confusion matrix as a chart."""

from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from core.charts.kinds import Chart
from core.charts.legend import row_step


def confusion_heatmap(
    matrix: np.ndarray, class_names: Sequence[str], *, told: Callable[[int, int], str] = "{:,} of {:,}".format
) -> Chart:
    """The confusion matrix; a click on a cell is the selection ``cell`` with ``true`` and ``predicted``.

    Parameters
    ----------
    matrix : ndarray of shape (n_classes, n_classes), int
        Row is the true class, column the predicted class.
    told : callable
        Takes the pictures of a cell and those of its true class: what is read where the pointer stands.
    """
    n = len(class_names)
    totals = np.maximum(1, matrix.sum(axis=1, keepdims=True))
    cells = pd.DataFrame(
        {
            "true": np.repeat(list(class_names), n),
            "predicted": np.tile(list(class_names), n),
            "pictures": matrix.ravel(),
            "share": (matrix / totals).ravel(),
            "told": [told(int(k), int(of)) for row, (of,) in zip(matrix, totals, strict=True) for k in row],
        }
    )
    cell = alt.selection_point(name="cell", fields=["true", "predicted"], on="click", clear=False, toggle=False)
    across = alt.Axis(labelAngle=-40, orient="top", labelOverlap=False)
    base = alt.Chart(cells).encode(
        x=alt.X("predicted:N", sort=list(class_names), title="predicted class", axis=across),
        y=alt.Y("true:N", sort=list(class_names), title="true class", axis=alt.Axis(labelOverlap=False)),
        tooltip=["true:N", "predicted:N", "pictures:Q", alt.Tooltip("told:N", title="of the true class")],
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
    height = row_step(n, usual=44, least=360, most=620)
    return alt.layer(tiles, numbers).add_params(cell).properties(height=height)
