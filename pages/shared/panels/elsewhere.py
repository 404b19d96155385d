"""A network that was trained elsewhere: nothing is said of it that nobody here knows."""

import streamlit as st

from core.runs import Run
from pages.shared.words.language import say
from pages.shared.words.markdown import plain


def trained_elsewhere(run: Run, then: str) -> None:
    """Where a run of this lab would have curves, or a script."""
    file_name = plain(run.restored_from or "")
    said = say("This network was **trained elsewhere**: its weights came from the file {name}.", name=file_name)
    st.info(f"{said} {then}", icon=":material/input:")
