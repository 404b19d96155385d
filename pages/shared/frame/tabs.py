"""The tabs of a page, of which only the open one is drawn."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def open_tab(names: Sequence[str]) -> tuple[str, DeltaGenerator]:
    """Draw the tabs; the open one's name and its place. It is in the URL, so a link shows the same one.

    The others cost nothing until somebody opens them: a click on a tab runs the script again.
    """
    tabs = dict(zip(names, st.tabs(names, key="tab", bind="query-params"), strict=True))
    return next(((name, tab) for name, tab in tabs.items() if tab.open), (names[0], tabs[names[0]]))
