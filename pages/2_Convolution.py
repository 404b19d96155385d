"""Question 2: convolution and pooling, one multiply-add at a time."""

import streamlit as st

from pages.convolution.practice import practice
from pages.convolution.watch import watch
from pages.shared.controls.widgets import complain_about_link
from pages.shared.frame.frame import frame

lab = frame("convolution")
VIEWS = {"Watch": lambda: watch(lab.data), "Do it yourself": practice}
first = next(iter(VIEWS))
complain_about_link("view", "The view", VIEWS.__contains__, " or ".join(VIEWS), first)
with st.container(horizontal=True, vertical_alignment="center"):
    view = st.segmented_control(
        "View", list(VIEWS), default=first, required=True, key="view", bind="query-params", label_visibility="collapsed"
    )
    st.markdown("A small window slides over the image: multiply, add up, write one number.", width="content")
VIEWS[view]()
