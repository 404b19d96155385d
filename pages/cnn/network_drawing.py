"""The CNN as a drawing: a block a shape, and inside it what its layer answers to a picture; a click opens it."""

from __future__ import annotations  # so that what needs torch is named for the type checker alone

import html
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.lab.words import shape
from pages.cnn.inside import LOOK, MAPS
from pages.shared.components import component
from pages.shared.controls.settings import put
from pages.shared.frame.tabs import go_to
from pages.shared.pictures.answers import maps_in, units_in
from pages.shared.pictures.strips import data_url

if TYPE_CHECKING:
    from core.inside.inspection import Layer
    from core.inside.look_through import Look

_COMPONENT = Path(__file__).parent / "components" / "network_drawing"
_KEY, _HAS_OPENED = "network_drawing", "network_layer_opened"
_COLOURS = {"Conv2d": "#3d8fd1", "MaxPool2d": "#1f9e77", "Linear": "#d97a1a"}  # of the kinds that have a block
_SHORT = {"Conv2d": "Conv", "MaxPool2d": "Pool"}


def network_drawing(table: list[Layer], look: Look | None) -> None:
    """Draw it; without ``look`` the blocks are empty."""
    draw = component(_COMPONENT, common=["in_lecture.js"])
    draw(key=_KEY, data={"drawing": drawing(table, look)}, on_layer_change=_opened)
    if st.session_state.pop(_HAS_OPENED, False):
        st.rerun()  # the whole page: this is drawn in a fragment, which has no tabs


def _opened() -> None:
    """A callback: the layer that was clicked, on Inside."""
    if layer := st.session_state[_KEY].layer:
        put({LOOK: MAPS, "layer": layer})
        go_to("Inside")
        st.session_state[_HAS_OPENED] = True


def drawing(table: list[Layer], look: Look | None = None) -> str:
    """A block a shape, as high as its maps and as wide as its channels. Only numbers and fixed words go into it."""
    picture = None if look is None else f'<img class="picture" src="{data_url(look.picture)}" alt="the picture">'
    blocks = [_block(table[0].shape_in, "picture", "", "#7a8a86", inside=picture)]
    for row in table:
        if row.kind in _COLOURS:
            count = f"{row.n_parameters:,}" if row.n_parameters else ""
            answer = None if look is None else look.answers[row.name]
            layer = row.name if len(row.shape_out) == 3 else ""
            name = _SHORT.get(row.kind, row.kind)
            blocks.append(_block(row.shape_out, name, count, _COLOURS[row.kind], answer=answer, layer=layer))
    said = "The network, from the picture to the classes"
    return f'<div class="cnn" role="group" aria-label="{said}">{"".join(blocks)}</div>'


def _block(
    sizes: tuple[int, ...],
    name: str,
    count: str,
    colour: str,
    *,
    answer: np.ndarray | None = None,
    inside: str | None = None,
    layer: str = "",
) -> str:
    """Maps are drawn by their side and channels, rows of units by their number."""
    side, depth = (sizes[1], sizes[0]) if len(sizes) == 3 else (0, sizes[0])
    high = 24 + 160 * (side / 32) if side else 24 + 160 * (depth / 4096) ** 0.35
    wide = min(72, 6 + 6 * depth**0.5) if side else 24
    maps = shape(side, side) if side else "units"
    style = f'style="--colour:{colour};height:{high:.0f}px;width:{wide:.0f}px"'
    if inside is not None:
        bar = inside
    elif answer is None:
        bar = f'<span class="bar plain" {style}></span>'
    else:
        sheet = maps_in(answer, wide, high) if side else units_in(answer, wide, high)
        bar = f'<span class="bar" {style}><img src="{data_url(sheet)}" alt=""></span>'
    told = (
        f'<span class="room">{bar}</span><b>{depth:,}</b><span>{maps}</span><span class="name">{name}</span>'
        f"<span>{count}</span>"
    )
    if not layer:
        return f'<div class="block">{told}</div>'
    label = f"{name}, {depth:,} channels of {maps}: open {layer} on Inside"
    return f'<button type="button" class="block" data-layer="{layer}" aria-label="{html.escape(label)}">{told}</button>'
