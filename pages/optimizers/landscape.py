"""Question 6's landscapes: torch's optimizers on surfaces of two variables, moving in the browser."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.colours import series_colour
from core.lab.words import decimal
from core.optimizers import landscape
from core.optimizers.landscape import Path, Surface
from core.optimizers.sweep import with_rate
from core.specs import AdamSpec
from pages.optimizers.controls import RaceSettings
from pages.shared.components import component
from pages.shared.controls.widgets import choice_list, choice_slider, number_field, number_slider
from pages.shared.words.markdown import plain

_COMPONENT = FilePath(__file__).parent / "components" / "landscape"
_KEY = "landscape_picture"
TITLES = {landscape.surface(key).title: key for key in landscape.SURFACES}
TIMES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


@st.fragment
def landscape_view(settings: RaceSettings) -> None:
    """Surface, start, and the contestants' paths; a fragment, so that a click redraws nothing around it."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        title = choice_list("Surface", "surface", options=list(TITLES), default=next(iter(TITLES)), width=170)
        times = choice_slider(
            "Rates times", "times", options=TIMES, default=1.0, format_option=lambda t: f"{t:g}",
            help="The contestants' own rates are made for a network; a toy surface may want others.",
        )  # fmt: skip
        condition = 10.0
        if TITLES[title] == "bowl":
            condition = choice_slider(
                "Condition number", "condition", options=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0), default=10.0,
                format_option=lambda k: f"{k:g}", help="How many times steeper it is in y than in x.",
            )  # fmt: skip
    on = landscape.surface(TITLES[title], condition=condition)
    with st.expander("Start and steps", key="start_and_steps"):  # a click in the picture sets it: no popover keeps that
        start = _start(on)
        n_steps = number_slider("Steps", "n_steps", low=10, high=landscape.MOST_STEPS, step=10, default=300)
        noise = 0
        if on.noise:
            noise = number_field("Seed of the noise", "noise", low=0, high=9_999, default=0)
    _load_torch()
    optimizers = [with_rate(o, o.learning_rate * times) for o in settings.contestants.values()]
    paths = landscape.walk(on, start, optimizers, n_steps=n_steps, random_state=noise)
    names = list(settings.contestants)
    landscape_picture(
        landscape.heights(on),
        on.x_range,
        on.y_range,
        names,
        [(path.points, path.heights, path.is_lost) for path in paths],
        label=f"{on.title} from above, with the paths of {', '.join(names)}",
        key=_KEY,
        minima=on.minima,
        on_start=lambda: _moved(on),
    )
    st.markdown(f"${on.formula}$ · {on.lesson}")
    _table(on, names, [o.learning_rate for o in optimizers], paths)


@st.cache_resource(show_spinner="Loading torch.")
def _load_torch() -> bool:
    """Torch's optimizers load much of it at their first step: once for the whole app, and said."""
    on = landscape.surface("bowl")
    landscape.walk(on, on.start, [AdamSpec()], n_steps=1)
    return True


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
    draw = component(_COMPONENT, common=["arrays.js", "ticks.js", "colours.js"], scripts=["surface.js", "landscape.js"])
    data: dict[str, Any] = {
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


def _start(on: Surface) -> tuple[float, float]:
    """Two fields that a click in the picture sets as well."""
    places = []
    with st.container(horizontal=True):
        for axis, (low, high), first in (("x", on.x_range, on.start[0]), ("y", on.y_range, on.start[1])):
            key = f"start_{on.key}_{axis}"
            places.append(
                st.number_input(
                    f"Start {axis}", float(low), float(high), float(first), 0.1, format="%.2f", key=key, width=150
                )
            )
    return places[0], places[1]


def _moved(on: Surface) -> None:
    """A click in the picture."""
    at = st.session_state[_KEY].start
    if not at:
        return
    for axis, (low, high), value in (("x", on.x_range, at[0]), ("y", on.y_range, at[1])):
        st.session_state[f"start_{on.key}_{axis}"] = min(max(round(float(value), 2), float(low)), float(high))


def _table(on: Surface, names: list[str], rates: list[float], paths: list[Path]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "contestant": name,
                "learning rate": decimal(rate),
                "steps": f"{len(path.points) - 1}{', then lost' if path.is_lost else ''}",
                "ends at": f"({path.points[-1, 0]:.4g}, {path.points[-1, 1]:.4g})",
                "f there": f"{path.heights[-1]:.4g}",
                "lowest f": f"{path.heights.min():.4g}",
                "from the nearest minimum": f"{landscape.distance_to_minimum(on, path.points[-1]):.4g}",
            }
            for name, rate, path in zip(names, rates, paths, strict=True)
        ),
        hide_index=True,
    )
    with st.expander("The paths in numbers"):
        chosen = st.selectbox("Path of", names, key="path_of", width=240)
        path = paths[names.index(chosen)]
        st.dataframe(
            pd.DataFrame({"x": path.points[:, 0], "y": path.points[:, 1], "f": path.heights}).rename_axis("step"),
            height=300,
        )
        st.caption(f"{plain(chosen)}: torch's own optimizer took these steps, in 64 bits.")
