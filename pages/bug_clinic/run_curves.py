"""Loss and accuracy of a short run, or of its seeds, side by side."""

from collections.abc import Sequence

import streamlit as st

from core.exercises.band_chart import band_chart
from core.exercises.short_runs import Curves


def run_curves(runs: Sequence[Curves], alt: str) -> None:
    """Draw both; ``alt`` says of what, for who does not see it."""
    for place, what in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        chart = band_chart(runs, what)
        with place:
            if chart is None:
                st.caption(f"There is no {what} to draw: it is no number from the first epoch on.")
            else:
                st.altair_chart(chart, alt=f"Training and test {what} per epoch, {alt}")
