"""Question 5: what pretrained weights buy, measured here."""

from functools import partial

import streamlit as st

from pages.shared.controls.places import beside
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import tabs
from pages.transfer import handout as handout_transfer
from pages.transfer.batch_norm_trap import batch_norm_trap_view
from pages.transfer.code import transfer_code_view
from pages.transfer.controls import transfer_controls
from pages.transfer.few_labels import few_labels_view
from pages.transfer.inside import transfer_inside_view
from pages.transfer.strategies import strategies_view
from pages.transfer.weights import weights_view
from pages.transfer.your_picture import your_picture_view

lab = frame("transfer")
st.page_link(
    "pages/80_Data.py",
    label="Bring your own pictures on the page Data, tab Add: a zip with a few dozen of each class",
    icon=":material/upload:",
)
settings = partial(transfer_controls, lab)
tabs(
    {
        "Weights": lambda: weights_view(lab),
        "Strategies": beside(settings, lambda chosen: strategies_view(lab, chosen)),
        "How few labels?": beside(settings, lambda chosen: few_labels_view(lab, chosen)),
        "Batch-norm trap": beside(settings, lambda chosen: batch_norm_trap_view(lab, chosen)),
        "Your picture": lambda: your_picture_view(lab),
        "Inside": lambda: transfer_inside_view(lab),
        "Code": beside(settings, transfer_code_view),
        "Handout": handout_transfer.handout,
    }
)
