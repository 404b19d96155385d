"""Data: what goes in, before anything is learnt from it."""

import streamlit as st

from core import datasets
from pages.data.bring import data_bring
from pages.data.classes import data_classes
from pages.data.duplicates import data_duplicates
from pages.data.knobs import data_knobs
from pages.data.pictures import load_pictures, mosaic, one_picture
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import open_tab
from pages.shared.words.markdown import plain

TABS = ["Pictures", "One picture", "Classes", "Duplicates", "Easy or hard", "Add"]

lab = frame("data")
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
