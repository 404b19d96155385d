"""What a press asks for, and the sentence that says why it can't be done."""

from collections.abc import Callable

import streamlit as st

from core.lab.errors import ChalknetError
from pages.shared.words.markdown import sentence_of


def attempt(work: Callable[..., object], *arguments: object) -> bool:
    """Do it, from a button's callback or after a press; a button may have been drawn a while ago.

    Returns
    -------
    bool
        False where it can't be done; the error's sentence stands on the page.
    """
    try:
        work(*arguments)
    except (ChalknetError, OSError) as error:
        st.error(sentence_of(error))
        return False
    return True


def press(work: Callable[..., object], *arguments: object) -> None:
    """The same as a widget's callback, which answers nothing; the work comes first of its ``args``."""
    attempt(work, *arguments)
