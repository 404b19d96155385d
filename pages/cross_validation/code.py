"""The receipts of Question 4: short scripts of torch, skorch and scikit-learn."""

import streamlit as st

from core import receipts
from core.specs.folds import LeakSpec
from pages.cross_validation.controls import fold_controls, network_controls
from pages.cross_validation.fewer_lines import fewer_controls
from pages.cross_validation.leak import copies_slider, leak_network_controls
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import Lab
from pages.shared.panels.code import pictures_button

_PARTS = {"(a) fit": "holdout", "(b) K folds": "folds", "single splits": "random", "leak": "folds"}


def code_tab(lab: Lab) -> None:
    """The script of the present settings, to read and to download."""
    controls, lesson = st.columns([1, 3.2], gap="medium")
    with controls:
        part = choice("Part", "part", options=list(_PARTS), default="(b) K folds")
        if part == "(a) fit":
            spec = fewer_controls(lab)
        elif part == "leak":
            leak = LeakSpec(share=copies_slider(lab) / 100)
            spec = leak_network_controls(lab).model_copy(update=fold_controls() | {"leak": leak})
        else:
            spec = network_controls(lab).model_copy(update=fold_controls() | {"split": _PARTS[part]})
    script = receipts.script(spec)
    with lesson:
        st.write(
            "These settings as a complete script of torch, skorch and scikit-learn: it gives the page's scores. Python "
            "counts from 0: its fold 0 is the page's fold 1."
        )
        with st.container(horizontal=True):
            st.download_button(
                "Script (.py)", script, "chalknet_skorch.py", "text/x-python", icon=":material/download:"
            )
            pictures_button(spec.data)
        st.code(script, language="python", line_numbers=True, wrap_lines=True)
