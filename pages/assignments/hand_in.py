"""Handing in: the one file to download, and the lab's own box."""

import datetime

import streamlit as st

from core.assignments import desk, submission
from core.lab.errors import ChalknetError
from pages.assignments.run_answer import chosen_run, runs_of
from pages.shared.frame.frame import Lab
from pages.shared.words.markdown import plain, sentence_of


def hand_in_view(lab: Lab, work: desk.Work, *, all_done: bool) -> None:
    """Draw it."""
    st.subheader("Hand in", anchor=False)
    if not all_done:
        st.markdown("Not everything is answered. What is open brings no points. You can hand in again later.")
    with st.container(horizontal=True):
        st.download_button(
            "Download the file", lambda: made(lab, work), file_name(work), "application/json", on_click="ignore",
            icon=":material/download:", key="assignment_download",
            help="One file with your answers, and your runs' settings, losses and scripts, for your course's page. A "
            "hash in it shows whether it was changed.",
        )  # fmt: skip
        st.button("Hand in here", icon=":material/send:", key="assignment_hand_in", type="primary", on_click=_hand_in,
                  args=(lab, work), help="Puts the file where the teacher of this lab finds it.")  # fmt: skip
    if work.handed_in is not None:
        when = datetime.datetime.fromtimestamp(work.handed_in)
        st.success(f"Handed in here at {when:%Y-%m-%d %H:%M:%S}. Handing in again replaces it.")


def made(lab: Lab, work: desk.Work) -> str:
    """The file's text, as things stand now."""
    every = runs_of(lab, work)
    chosen = {number: chosen_run(work, every, number) for number in every}
    runs = {number: own.run for number, own in chosen.items() if own is not None}
    return submission.make(work.assignment, work.student, work.answers, runs)


def file_name(work: desk.Work) -> str:
    """Of the download: the assignment's code and the student, in letters that every system takes."""
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in work.student).strip("-") or "student"
    return f"{work.assignment.code}_{name[:40]}{submission.SUFFIX}"


def _hand_in(lab: Lab, work: desk.Work) -> None:
    try:
        desk.hand_in(lab.person, work.assignment.code, made(lab, work))
    except ChalknetError as error:
        st.error(sentence_of(error))
    except OSError as error:
        st.error(plain(f"The file could not be made: {error.strerror or error}."))
