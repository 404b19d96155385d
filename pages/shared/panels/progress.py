"""A person's answers to exercises, written down for Home."""

import streamlit as st

from core.lab import paths, progress
from core.lab.files import disk_sentence
from pages.shared.frame.person import person


def note_answer(family: str, task: str, *, is_right: bool, mistake: str = "") -> None:
    """Keep one answer (``core.lab.progress.note``); a disk that does not take it is said, and stops nobody."""
    try:
        progress.note(person(), family, task, is_right=is_right, mistake=mistake)
    except OSError as error:
        st.error(disk_sentence(error, paths.home()))
