"""Question 5: what pretrained weights buy, measured here."""

import streamlit as st

from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import open_tab
from pages.transfer import handout as handout_transfer
from pages.transfer.code import transfer_code_view
from pages.transfer.controls import transfer_controls
from pages.transfer.inside import transfer_inside_view
from pages.transfer.picture import your_picture_view
from pages.transfer.strategies import labels_view, strategies_view, trap_view
from pages.transfer.weights import weights_view

TABS = ["Weights", "Strategies", "How few labels?", "Batch-norm trap", "Your picture", "Inside", "Code", "Handout"]

lab = frame("transfer")
st.page_link(
    "pages/80_Data.py",
    label="Bring your own pictures on the page Data, tab Add: a zip with a few dozen of each class",
    icon=":material/upload:",
)
now, tab = open_tab(TABS)

with tab:
    if now in ("Strategies", "How few labels?", "Batch-norm trap", "Code"):
        controls, lesson = st.columns([1, 3.2], gap="medium")
        with controls:
            settings = transfer_controls(lab)
        with lesson:
            if now == "Strategies":
                strategies_view(lab, settings)
            elif now == "How few labels?":
                labels_view(lab, settings)
            elif now == "Batch-norm trap":
                trap_view(lab, settings)
            else:
                transfer_code_view(settings)
    elif now == "Weights":
        weights_view(lab)
    elif now == "Your picture":
        your_picture_view(lab)
    elif now == "Inside":
        transfer_inside_view(lab)
    else:
        handout_transfer.handout()
