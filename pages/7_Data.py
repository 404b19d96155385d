"""Data: what goes in, before anything is learnt from it."""

import streamlit as st

from core import datasets
from pages.shared.data_bring import data_bring
from pages.shared.data_classes import data_classes
from pages.shared.data_duplicates import data_duplicates
from pages.shared.data_knobs import data_knobs
from pages.shared.data_pictures import load_pictures, mosaic, one_picture
from pages.shared.frame import frame
from pages.shared.tabs import open_tab
from pages.shared.wording import plain

TABS = ["Pictures", "One picture", "Classes", "Duplicates", "Easy or hard", "Add"]

lab = frame("Data", tagline="What goes in: look at it before a network does. The sidebar chooses the data set.")
info = datasets.info(lab.data.dataset)
now, tab = open_tab(TABS)

with tab:
    if now in ("Pictures", "One picture", "Classes", "Duplicates"):
        images = load_pictures(lab.data)
        st.caption(
            f"**{plain(info.title)}**, {info.n_train:,} to train and {info.n_test:,} to test, 32 x 32 pixels"
            + (f" (Question 5: {info.side} x {info.side})" if info.side > images.side else "")
            + f", {len(info.class_names)} classes. {plain(info.source)} {plain(info.licence)}"
        )
    if now == "Pictures":
        mosaic(images)
    elif now == "One picture":
        one_picture(images)
    elif now == "Classes":
        data_classes(images)
    elif now == "Duplicates":
        data_duplicates(lab, images)
    elif now == "Easy or hard":
        data_knobs()
    else:
        data_bring(lab)
