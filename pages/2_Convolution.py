"""Question 2: convolution and pooling, one multiply-add at a time."""

import streamlit as st

from pages.convolution.practice import practice
from pages.convolution.watch import watch
from pages.shared.controls.widgets import complain_about_link
from pages.shared.frame.frame import frame

VIEWS = ["Watch", "Do it yourself"]

lab = frame("convolution")
complain_about_link("view", "The view", VIEWS.__contains__, "Watch or Do it yourself", VIEWS[0])
with st.container(horizontal=True, vertical_alignment="center"):
    view = st.segmented_control(
        "View", VIEWS, default=VIEWS[0], required=True, key="view", bind="query-params", label_visibility="collapsed"
    )
    st.markdown("A small window slides over the image: multiply, add up, write one number.", width="content")
if view == VIEWS[0]:
    watch(lab.data)
else:
    practice()
