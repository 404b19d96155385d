"""The settings of Question 3 as widgets."""

import streamlit as st

from core.specs import AdamSpec, CNNSpec, RunSpec
from pages.cnn.defaults import HANDOUT
from pages.shared.controls.places import Places
from pages.shared.controls.training import (
    Length,
    batch_size_slider,
    handout_values_button,
    learning_rate_slider,
    length_controls,
    machine_settings,
    n_classes,
    seed_field,
    with_judged_training,
)
from pages.shared.controls.widgets import number_slider, switch
from pages.shared.frame.frame import Lab
from pages.shared.words.glossary import definition


def cnn_controls(lab: Lab, places: Places) -> RunSpec:
    """Draw them; returns what they say."""
    with places.first:
        learning_rate = learning_rate_slider(HANDOUT["learning_rate"])
    length = length_controls(places, HANDOUT["n_epochs"])
    with places.first:
        channels1 = _filters("1 and 2", "channels1")
    with places.more():
        return _more(lab, learning_rate, length, channels1)


def _filters(which: str, key: str) -> int:
    return number_slider(f"Filters, convolutions {which}", key, low=4, high=128, step=4, default=HANDOUT[key])


def _more(lab: Lab, learning_rate: float, length: Length, channels1: int) -> RunSpec:
    """What is folded; returns what all of them say."""
    channels2 = _filters("3 and 4", "channels2")
    batch_norm = switch(
        "Batch norm",
        "batch_norm",
        default=HANDOUT["batch_norm"],
        help=f"BatchNorm2d behind each convolution. {definition('batch normalization')}",
    )
    model = CNNSpec(channels1=channels1, channels2=channels2, batch_norm=batch_norm)
    st.caption(f"**{model.n_parameters(n_classes(lab.data.dataset)):,}** parameters")
    dropout = number_slider(
        "Dropout", "dropout", low=0.0, high=0.9, step=0.05, default=HANDOUT["dropout"],
        help=definition("dropout"),
    )  # fmt: skip
    batch_size = batch_size_slider(HANDOUT["batch_size"])
    seed = seed_field()
    machine = machine_settings()
    spec = RunSpec(
        data=lab.data,
        model=model.model_copy(update={"dropout": dropout}),
        optimizer=AdamSpec(learning_rate=learning_rate),
        n_epochs=length.n_epochs,
        max_seconds=length.max_seconds,
        batch_size=batch_size,
        random_state=seed,
        **machine,
    )
    spec = with_judged_training(spec)
    handout_values_button(HANDOUT)
    return spec
