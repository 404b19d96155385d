"""The tabs of a page, of which only the open one is drawn."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.shared.controls.settings import one_of, put, settle

TAB = "tab"  # a setting as any other, so that a link shows the same one


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
    titles = list(views)
    settle(one_of("The tab", TAB, titles, first or titles[0], follows_default=False))
    places = dict(zip(titles, st.tabs(titles, key=TAB, on_change="rerun"), strict=True))
    title = next((title for title, place in places.items() if place.open), titles[0])
    with places[title]:
        views[title]()


def go_to(title: str) -> None:
    """Open another tab at the next drawing; for callbacks."""
    put({TAB: title})
