"""Question 3: a convolutional network; train it, open it, rewind it, save it."""

import streamlit as st

from pages.cnn import handout as handout_cnn
from pages.cnn.beside_perceptron import perceptron_beside
from pages.cnn.controls import cnn_controls
from pages.cnn.inside import inside_view
from pages.cnn.layer_table import layers_view
from pages.cnn.rewind import rewind_view
from pages.cnn.save import weights_view
from pages.cnn.train_or_eval import modes_view
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import open_tab
from pages.shared.panels.code import code_view
from pages.shared.panels.compare import compare_view
from pages.shared.panels.results import results_view
from pages.shared.panels.train_panel import run_panel, shown_run

PAGE = "cnn"
TABS = ["Learn", "Network", "Inside", "Rewind", "Results", "train or eval", "Save", "Code", "Compare", "Handout"]

lab = frame(PAGE)
now, tab = open_tab(TABS)

with tab:
    if now in ("Learn", "Network", "Code"):  # what the settings decide; their values stay in the address meanwhile
        controls, lesson = st.columns([1, 3.2], gap="medium")
        with controls:
            spec = cnn_controls(lab)
        with lesson:
            if now == "Learn":
                run_panel(lab, spec, page=PAGE)
            elif now == "Network":
                layers_view(spec)
            else:
                code_view(shown_run(PAGE), spec)
    elif now == "Inside":
        inside_view(shown_run(PAGE))
    elif now == "Rewind":
        rewind_view(lab, shown_run(PAGE), PAGE)
    elif now == "Results":
        run = shown_run(PAGE)
        results_view(run)
        perceptron_beside(lab, run)
    elif now == "train or eval":
        modes_view(shown_run(PAGE))
    elif now == "Save":
        weights_view(lab, shown_run(PAGE), PAGE)
    elif now == "Compare":
        compare_view(lab, PAGE)
    else:
        handout_cnn.handout()
