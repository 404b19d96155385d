"""Settings that an assignment fixes while somebody works on it: no widget, link or button changes them.

Here they are only known; ``settings.py`` holds them fast, ``widgets.py`` disables or leaves out their widgets, and
``pages/shared/frame/working.py`` says what a person works on.
"""

from dataclasses import dataclass, field

import streamlit as st

from pages.shared.controls.setting import LAB

_KEY = "fixed_settings"


@dataclass(frozen=True)
class Fixed:
    """What is fixed.

    Attributes
    ----------
    page : str
        Key of the page whose settings these are; those of the lab (``LAB``) hold on every page.
    texts : dict of str to str
        Names of settings to what a link says of them.
    hidden : frozenset of str
        Those whose widgets are not shown.
    """

    page: str
    texts: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


def fix(what: Fixed | None) -> None:
    """From now on, in this session; None lets all of them go."""
    st.session_state[_KEY] = what


def text_of(page: str, name: str) -> str | None:
    """What a setting of a page is fixed at; None where it is free."""
    what: Fixed | None = st.session_state.get(_KEY)
    if what is None or (what.page != page and name not in LAB):
        return None
    return what.texts.get(name)


def is_hidden(page: str, name: str) -> bool:
    """Whether the widget of a fixed setting is not shown."""
    what: Fixed | None = st.session_state.get(_KEY)
    return what is not None and name in what.hidden and text_of(page, name) is not None
