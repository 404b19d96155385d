"""Question 1: a multi-layer perceptron on small pictures."""

import streamlit as st

from core import datasets
from core.specs import MLPSpec, RunSpec, SGDSpec
from pages.perceptron import handout as handout_perceptron
from pages.perceptron.defaults import HANDOUT
from pages.perceptron.network import network_view
from pages.shared.controls.places import settings_and_lesson
from pages.shared.controls.training import (
    batch_size_slider,
    handout_values_button,
    learning_rate_slider,
    length_controls,
    machine_settings,
    seed_field,
    with_judged_training,
)
from pages.shared.controls.widgets import number_slider
from pages.shared.frame.frame import frame
from pages.shared.frame.shown import run_of
from pages.shared.frame.tabs import tabs
from pages.shared.panels.code import code_view
from pages.shared.panels.compare import compare_view
from pages.shared.panels.gone import about_run
from pages.shared.panels.results import results_view
from pages.shared.panels.train_panel import run_panel

PAGE = "perceptron"

lab = frame(PAGE)
places = settings_and_lesson()

with places.first:
    learning_rate = learning_rate_slider(HANDOUT["learning_rate"])
length = length_controls(places, HANDOUT["n_epochs"])
with places.first:
    H = number_slider("H, units per hidden layer", "H", low=8, high=1024, step=8, default=HANDOUT["H"])
    n_classes = len(datasets.info(lab.data.dataset).class_names)
    st.caption(f"**{MLPSpec(H=H).n_parameters(n_classes):,}** parameters")
with places.more():
    momentum = number_slider(
        "Momentum", "momentum", low=0.0, high=0.99, step=0.01, default=HANDOUT["momentum"]
    )
    batch_size = batch_size_slider(HANDOUT["batch_size"])
    seed = seed_field()
    machine = machine_settings()

model = MLPSpec(H=H)
spec = RunSpec(
    data=lab.data,
    model=model,
    optimizer=SGDSpec(learning_rate=learning_rate, momentum=momentum),
    n_epochs=length.n_epochs,
    max_seconds=length.max_seconds,
    batch_size=batch_size,
    random_state=seed,
    **machine,
)
with places.more():
    spec = with_judged_training(spec)
    handout_values_button(HANDOUT)

run = run_of(PAGE)
with places.lesson:
    tabs(
        {
            "Learn": lambda: run_panel(lab, spec, page=PAGE),
            "Network": lambda: network_view(model, n_classes),
            "Results": about_run(run, results_view),
            "Code": about_run(run, lambda run: code_view(run, spec)),
            "Compare": lambda: compare_view(lab, PAGE),
            "Handout": lambda: handout_perceptron.handout(spec),
        }
    )
