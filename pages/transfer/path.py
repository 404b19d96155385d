"""Question 5 as a path: pictures, weights, compare, try yours; each step leads to the next."""

from typing import Literal

import streamlit as st

from core import datasets
from pages.shared.controls import lecture
from pages.shared.controls.settings import carried
from pages.shared.frame.frame import Lab
from pages.shared.frame.tabs import go_to
from pages.shared.words.markdown import plain
from pages.transfer.known import known_weights

WEIGHTS, STRATEGIES, LABELS, TRAP = "Weights", "Strategies", "How few labels?", "Batch-norm trap"
PICTURE, INSIDE = "Your picture", "Inside"
ButtonType = Literal["primary", "secondary", "tertiary"]


def path(lab: Lab) -> None:
    """The four steps in a row, above the tabs; the tabs beyond them are for who wants to know more."""
    if lecture.is_on():
        return
    info = datasets.info(lab.data.dataset)
    has_weights = bool(known_weights(lab))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="path"):
        st.page_link(
            "pages/80_Data.py", label=f"1. Pictures: {plain(info.title)}", icon=":material/check:", width="content",
            query_params={"tab": "Add", **carried()},
            help="Chosen in the sidebar. Bring your own on the page Data: a zip with a few dozen of each class.",
        )  # fmt: skip
        for number, (word, tab, is_done) in enumerate(
            (("Weights", WEIGHTS, has_weights), ("Compare", STRATEGIES, False), ("Try a picture", PICTURE, False)), 2
        ):
            icon = ":material/check:" if is_done else ":material/chevron_right:"
            step(f"{number}. {word}", tab, f"path_{number}", icon=icon, type="tertiary")


def step(
    word: str, tab: str, key: str, *, icon: str = ":material/arrow_forward:", type: ButtonType = "secondary"
) -> None:
    """A button that opens another step's tab."""
    st.button(word, key=key, icon=icon, type=type, on_click=go_to, args=(tab,), width="content")
