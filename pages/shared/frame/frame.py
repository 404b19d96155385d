"""The frame of every page: title, sidebar, engine, and who is sitting there."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.engine import Engine
from core.runs import usage
from core.specs import DataSpec, RunSpec
from pages.shared.controls import lecture, places
from pages.shared.controls.language import language_button, say_what_is_missing, speak_on
from pages.shared.controls.settings import arrive
from pages.shared.frame.collector import spare_the_collector
from pages.shared.frame.data_choice import betting_choice, data_choice
from pages.shared.frame.engine import engine
from pages.shared.frame.everybody import everybody_button
from pages.shared.frame.person import person, remember_person
from pages.shared.frame.room_bar import room_bar
from pages.shared.frame.working import ASSIGNMENTS, take_up, working_line
from pages.shared.lessons import LESSONS, lesson
from pages.shared.words.expected import runs_take, takes
from pages.shared.words.language import ENGLISH, language, say
from pages.shared.words.sealed import speak_of
from pages.shared.words.terms import TERMS_STYLE, markdown_with_terms

_ICON = Path(__file__).with_name("icon.png")  # from disk: Streamlit fetches its own icons over the network
_HERE_SECONDS = 60  # in a hall: how often an open page says so; who is long gone lets go of the workers


@dataclass(frozen=True)
class Lab:
    """What a page needs of the frame."""

    data: DataSpec
    person: str
    engine: Engine
    head: DeltaGenerator  # the line of the title, for what may stand beside it

    def run_takes(self, spec: RunSpec) -> str:
        """How long a run will take, as Markdown."""
        return takes(self.engine.forecast([spec], self.person, is_member=False))

    def runs_take(self, specs: Iterable[RunSpec], *, runs: str = "runs") -> str:
        """How long an experiment will take, with the number of its runs, as Markdown."""
        specs = list(specs)
        return runs_take(len(specs), self.engine.forecast(specs, self.person, is_member=True), runs=runs)

    def check_room(self) -> None:
        """Raise ``LimitError`` if this person's runs take more of the disk than one person may have."""
        if self.engine.limits.disk_mb is not None:
            self.engine.limits.check_disk(usage.bytes_of(self.person))


def frame(key: str) -> Lab:
    """Draw the frame; the first call of every page, so that a deep link gets it too, on a cold server as well.

    Parameters
    ----------
    key : str
        Of the page, in ``pages.shared.lessons``.
    """
    page = lesson(key)
    st.set_page_config(page_title=f"{page.title} · Chalknet", page_icon=str(_ICON), layout="wide")
    st.html(_STYLE + TERMS_STYLE)
    running = engine()
    who = person()
    running.presence.note(who)
    take_up(who)
    arrive(key)
    speak_on(page)
    if language() != ENGLISH:
        st.set_page_config(page_title=f"{say(page.title)} · Chalknet")
    entries = _entries()
    st.html(_navigation(entries))
    if running.limits.gone_minutes is not None:
        st.fragment(lambda: running.presence.note(who), run_every=_HERE_SECONDS)()
    if key != "room":
        room_bar(who)
    places.begin()
    data = data_choice()
    betting_choice()
    speak_of(data)
    lecture.lecture_keys(language(), entries)
    head = st.container(horizontal=True, vertical_alignment="center", key="lecture_head")
    with head:
        st.title(page.heading, anchor=False)
        everybody_button(running, who, page)
        if lecture.is_on():
            lecture.lecture_button()
    say_what_is_missing(page)
    if page.tagline and not lecture.is_on():
        markdown_with_terms(say(page.tagline), page.words)
    if page.file != ASSIGNMENTS:
        working_line()
    if not lecture.is_on():
        with st.sidebar:
            lecture.lecture_button()
            language_button()
    remember_person()
    spare_the_collector()
    return Lab(data, who, running, head)


def _entries() -> dict[str, str]:
    """What the sidebar's entries are called, where it is not what Streamlit makes of their files' names."""
    told = {"app": say("Home")} | {name: say(name) for name in _FILES}
    return {entry: name for entry, name in told.items() if name != entry}


