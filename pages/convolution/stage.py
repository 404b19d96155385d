"""Where the moving picture stands: as high up as it can, the settings around it slim."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared.controls import lecture


def picture_stage() -> DeltaGenerator:
    """The place of the picture and of what has to be read with it; on a phone it comes before the settings."""
    return st.container(key="convolution_stage")


def stage_style() -> None:
    """How the page is laid out around it: title and view on one line, folded settings at the end of the others."""
    st.html(_STYLE)
    st.html(_SLIM if lecture.is_on() else _TITLE)


_STYLE = """<style>
[data-testid="stMainBlockContainer"]:has(.st-key-convolution_stage) > [data-testid="stVerticalBlock"] { gap: 0.6rem; }
[data-testid="stMainBlockContainer"]:has(.st-key-convolution_stage) .st-key-lecture_head > :has(h1) {
  width: auto; flex: 0 1 auto;
}
.st-key-convolution_settings > :has(> .st-key-convolution_more) { flex: 1 1 7rem; width: auto; min-width: 0; }
.st-key-convolution_settings > :has(details[open]) { flex-basis: 100%; }
@media (max-width: 640px) {
  :has(> .st-key-convolution_stage) { order: -1; }
}
</style>"""
_TITLE = """<style>
[data-testid="stMainBlockContainer"]:has(.st-key-convolution_stage) h1 { padding: 0.2rem 0; font-size: 2rem; }
@media (max-width: 768px) {
  [data-testid="stMainBlockContainer"]:has(.st-key-convolution_stage) h1 { padding-top: 1.8rem; }
}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"]:has(.st-key-convolution_stage) h1 { font-size: 1.5rem; }
}
</style>"""
# In Lecture mode what is chosen names its setting, and the view needs no line of its own
_SLIM = """<style>
.st-key-convolution_settings label[data-testid="stWidgetLabel"] { display: none; }
[data-testid="stMainBlockContainer"]:has(.st-key-convolution_stage) > [data-testid="stVerticalBlock"] { gap: 0.2rem; }
</style>"""
