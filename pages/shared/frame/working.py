"""The assignment that somebody works on: what it fixes on its page, and a line on every page that leads back to it."""

import streamlit as st

from core.assignments import working
from pages.shared.controls import fixed
from pages.shared.controls.settings import carried
from pages.shared.words.language import say
from pages.shared.words.markdown import plain

ASSIGNMENTS = "pages/72_Assignments.py"
_STAMP, _TITLE = "working_stamp", "working_title"


def take_up(person: str) -> None:
    """Let what the assignment fixes be fixed from here on; before any setting of the page is read."""
    now = working.stamp(person)
    if st.session_state.get(_STAMP) == now:
        return
    what, title = None, ""
    if now:
        # Most people work on none, and their pages need nothing of it
        from core.assignments import desk
        from core.assignments.locks import fixed_settings
        from core.assignments.variant import seed_of

        work = desk.current(person)
        if work is not None:
            one = work.assignment
            hidden = frozenset(setting.name for setting in one.settings if setting.state == "hidden")
            what = fixed.Fixed(one.page, fixed_settings(one, seed_of(one, work.student)), hidden)
            title = one.title
    fixed.fix(what)
    st.session_state[_STAMP], st.session_state[_TITLE] = now, title


def working_line() -> None:
    """Draw the line, where somebody works on one."""
    title = st.session_state.get(_TITLE, "")
    if title:
        st.page_link(
            ASSIGNMENTS, label=say("Assignment: {title}", title=plain(title)), icon=":material/assignment:",
            query_params=carried(),
        )  # fmt: skip