def _navigation(entries: dict[str, str]) -> str:
    """Shows them; screen readers get them from the script of ``lecture_keys``."""
    rules = [
        f'[data-testid="stSidebarNavLink"] span[label="{entry}"] p {{ font-size: 0; }}'
        f'[data-testid="stSidebarNavLink"] span[label="{entry}"] p::after {{ content: "{name}"; font-size: 0.875rem; }}'
        for entry, name in entries.items()
    ]
    return f"<style>{''.join(rules)}</style>"


# The pages by their files, as the sidebar has them
_FILES = tuple(name.replace("_", " ") for page in LESSONS if (name := page.address))

# Streamlit leaves much room around a page; on a projector that is a curve's height
_STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding: 2.2rem 2.2rem 3rem; }
/* What only listens to keys takes no room, also while it is loaded */
[data-testid="stLayoutWrapper"]:has(> .st-key-lecture_keys) {
  position: absolute; width: 0; height: 0; overflow: hidden;
}
/* All pages stay in sight (showEntries in lecture.js) */
[data-testid="stSidebarNavViewButton"] { display: none; }
/* Nor does the room's bar, which has a place of its own */
[data-testid="stLayoutWrapper"]:has(> .st-key-room_bar) { position: absolute; width: 0; height: 0; }
/* Where the sidebar is folded by itself the title begins below Streamlit's bar */
@media (max-width: 768px) {
  [data-testid="stMainBlockContainer"]:not(:has(.st-key-convolution_stage)) { padding-top: 3.6rem; }
}
/* On a phone what happens comes before what can be set */
@media (max-width: 640px) {
  [data-testid="stColumn"]:has(.st-key-settings) { order: 1; }
  /* Code is wrapped: what scrolls sideways under a thumb takes the page with it, and keys can't reach it */
  :is([data-testid="stCode"], [data-testid="stMarkdownPre"]) :is(pre, code) {
    white-space: pre-wrap !important; overflow-wrap: anywhere; }
}
/* For contrast of 4.5 : 1: captions and code a little stronger, the chief button's text dark in the dark */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { color: inherit !important; }
[data-testid="stCaptionContainer"] { opacity: 0.82; }
[data-testid^="stBaseButton-primary"]:not(:disabled) p, [data-tag] * { color: light-dark(#ffffff, #0d1f18); }
[data-testid="stMarkdownContainer"] blockquote { opacity: 1; color: inherit; }
/* A pointed-at button stays bright: Streamlit darkens it until it looks disabled. What deletes is red */
[data-testid^="stBaseButton-primary"]:not(:disabled):hover {
  background: light-dark(#0d8266, #7fdcbb) !important; border-color: light-dark(#0d8266, #7fdcbb) !important; }
[class*="st-key-delete_"] button[data-testid^="stBaseButton-primary"] {
  background: light-dark(#b3261e, #ff8a80) !important; border-color: light-dark(#b3261e, #ff8a80) !important; }
[class*="st-key-delete_"] button[data-testid^="stBaseButton-primary"]:hover {
  background: light-dark(#c9372c, #ffaaa3) !important; }
[class*="st-key-ask_delete_"] button:not(:disabled) { color: light-dark(#b3261e, #ff8a80) !important;
  border-color: currentColor !important; }
/* Nothing is cut: labels, buttons, figures and links wrap instead */
.stMarkdownEllipsis, .stMarkdownEllipsis p, [data-testid="stMetricValue"], [data-testid="stMetricValue"] *,
[data-testid="stMetricDelta"] *, [data-testid="stPageLink"] *, [data-testid="stFileUploaderDropzone"] span {
  white-space: normal !important; overflow: visible !important; text-overflow: clip !important; }
code .token:is(.keyword, .class-name, .function, .builtin, .boolean) { color: light-dark(#1763b8, #6cb2f5) !important; }
code :is(.token.comment, .linenumber) { color: light-dark(#5b6470, #9fa9b3) !important; }
code .token:is(.string, .triple-quoted-string) { color: light-dark(#14703a, #5fcf93) !important; }
code .token:is(.number, .operator) { color: light-dark(#a34700, #f0a35e) !important; }
</style>"""
