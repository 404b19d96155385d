"""A surface of two variables from above, and the paths that go down it: drawn and moved in the browser."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from core.charts.colours import series_colour
from core.optimizers import landscape
from pages.shared.components import component

_COMPONENT = Path(__file__).parent / "components" / "landscape"


def landscape_picture(
    heights: np.ndarray,
    x_range: Sequence[float],
    y_range: Sequence[float],
    names: Sequence[str],
    paths: Sequence[tuple[np.ndarray, np.ndarray, bool]],
    *,
    label: str,
    key: str,
    axes: tuple[str, str] = ("x", "y"),
    value: str = "f =",
    colours: Sequence[str] | None = None,
    minima: Sequence[tuple[float, float]] = (),
    on_start: Callable[[], None] | None = None,
    batches: Sequence[int] | None = None,
    speeds: tuple[int, int, int] = (10, 30, 100),
    tall: int = 400,
) -> None:
    """Draw a surface from above and paths over it.

    Parameters
    ----------
    heights : ndarray of shape (rows, columns)
        Row is y from its smallest on.
    x_range, y_range : pair of float
    names, paths : sequences of equal length
        Each path: points of shape (n, 2), heights of shape (n,), and whether it ended lost.
    label : str
        For screen readers.
    on_start : callable, optional
        Called when a click has set another start: the component's ``start`` in the session state tells where.
    batches : sequence of int, optional
        What the points of the longest path are numbered with; else they are steps from 0.
    speeds : tuple of three int
        Points a second that are offered; the second one at first.
    """
    draw = component(
        _COMPONENT, common=["arrays.js", "ticks.js", "colours.js", "in_lecture.js"],
        scripts=["surface.js", "landscape.js"],
    )  # fmt: skip
    data: dict[str, object] = {
        "rows": heights.shape[0],
        "columns": heights.shape[1],
        "shades": b64encode(landscape.shades(heights).astype("<f4").tobytes()).decode(),
        "x": list(x_range),
        "y": list(y_range),
        "names": axes,
        "value": value,
        "label": label,
        "minima": [list(map(float, place)) for place in minima],
        "pick": on_start is not None,
        "tall": tall,
        "batches": None if batches is None else list(batches),
        "speeds": list(speeds),
        "paths": [
            {
                "name": name,
                "colour": series_colour(i) if colours is None else colours[i],
                "points": [[float(f"{x:.6g}"), float(f"{y:.6g}")] for x, y in points.tolist()],
                "values": [float(f"{v:.6g}") for v in values.tolist()],
                "lost": lost,
            }
            for i, (name, (points, values, lost)) in enumerate(zip(names, paths, strict=True))
        ],
    }
    draw(key=key, data=data, on_start_change=on_start or (lambda: None))
