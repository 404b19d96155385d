"""Lecture mode: the picture as large as the projector, the settings in a slim bar; one key, or ``present=1`` in a link.

The page stays the same page, larger: a zoom of everything, so that lines grow with letters; what a hall does not need
is put away, and the settings become a bar (``pages.shared.controls.places``).
"""

import streamlit as st

from pages.shared.components import component
from pages.shared.controls.settings import PRESENT, tell, told

KEY = "P"


def is_on() -> bool:
    """Whether this page is shown in Lecture mode."""
    return told(PRESENT) in ("1", "true")


def lecture_keys() -> None:
    """Listen to the keys; in Lecture mode also put away what a hall does not need."""
    on = is_on()
    component("lecture")(key="lecture", data={"on": on}, on_toggle_change=toggle)
    if on:
        st.html(_STYLE)


def lecture_button() -> None:
    """For who has no keyboard at hand; draw it where there is room."""
    word = "Leave" if is_on() else "Lecture mode"
    st.button(
        f"{word} ({KEY})", icon=":material/co_present:", key="lecture_button", on_click=toggle,
        help="Large letters and one large picture, for a projector. A clicker's keys go from part to part.",
    )  # fmt: skip


def toggle() -> None:
    """A callback: enter it or leave it, on every page."""
    tell({PRESENT: None if is_on() else "1"})


# Letters of 24 px and more at 1280 x 720, and as large a part of every other screen
_STYLE = """<style>
:root { --lecture: 1; --zoom: 1.45; }
@media (min-width: 1200px) { :root { --zoom: 1.8; } }
@media (min-width: 1500px) { :root { --zoom: 2.2; } }
@media (min-width: 1900px) { :root { --zoom: 2.7; } }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"] { display: none !important; }
[data-testid="stMain"] { zoom: var(--zoom); }
[data-testid="stMainBlockContainer"] { padding: 0.4rem 0.9rem 1rem; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.35rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.1rem; padding: 0; }
.st-key-lecture_head { flex-wrap: nowrap; }
.st-key-lecture_bar [data-testid="stSlider"] label { min-height: 0; margin-bottom: -0.4rem; }
.st-key-lecture_bar [data-testid="stSliderTickBar"] { display: none; }
.st-key-lecture_bar [data-testid="stCaptionContainer"] { display: none; }
</style>"""
