"""The tabs of a page, of which only the open one is drawn."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.shared.controls.setting import one_of
from pages.shared.controls.settings import page, put, settle
from pages.shared.lessons import lesson
from pages.shared.words.language import say
from pages.shared.words.terms import words_line

TAB = "tab"  # a setting as any other, so that a link shows the same one


def tabs(views: Mapping[str, Callable[[], object]], *, first: str | None = None) -> None:
    """Draw the tabs, and in the open one its view, with the page's terms at its end.

    The others cost nothing until somebody opens them: a click on a tab runs the script again.

    Parameters
    ----------
    views : mapping of str to callable
        Titles, in their order, to what draws what is below.
    first : str, optional
        The tab that opens where neither the link nor the person has chosen one; by default the first.
    """
    titles = list(views)
    shown = {say(title): title for title in titles}  # Streamlit knows a tab by what stands on it, a link by its English
    usual = say(first or titles[0])
    settle(one_of(say("The tab"), TAB, list(shown), usual, shown.__getitem__, follows_default=False))
    places = dict(zip(titles, st.tabs(list(shown), key=TAB, on_change="rerun"), strict=True))
    title = next((title for title, place in places.items() if place.open), titles[0])
    with places[title]:
        views[title]()
        words_line(lesson(page()).words)


def go_to(title: str) -> None:
    """Open another tab at the next drawing; for callbacks."""
    put({TAB: say(title)})
