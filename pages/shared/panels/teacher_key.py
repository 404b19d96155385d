"""The field for the teacher's key, on the pages where a teacher has a desk."""

from collections.abc import Callable

import streamlit as st

from core.lab import owners
from core.lab.errors import ChalknetError
from pages.shared.controls.attempt import attempt
from pages.shared.frame.frame import Lab
from pages.shared.words.markdown import sentence_of


def key_form(lab: Lab, where: str) -> None:
    """Ask for the key; ``where`` tells the forms of two pages apart."""
    st.markdown("**For the teacher.** The key stands on the console of the lab's server, where the lab was started.")
    with st.form(f"{where}_form", clear_on_submit=True, border=False, width=420):  # the key stays in no widget
        key = st.text_input("Teacher's key", type="password", key=f"{where}_key", max_chars=200, autocomplete="off")
        pressed = st.form_submit_button("Open the desk", icon=":material/key:")
    if pressed:
        try:
            lab.engine.teacher.admit(key, lab.person)
        except ChalknetError as error:
            st.error(sentence_of(error))
        else:
            st.rerun()
    st.caption(f"On the teacher's list you are `{owners.label(owners.owner_mark(lab.person))}`.")


def as_teacher(lab: Lab, work: Callable[[], object]) -> bool:
    """Do what only a teacher may, from a button's callback; False where it was refused, and why is said on the page.

    Asked anew at the press: a second tab may have left the desk since the button was drawn.
    """
    def as_one() -> None:
        lab.engine.teacher.must_be(lab.person)
        work()

    return attempt(as_one)
