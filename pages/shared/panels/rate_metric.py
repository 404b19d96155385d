"""An accuracy as a large number: a percentage, or of few pictures a count with its interval below."""

import streamlit as st

from core.lab.rates import Rate
from pages.shared.words.language import say_of_core
from pages.shared.words.sealed import as_judged


def rate_metric(label: str, rate: Rate, *, help: str | None = None) -> None:
    """Draw it."""
    below = say_of_core(rate.interval_told) if rate.is_of_few else None
    st.metric(as_judged(label), say_of_core(rate.told()), below, delta_color="off", delta_arrow="off", help=help)
