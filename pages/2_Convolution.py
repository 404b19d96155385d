"""Question 2: convolution and pooling, one multiply-add at a time."""

import streamlit as st

from pages.convolution.practice import practice
from pages.convolution.watch import watch
from pages.shared.controls.widgets import choice
from pages.shared.frame.frame import frame

lab = frame("convolution")
VIEWS = {"Watch": lambda: watch(lab.data), "Do it yourself": practice}
with st.container(horizontal=True, vertical_alignment="center"):
    view = choice("View", "view", options=list(VIEWS), default=next(iter(VIEWS)), hide_label=True)
    st.markdown("A small window slides over the image: multiply, add up, write one number.", width="content")
VIEWS[view]()
