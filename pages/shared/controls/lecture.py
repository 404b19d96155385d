"""Lecture mode: the picture as large as the projector, the settings in a slim bar; one key, or ``present=1`` in a link.

The page stays the same page, larger: a zoom of everything, so that lines grow with letters; what a hall does not need
is put away, and the settings become a bar (``pages.shared.controls.places``).
"""

from collections.abc import Mapping

import streamlit as st

from pages.shared.components import component
from pages.shared.controls.complaints import complain
from pages.shared.controls.setting import PRESENT
from pages.shared.controls.settings import tell, told
from pages.shared.words.language import say
from pages.shared.words.markdown import quoted

KEY = "P"
_TOPS = "lecture_tops"  # of the session: how often the page was to be seen from its top


def is_on() -> bool:
    """Whether this page is shown in Lecture mode."""
    return told(PRESENT) in ("1", "true")


def lecture_keys(language: str, entries: Mapping[str, str]) -> None:
    """Listen to the keys; in Lecture mode also put away what a hall does not need.

    The browser is told the page's language by the way, and what the sidebar's entries are called (``entries``: by what
    Streamlit calls them), for screen readers.
    """
    on, asked = is_on(), told(PRESENT)
    if asked is not None and not on:
        shown = quoted(asked[:40])
        complain(say("Lecture mode in the link is {shown}; allowed is 1. It is off now.", shown=shown))
    with st.container(key="lecture_keys"):
        data = {"on": on, "lang": language, "entries": dict(entries), "tops": st.session_state.get(_TOPS, 0)}
        draw = component("lecture", scripts=["history.js", "tabs.js", "lecture.js"])
        draw(key="lecture", data=data, on_toggle_change=toggle)
    if on:
        st.html(_STYLE)


def lecture_button() -> None:
    """For who has no keyboard at hand; draw it where there is room."""
    word = say("Leave") if is_on() else say("Lecture mode")
    st.button(
        f"{word} ({KEY})", icon=":material/co_present:", key="lecture_button", on_click=toggle,
        help=say("Large letters and one large picture, for a projector. A clicker's keys go from part to part."),
        type="tertiary" if is_on() else "secondary",
    )  # fmt: skip


def toggle() -> None:
    """A callback: enter it or leave it, on every page."""
    tell({PRESENT: None if is_on() else "1"})


def to_the_top() -> None:
    """Show the page from its top, where something has begun; called by a callback of a press further down."""
    st.session_state[_TOPS] = st.session_state.get(_TOPS, 0) + 1


# Letters of 24 px and more at 1280 x 720, and as large a part of every other screen
_STYLE = """<style>
:root { --lecture: 1; --zoom: 1.45; }
@media (min-width: 1200px) { :root { --zoom: 1.8; } }
@media (min-width: 1500px) { :root { --zoom: 2.2; } }
@media (min-width: 1900px) { :root { --zoom: 2.7; } }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"] { display: none !important; }
/* Its height is that of the screen before the zoom: what is below could not be scrolled to */
[data-testid="stMain"] { zoom: var(--zoom); height: calc(100dvh / var(--zoom)); }
[data-testid="stMain"]:focus-visible, [role="tabpanel"]:focus-visible { outline: none; box-shadow: none; }
[data-testid="stMainBlockContainer"] { padding: 0.3rem 0.9rem 1rem; }
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] { gap: 0.35rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.1rem; padding: 0; }
[data-testid="stTabs"] [data-baseweb="tab-panel"] { padding-top: 0.4rem; }
[data-testid="stMain"] .came-out p { font-size: 1.1rem; }
[data-testid="stMain"] .came-out p.rests { display: none; }
/* Streamlit measures a chart's place on the screen and draws it so wide, before the zoom: that would be too wide */
[data-testid="stFullScreenFrame"]:has([data-testid="stVegaLiteChart"]) { width: calc(100% / var(--zoom)) !important; }
/* The landscape has settings of its own, in a row like the bar */
[data-testid="stTabPanel"]:has(.st-key-landscape_settings) .st-key-lecture_bar { display: none; }
[data-testid="stMainBlockContainer"] code { font-size: 0.95em !important; }
.st-key-lecture_head, .st-key-lecture_bar, .st-key-lecture_first { flex-wrap: nowrap; min-width: 0; }
.st-key-lecture_head button { min-height: 0; padding: 0 0.3rem; }
/* Where there are parts, their names say where one is; the button stands at the end of their line */
[data-testid="stMainBlockContainer"]:has([data-testid="stTabs"]) .st-key-lecture_head {
  position: absolute; right: 0.9rem; top: 0.5rem; width: auto; z-index: 9;
}
[data-testid="stMainBlockContainer"]:has([data-testid="stTabs"]) h1 {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
[data-testid="stMainBlockContainer"]:has([data-testid="stTabs"]) .st-key-lecture_head p { font-size: 0; }
.st-key-lecture_bar > :has(> .st-key-lecture_first) { flex: 1 1 0; min-width: 0; }
.st-key-lecture_bar > :has(> .st-key-lecture_more) { flex: 0 0 6.2rem; }
.st-key-lecture_bar > :has(> .st-key-lecture_buttons) { flex: none; width: auto; }
.st-key-lecture_first > * { min-width: 0 !important; flex: 1 1 0 !important; }
.st-key-lecture_first > :has(> [data-testid="stMarkdown"] [data-testid="stCaptionContainer"]) { display: none; }
.st-key-lecture_bar [data-testid="stSlider"] { display: flex; align-items: center; gap: 0.7rem; }
.st-key-lecture_bar [data-testid="stSlider"] > label { flex: 0 1 auto; max-width: 62%; margin: 0; min-height: 0; }
.st-key-lecture_bar [data-testid="stSlider"] > label p { line-height: 1.1; word-break: normal; overflow-wrap: normal; }
.st-key-lecture_bar [data-testid="stSlider"] > div { flex: 1 1 5rem; padding-top: 0.9rem; }
.st-key-lecture_bar [data-testid="stSlider"] > label [data-testid="stTooltipIcon"] { display: none; }
.st-key-lecture_bar [data-testid="stSliderTickBar"] { display: none; }
.st-key-lecture_buttons [data-testid="stMarkdown"] { display: none; }
.st-key-lecture_more { position: relative; height: 2.5rem; }
.st-key-lecture_more details[open] {
  position: absolute; right: 0; top: 0; width: 22rem; max-height: calc(80vh / var(--zoom)); overflow-y: auto;
  z-index: 99; background: light-dark(#ffffff, #14201c);
}
</style>"""
