"""Curves of several runs in one picture; colours that serve the light and the dark theme."""

import math
from collections.abc import Iterable, Mapping

import altair as alt
import numpy as np
import pandas as pd

from core.charts.kinds import Chart
from core.charts.legend import colours_of, series_scale

CURVE_HEIGHT = 330  # pixels
MOST_DOTS = 40  # of a curve: more of them hide its line
MOST_READINGS = 200  # places at which the pointer reads an overlay


def overlay(
    curves: pd.DataFrame,
    *,
    y: str,
    title: str,
    x: str = "epoch",
    percent: bool = False,
    legend: bool = True,
    colours: Mapping[str, str] | None = None,
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
        Whether ``y`` is a share. The axis's title says from where to where it goes, unless that is 0 to 100 %.
    legend : bool
        Whether to draw one.
    colours : mapping of str to str, optional
        Of all runs that the picture is about, also of those that have no point yet (``core.charts.legend.colours_of``);
        by default of the runs that are drawn.
    """
    names = list(dict.fromkeys(curves["run"]))
    low, high = axis_ends(curves[y], step=0.1, most=1.0) if percent else axis_ends(curves[y], step=0.5)
    if percent and high - low < 1:
        title = f"{title}, axis from {100 * low:.0f} to {100 * high:.0f} %"
    elif low > 0:
        title = f"{title}, axis from {low:g}"
    near = alt.selection_point(on="pointerover", nearest=True, fields=[x], empty=False, clear="pointerout")
    whole = alt.Undefined if x == "seconds" else 1
    across = alt.X(f"{x}:Q", title=x, axis=alt.Axis(tickMinStep=whole, format=",~f"))
    base = alt.Chart(curves).encode(
        x=across,
        y=alt.Y(
            f"{y}:Q", title=title, scale=alt.Scale(domain=[low, high]), axis=alt.Axis(format="%" if percent else "~g")
        ),
        color=alt.Color(
            "run:N",
            title=None,
            scale=series_scale(names, colours or colours_of(names)),
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


def axis_ends(values: Iterable[float], *, step: float, most: float = math.inf) -> tuple[float, float]:
    """Round ends of an axis for numbers of 0 and more, with a fifth of a step of room about what is drawn.

    An axis that does not begin at 0, or leaves out some of what could be, has to say so: what is close together looks
    far apart on it.

    Parameters
    ----------
    values : iterable of float
        What is drawn; numbers that are none are passed over.
    step : float
        Ends are multiples of it.
    most : float
        What no value exceeds.

    Returns
    -------
    low, high : float
        0 and ``most`` (or one step) where nothing is drawn.
    """
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return 0.0, min(most, step if math.isinf(most) else most)
    low = max(0, math.floor(min(known) / step - 0.2)) * step
    high = math.ceil(max(known) / step + 0.2) * step
    return round(low, 9), round(min(high, most), 9)


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
