"""A result that came by the address: taken or refused with a sentence, and out of the address again."""

import hashlib

import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import percent
from core.rooms.codes import read_code
from core.together import hand_in
from core.together.ticket import RESULT
from pages.shared.controls.settings import tell, told
from pages.shared.frame.room_bar import ROOM
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import as_judged

_TOLD = "room_handed"  # of the session: which result, whether it was kept, and what was said


def take_result() -> None:
    """Look into the address; what was said stays until somebody closes it, as the page is drawn again and again."""
    text = told(RESULT)
    if text is not None:
        tell({RESULT: None})
        which = hashlib.sha256(text.encode(errors="replace")).hexdigest()
        known = st.session_state.get(_TOLD)
        if known is None or known[:2] != (which, True):  # a slow browser sends the address that it had before again
            st.session_state[_TOLD] = (which, *_taken(text))
    if _TOLD in st.session_state:
        _, is_kept, said = st.session_state[_TOLD]
        (st.success if is_kept else st.error)(said, icon=":material/check:" if is_kept else ":material/error:")
        st.button("Close this", key="room_handed_close", on_click=lambda: st.session_state.pop(_TOLD, None))


def _taken(text: str) -> tuple[bool, str]:
    """Whether it was kept, and what there is to say."""
    try:
        code = read_code(told(ROOM) or "")
        name, result = hand_in.take(code, text)
    except ChalknetError as error:
        return False, f"Not handed in. {sentence_of(error)}"
    became = "diverged" if result.status == "diverged" else as_judged(f"test accuracy {percent(result.test_accuracy)}")
    curve = f" Of its losses one of every {result.spacing:,} came; the figures are of all." if result.is_thinned else ""
    return True, plain(
        f"Handed in to the room “{code}”: {name}, {became}. On the teacher's screen it counts as trained elsewhere."
        f"{curve} Nothing is left to do here."
    )
