"""The tabs of a page, of which only the open one is drawn."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

TAB = "tab"  # in the session and in the URL, so that a link shows the same one

T = TypeVar("T")


def tabs(views: Mapping[str, Callable[[], object]], *, first: str | None = None) -> None:
    """Draw the tabs, and in the open one its view.

    The others cost nothing until somebody opens them: a click on a tab runs the script again.

    Parameters
    ----------
    views : mapping of str to callable
        Titles, in their order, to what draws what is below.
    first : str, optional
        The tab that opens where neither the link nor the person has chosen one; by default the first.
    """
    if first is not None and TAB not in st.session_state and TAB not in st.query_params:
        go_to(first)
    places = dict(zip(views, st.tabs(list(views), key=TAB, bind="query-params"), strict=True))
    title = next((title for title, place in places.items() if place.open), next(iter(views)))
    with places[title]:
        views[title]()


def go_to(title: str) -> None:
    """Open another tab at the next drawing; for callbacks."""
    st.session_state[TAB] = title


def beside(controls: Callable[[], T], view: Callable[[T], object]) -> Callable[[], None]:
    """A view with controls at its left: ``view`` is called with what ``controls`` returns."""

    def both() -> None:
        left, right = st.columns([1, 3.2], gap="medium")
        with left:
            chosen = controls()
        with right:
            view(chosen)

    return both
