"""Question 6: a fair race of optimizers, one step of one weight in numbers, and the landscape they walk on."""

import streamlit as st

from pages.optimizers import handout as handout_optimizers
from pages.optimizers.code import race_code_view
from pages.optimizers.controls import optimizers_controls
from pages.optimizers.landscape import landscape_view
from pages.optimizers.microscope import microscope_view
from pages.optimizers.plane import plane_view
from pages.optimizers.race import race_view, seeds_view, sweep_view, tab_of_link
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import open_tab

TABS = ["Race", "Each at its best", "Is it real?", "One step", "Landscape", "Loss plane", "Code", "Handout"]

lab = frame("optimizers")
if (linked := tab_of_link()) is not None:
    st.session_state["tab"] = linked
now, tab = open_tab(TABS)

with tab:
    if now == "Handout":
        handout_optimizers.handout(lab)
    else:
        controls, lesson = st.columns([1, 3.2], gap="medium")
        with controls:
            settings = optimizers_controls(lab)
        with lesson:
            if now == "Race":
                race_view(lab, settings)
            elif now == "Each at its best":
                sweep_view(lab, settings)
            elif now == "Is it real?":
                seeds_view(lab, settings)
            elif now == "One step":
                microscope_view(settings)
            elif now == "Landscape":
                landscape_view(settings)
            elif now == "Loss plane":
                plane_view(lab, settings)
            else:
                race_code_view(settings)
