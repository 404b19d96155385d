"""What the teacher asks: one of the lab's votes, or an own one."""

from collections.abc import Callable

import streamlit as st

from core.rooms.ballot import MOST_OPTIONS, Ballot
from core.rooms.codes import RoomError
from pages.room.bars import LETTERS
from pages.shared.words.markdown import sentence_of

OPINION = "none: it is an opinion"


def ask_form(ask: Callable[[Ballot], None]) -> None:
    """Own questions; ``ask`` begins the vote."""
    with (
        st.expander("Ask something of your own", icon=":material/edit:"),
        st.form("room_own", border=False, clear_on_submit=False),
    ):
        question = st.text_area("Question", key="room_question", max_chars=600, height=80)
        options = st.text_area(
            "Options, a line each", key="room_options_text", max_chars=MOST_OPTIONS * 200, height=130,
            help=f"From 2 to {MOST_OPTIONS}.",
        )  # fmt: skip
        right = st.radio("Right is", [OPINION, *LETTERS], key="room_right", horizontal=True)
        why = st.text_input("What is said when it is shown (optional)", key="room_why", max_chars=600)
        pressed = st.form_submit_button("Ask it", type="primary", icon=":material/how_to_vote:")
    if pressed:
        lines = tuple(line.strip() for line in options.splitlines() if line.strip())
        try:
            ask(Ballot(question.strip(), lines, None if right == OPINION else LETTERS.index(right), why.strip()))
        except (RoomError, ValueError) as error:
            st.error(sentence_of(error))
        else:
            st.rerun()
