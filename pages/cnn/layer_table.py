"""The CNN as a drawing and a table, both from the module itself: a changed width shows."""

from __future__ import annotations  # so that the layers, whose module needs torch, are named for the type checker alone

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.lab.words import shape
from core.specs import CNNSpec, RunSpec
from pages.shared.controls.training import n_classes
from pages.shared.pictures.small_table import small_table

if TYPE_CHECKING:
    from core.inside.inspection import Layer

# kind of layer: colour in the drawing, what it is for
_PURPOSE = {
    "Conv2d": (
        "#3d8fd1",
        "Slides its filters over all channels: one map per filter; the same weights at every position.",
    ),
    "BatchNorm2d": (
        "#7a8a86",
        "Brings each channel to mean 0 and standard deviation 1: in training over the batch, in eval() by its running "
        "mean and variance. Then scales and shifts it by numbers that are learnt.",
    ),
    "LeakyReLU": (
        "#7a8a86",
        "Keeps what is positive, and a hundredth of what is negative.",
    ),
    "MaxPool2d": (
        "#1f9e77",
        "Keeps the largest of each 2 x 2 window: a quarter of the numbers is left, and a small shift changes less.",
    ),
    "Dropout": (
        "#7a8a86",
        "In training, silences each input by chance and scales the others up, so that none is relied on alone.",
    ),
    "Linear": ("#d97a1a", "Weighs every input for every output."),
    "ReLU": ("#7a8a86", "Keeps what is positive."),
}

_SHORT = {"Conv2d": "Conv", "MaxPool2d": "Pool"}  # below a block


def layer_table(spec: RunSpec) -> None:
    """Drawing, sums, and the table of all layers."""
    from core.inside.inspection import layers  # needs torch, which the page opens without

    model = spec.model
    assert isinstance(model, CNNSpec), "this page's runs are of no other"
    table = layers(model, n_classes(spec.data.dataset))
    st.html(drawing(table))
    st.markdown(in_words(table))
    small_table(layer_rows(table), label="Layers, their shapes, parameters and multiply-adds")
    st.caption("A layer's name is Python's, which counts from 0: `conv_layer.0` is the first.")
    kinds = dict.fromkeys(row.kind for row in table)
    st.markdown("\n".join(f"- **{kind}**: {_PURPOSE[kind][1]}" for kind in kinds))


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


def drawing(table: list[Layer]) -> str:
    """A block a shape, as high as its maps and as thick as its channels. Only numbers and fixed words go into it."""
    blocks = [_block(table[0].shape_in, "picture", "", "#7a8a86")]
    for row in table:
        if row.kind in ("Conv2d", "MaxPool2d", "Linear"):
            count = f"{row.n_parameters:,}" if row.n_parameters else ""
            blocks.append(_block(row.shape_out, _SHORT.get(row.kind, row.kind), count, _PURPOSE[row.kind][0]))
    return (
        "<style>.cnn{display:flex;flex-wrap:wrap;gap:10px 6px;text-align:center;line-height:1.3;padding-bottom:6px}"
        ".cnn>div{flex:1 0 auto;min-width:54px;max-width:96px}.cnn .room{height:190px;display:flex;align-items:center;"
        "justify-content:center}.cnn .bar{border-radius:5px}.cnn b{display:block;font-size:1rem}"
        ".cnn span{display:block;font-size:.82rem;min-height:1.3em}"
        '</style><div class="cnn" role="group" aria-label="The network, from the picture to the classes">'
        f"{''.join(blocks)}</div>"
    )


def _block(sizes: tuple[int, ...], name: str, count: str, colour: str) -> str:
    """Maps are drawn by their side and channels, rows of units by their number."""
    side, depth = (sizes[1], sizes[0]) if len(sizes) == 3 else (0, sizes[0])
    high = 24 + 160 * (side / 32) if side else 24 + 160 * (depth / 4096) ** 0.35
    wide = min(52, 4 + 4.5 * depth**0.5) if side else 16
    maps = shape(side, side) if side else "units"
    return (
        f'<div><div class="room"><div class="bar" style="height:{high:.0f}px;width:{wide:.0f}px;background:{colour}">'
        f"</div></div><b>{depth:,}</b><span>{maps}</span><span>{name}</span><span>{count}</span></div>"
    )
