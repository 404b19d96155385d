"""Parallel coordinates: each run a line through its settings to its test accuracy."""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

MOST_RUNS = 300  # lines; more of them are a carpet
MOST_AXES = 7
_ACCURACY = "test accuracy"
_FLOOR = 0.15
_LOGARITHMIC = ("optimizer.learning_rate", "batch_size", "model.H", "data.n_train", "model.channels1")
_NO_SETTINGS = ("n_threads", "threads_of_epochs", "device", "data.n_test", "data.random_state")  # what no lesson turns


def telling_settings(table: pd.DataFrame) -> list[str]:
    """The settings (columns of ``core.runs.table``) in which the runs differ, those with most values first."""
    known = [
        name
        for name in table.columns
        if ("." in name or name in ("n_epochs", "batch_size", "random_state", "precision", "max_seconds"))
        and name not in _NO_SETTINGS
    ]
    counts = {name: table[name].nunique(dropna=True) + int(table[name].isna().any()) for name in known}
    telling = sorted((name for name in known if counts[name] > 1), key=lambda name: -counts[name])
    return telling[:MOST_AXES]


def parallel(table: pd.DataFrame, names: Mapping[str, str]) -> alt.LayerChart | alt.FacetChart:
    """Draw it.

    Parameters
    ----------
    table : DataFrame
        Rows of ``core.runs.table`` with an accuracy, and with the column ``label``.
    names : mapping of str to str
        The settings to draw, and what people call them.
    """
    axes = [*names.values(), _ACCURACY]
    parts, ticks = [], []
    for column, title in [*names.items(), ("test_accuracy", _ACCURACY)]:
        heights, marks = _axis(table[column], logarithmic=column in _LOGARITHMIC)
        parts.append(
            pd.DataFrame(
                {"run": table["label"], "axis": title, "height": heights, "accuracy": table["test_accuracy"]}
            )
        )
        ticks += [{"axis": title, "height": height, "text": text} for height, text in marks]
    lines = pd.concat(parts).dropna()
    pointed = alt.selection_point(on="pointerover", fields=["run"], nearest=True, empty=False, clear="pointerout")
    across = alt.Axis(orient="top", labelAngle=0, labelFontSize=13, domain=False)
    x = alt.X("axis:N", sort=axes, title=None, axis=across)
    base = alt.Chart(lines).encode(x=x, y=alt.Y("height:Q", axis=None, scale=alt.Scale(domain=[-0.04, 1.04])))
    drawn = base.mark_line(interpolate="monotone").encode(
        detail="run:N",
        color=alt.Color(
            "accuracy:Q",
            title=_ACCURACY,
            scale=alt.Scale(range=["#c06fa8", "#d97a1a", "#1f9e77"]),
            legend=alt.Legend(format=".0%", orient="right"),
        ),
        opacity=alt.condition(pointed, alt.value(1), alt.value(0.75)),
        strokeWidth=alt.condition(pointed, alt.value(5), alt.value(1.8)),
    )
    near = base.mark_point(size=160, opacity=0).encode(
        tooltip=[alt.Tooltip("run:N"), alt.Tooltip("accuracy:Q", format=".1%", title=_ACCURACY)]
    )
    words = alt.Chart(pd.DataFrame(ticks)).mark_text(align="left", dx=7, fontSize=12, color="#7a8a86").encode(
        x=x, y="height:Q", text="text:N"
    )
    rules = alt.Chart(pd.DataFrame({"axis": axes})).mark_rule(color="#7a8a86", opacity=0.6).encode(x=x)
    return alt.layer(rules, drawn, near.add_params(pointed), words).properties(height=460)


def _axis(values: pd.Series, *, logarithmic: bool) -> tuple[np.ndarray, list[tuple[float, str]]]:
    """Height of each run on an axis, from 0 to 1, and the texts beside it."""
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if is_number and values.nunique() > 1:
        numbers = values.to_numpy(np.float64)
        there = np.isfinite(numbers)
        scaled = np.log(numbers) if logarithmic and (numbers[there] > 0).all() else numbers
        low, high = scaled[there].min(), scaled[there].max()
        floor = 0.0 if there.all() else _FLOOR  # below it: the runs that have no such setting
        heights = np.where(there, floor + (1 - floor) * (scaled - low) / (high - low), 0.0)
        told = {round(float(h), 3): n for h, n in sorted(zip(heights[there], numbers[there], strict=True))}
        if len(told) > 8:  # the ends are enough
            told = {min(told): told[min(told)], max(told): told[max(told)]}
        form = "{:.0%}" if values.name == "test_accuracy" else "{:g}"
        none = [] if there.all() else [(0.0, "none")]
        return heights, none + [(height, form.format(number)) for height, number in told.items()]
    words = values.map(lambda v: "none" if pd.isna(v) else f"{v:g}" if isinstance(v, float) else str(v))
    order = sorted(words.unique())
    places = {word: i / max(1, len(order) - 1) for i, word in enumerate(order)}
    return words.map(places).to_numpy(np.float64), [(h, w[:18]) for w, h in places.items()]
