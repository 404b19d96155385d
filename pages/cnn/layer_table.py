"""The CNN as a drawing and a table, both from the module itself: a changed width shows."""

from __future__ import annotations  # so that the layers, whose module needs torch, are named for the type checker alone

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.lab.words import shape
from core.runs import Run
from core.specs import CNNSpec, RunSpec
from pages.cnn.network_drawing import network_drawing
from pages.shared.controls.training import n_classes
from pages.shared.panels.on_its_way import on_its_way
from pages.shared.pictures.small_table import small_table

if TYPE_CHECKING:
    from core.inside.inspection import Layer

# kind of layer: what it is for
_PURPOSE = {
    "Conv2d": "Slides its filters over all channels: one map per filter; the same weights at every position.",
    "BatchNorm2d": (
        "Brings each channel to mean 0 and standard deviation 1: in training over the batch, in eval() by its running "
        "mean and variance. Then scales and shifts it by numbers that are learnt."
    ),
    "LeakyReLU": "Keeps what is positive, and a hundredth of what is negative.",
    "MaxPool2d": "Keeps the largest of each 2 x 2 window: a quarter of the numbers is left, "
    "and a small shift changes less.",
    "Dropout": "In training, silences each input by chance and scales the others up, so that none is relied on alone.",
    "Linear": "Weighs every input for every output.",
    "ReLU": "Keeps what is positive.",
}


def layer_table(run: Run | None, spec: RunSpec) -> None:
    """Drawing with a picture on its way through it, sums, and the table of all layers."""
    from core.inside.inspection import layers  # needs torch, which the page opens without

    model = spec.model
    assert isinstance(model, CNNSpec), "this page's runs are of no other"
    table = layers(model, n_classes(spec.data.dataset))
    on_its_way(spec, run, lambda look: network_drawing(table, look))
    first = "A" if run else "Once a network is trained, a"
    st.caption(
        "**Height**: pixels per side of a map, or units. **Width**: channels. Blue frames are convolutions, green ones "
        f"pooling, orange ones fully connected. {first} click on a layer opens it on **Inside**."
    )
    st.markdown(in_words(table))
    small_table(layer_rows(table), label="Layers, their shapes, parameters and multiply-adds")
    st.caption("A layer's name is Python's, which counts from 0: `conv_layer.0` is the first.")
    kinds = dict.fromkeys(row.kind for row in table)
    st.markdown("\n".join(f"- **{kind}**: {_PURPOSE[kind]}" for kind in kinds))


def in_words(table: list[Layer]) -> str:
    """Where the parameters sit, and where the work is done; as Markdown."""
    parameters, work = totals(table)
    heaviest = max(table, key=lambda row: row.n_parameters)
    convolutions = [row for row in table if row.kind == "Conv2d"]
    return (
        f"**{parameters:,}** parameters, **{work / 1e6:,.1f} million** multiply-adds per picture. The four "
        f"convolutions have {sum(row.n_parameters for row in convolutions) / parameters:.1%} of the parameters and do "
        f"{sum(row.n_multiply_adds for row in convolutions) / work:.0%} of the work; `{heaviest.name}` alone has "
        f"{heaviest.n_parameters / parameters:.0%} of the parameters."
    )


def totals(table: list[Layer]) -> tuple[int, int]:
    """Parameters and multiply-adds of all layers."""
    return sum(row.n_parameters for row in table), sum(row.n_multiply_adds for row in table)


def layer_rows(table: list[Layer]) -> pd.DataFrame:
    """A row for each layer, and one for all of them."""
    parameters, work = totals(table)
    return pd.DataFrame(
        {
            "layer": [row.name for row in table] + ["total"],
            "kind": [row.kind for row in table] + [""],
            "in": [shape(*row.shape_in) for row in table] + [""],
            "out": [shape(*row.shape_out) for row in table] + [""],
            "parameters": [row.n_parameters for row in table] + [parameters],
            "multiply-adds": [row.n_multiply_adds for row in table] + [work],
        }
    )
