"""A finding as a person looks at it: its sentence, its table, its line, its bars or its pictures."""

import math

import altair as alt
import pandas as pd
import streamlit as st

from core.charts.legend import colours_of, series_scale
from core.clinic.finding import Finding
from pages.shared.pictures.small_table import small_table
from pages.shared.pictures.strips import picture_strip
from pages.shared.words.markdown import plain


def finding_picture(found: Finding) -> None:
    """Draw it."""
    st.markdown(plain(found.said))
    if found.table:
        small_table(found.table, label=found.said)
    if found.series:
        _lines(found)
    if found.bars:
        _bars(found)
    if found.pictures is not None:
        picture_strip(found.pictures, found.captions, size=64)


def _lines(found: Finding) -> None:
    x, y = found.axis
    rows = [
        {x: step, y: value, "of": name}
        for name, values in found.series.items()
        for step, value in enumerate(values, 1)
        if math.isfinite(value)
    ]
    n_gone = sum(not math.isfinite(value) for values in found.series.values() for value in values)
    if rows:
        chart = alt.Chart(pd.DataFrame(rows)).mark_line(color="#1f9e77", strokeWidth=2.5)
        drawn = chart.encode(x=alt.X(f"{x}:Q"), y=alt.Y(f"{y}:Q", scale=alt.Scale(zero=True))).properties(height=190)
        st.altair_chart(drawn, alt=f"{y} against {x}: {found.said}")
    if n_gone:
        st.caption(f"At {n_gone} of {len(rows) + n_gone} steps the {y} is no number.")


def _bars(found: Finding) -> None:
    rows = [
        {"class": name, "share": value, "of": kind}
        for kind, values in found.bars.items()
        for name, value in zip(found.captions, values, strict=True)
    ]
    chart = alt.Chart(pd.DataFrame(rows)).mark_bar()
    drawn = chart.encode(
        x=alt.X("class:N", sort=found.captions, title=None),
        xOffset=alt.XOffset("of:N", sort=list(found.bars)),
        y=alt.Y("share:Q", axis=alt.Axis(format="%"), title="share of the test pictures"),
        color=alt.Color("of:N", scale=series_scale(found.bars, colours_of(found.bars)), title=None,
                        legend=alt.Legend(orient="top")),
        tooltip=["class:N", "of:N", alt.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip
    st.altair_chart(drawn.properties(height=220), alt=f"Predicted classes and labels: {found.said}")
