"""The confusion matrix as a chart."""

from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from core.charts.kinds import Chart
from core.charts.legend import row_step

TILES = {"light": ("#e9f2ee", "#0b6b53"), "dark": ("#1f2e29", "#6fdcb7")}  # of no picture and of all, by theme
ROW = 44  # pixels
_EQUAL = 0.179  # the luminance on which black and white are read equally well: 4.58 : 1


def numbers_turn(theme: str) -> float:
    """The share from which the number on a tile has the other colour: with it, contrast is 4.5 : 1 on every tile."""
    shares = np.linspace(0, 1, 1001)
    low, high = (np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255 for colour in TILES[theme])
    mixed = low + shares[:, None] * (high - low)
    linear = np.where(mixed <= 0.04045, mixed / 12.92, ((mixed + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return float(shares[np.argmin(np.abs(luminance - _EQUAL))])


def confusion_heatmap(
    matrix: np.ndarray,
    class_names: Sequence[str],
    *,
    told: Callable[[int, int], str] = "{:,} of {:,}".format,
    theme: str = "light",
    row_height: float = ROW,
) -> Chart:
    """The confusion matrix; a click on a cell is the selection ``cell`` with ``true`` and ``predicted``.

    Parameters
    ----------
    matrix : ndarray of shape (n_classes, n_classes), int
        Row is the true class, column the predicted class.
    told : callable
        Takes the pictures of a cell and those of its true class: what is read where the pointer stands.
    theme : {"light", "dark"}
        Of the page around it.
    row_height : float
        Pixels of a row, as long as there are not many.
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
            "share:Q", scale=alt.Scale(range=list(TILES[theme]), domain=[0, 1], interpolate="rgb"), legend=None
        ),
        stroke=alt.condition(cell, alt.value("#d97a1a"), alt.value(None), empty=False),
        strokeWidth=alt.value(3),
    )
    before, after = ("#000000", "#ffffff") if theme == "light" else ("#ffffff", "#000000")
    numbers = base.mark_text(fontSize=13 if n <= 12 else 8, cursor="pointer").encode(
        text="pictures:Q",
        color=alt.condition(f"datum.share > {numbers_turn(theme)}", alt.value(after), alt.value(before)),
    )
    height = row_step(n, usual=row_height, least=360 * row_height / ROW, most=620)
    room = {"left": 5, "top": 5, "right": 14, "bottom": 5}  # the last class's slanting name reaches beyond its column
    return alt.layer(tiles, numbers).add_params(cell).properties(height=height, padding=room)
