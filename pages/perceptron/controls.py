"""The settings of Question 1 as widgets."""

import streamlit as st

from core.specs import MLPSpec, RunSpec, SGDSpec
from pages.perceptron.defaults import HANDOUT
from pages.shared.controls.places import Places
from pages.shared.controls.training import (
    batch_size_slider,
    handout_values_button,
    learning_rate_slider,
    length_controls,
    machine_settings,
    n_classes,
    seed_field,
    with_judged_training,
)
from pages.shared.controls.widgets import number_slider
from pages.shared.frame.frame import Lab
from pages.shared.words.glossary import definition
from pages.shared.words.language import say


def perceptron_controls(lab: Lab, places: Places) -> RunSpec:
    """Draw them; returns what they say."""
    with places.first:
        learning_rate = learning_rate_slider(HANDOUT["learning_rate"])
    length = length_controls(places, HANDOUT["n_epochs"])
    with places.first:
        H = number_slider(
            say("H, hidden units"), "H", low=8, high=1024, step=8, default=HANDOUT["H"], help=definition("hidden unit")
        )
        n_parameters = MLPSpec(H=H).n_parameters(n_classes(lab.data.dataset))
        st.caption(say("**{n:,}** parameters", n=n_parameters))
    with places.more():
        momentum = number_slider(
            say("Momentum"), "momentum", low=0.0, high=0.99, step=0.01, default=HANDOUT["momentum"],
            help=definition("momentum"),
        )  # fmt: skip
        batch_size = batch_size_slider(HANDOUT["batch_size"])
        seed = seed_field()
        spec = RunSpec(
            data=lab.data,
            model=MLPSpec(H=H),
            optimizer=SGDSpec(learning_rate=learning_rate, momentum=momentum),
            n_epochs=length.n_epochs,
            max_seconds=length.max_seconds,
            batch_size=batch_size,
            random_state=seed,
            **machine_settings(),
        )
        spec = with_judged_training(spec)
        handout_values_button(HANDOUT)
    return spec
