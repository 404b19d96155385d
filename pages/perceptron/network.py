"""The network as a drawing: a box per layer, with shapes and parameter counts."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.lab.words import shape
from core.runs import Run
from core.specs import MLPSpec, RunSpec
from pages.shared.panels.on_its_way import on_its_way
from pages.shared.pictures.answers import units_in
from pages.shared.pictures.small_table import small_table
from pages.shared.pictures.strips import data_url
from pages.shared.words.language import say, spaced
from pages.shared.words.terms import caption_with_terms

if TYPE_CHECKING:  # its module needs torch
    from core.inside.look_through import Look


def network_view(run: Run | None, spec: RunSpec, n_classes: int) -> None:
    """Draw the layers of the perceptron with a picture on its way through them, and list their parameters."""
    model = spec.model
    assert isinstance(model, MLPSpec), "the perceptron is one"
    layers = model.layers(n_classes)
    on_its_way(spec, run, lambda look: st.html(drawing(layers, look)))
    st.caption(
        say(
            "**Height**: how many numbers there are, drawn so that 10 and 3,072 fit on one slide. Each small square is "
            "a unit: the more orange, the larger its answer, and after ReLU none is below zero. The last bar is the "
            "probabilities of the classes, from 0 to 1."
        )
    )
    small_table(layer_rows(model, n_classes), label=say("Layers and their parameters"))
    first = layers[0]
    share = (first[1] + 1) * first[2] / model.n_parameters(n_classes)
    said = say(
        "Every unit of **linear1** has a weight for each of the {n:,} numbers of a picture: {share:.0%} of all "
        "parameters sit in that one layer. The network doesn't know which pixels are neighbours; a convolution does.",
        n=3072,
        share=share,
    )
    caption_with_terms(said)


def layer_rows(model: MLPSpec, n_classes: int) -> dict[str, list[str]]:
    """A row for each layer, and one for all of them."""
    layers = model.layers(n_classes)
    weights, biases = [n_in * n_out for _, n_in, n_out in layers], [n_out for _, _, n_out in layers]
    return {
        say("layer"): [name for name, _, _ in layers] + [say("total")],
        say("shape of the weights"): [spaced(shape(n_out, n_in)) for _, n_in, n_out in layers] + [""],
        say("weights"): _numbers([*weights, sum(weights)]),
        say("biases"): _numbers([*biases, sum(biases)]),
        say("parameters"): _numbers([*map(sum, zip(weights, biases, strict=True)), sum(weights) + sum(biases)]),
        say("then"): ["ReLU", "ReLU", "ReLU", "log_softmax", ""],
    }


def _numbers(column: list[int]) -> list[str]:
    return [_number(n) for n in column]


def _number(n: int) -> str:
    return spaced(f"{n:,}")


def drawing(layers: list[tuple[str, int, int]], look: "Look | None" = None) -> str:
    """Bars of units with their answers, and the layers between. Only numbers and fixed words go into it."""
    units_between = [(say("units"), n_out) for _, _, n_out in layers[:-1]]
    stations = [(shape(3, 32, 32), 3072), *units_between, (say("classes"), layers[-1][2])]
    # 10 to 3,072 units have to fit on one slide
    heights = [round(34 + 170 * (units / 3072) ** 0.35) for _, units in stations]
    colours = ["#3d8fd1", *["#1f9e77"] * (len(layers) - 1), "#d97a1a"]
    parts = []
    inside = [""] * len(stations) if look is None else _inside(look, heights)
    for i, ((name, units), bar, colour) in enumerate(zip(stations, heights, colours, strict=True)):
        filled = f"border:3px solid {colour}" if inside[i] else f"background:{colour}"
        parts.append(
            f'<div class="station"><div class="room"><div class="bar" style="height:{bar}px;{filled}">{inside[i]}</div>'
            f"</div><b>{_number(units)}</b><span>{name}</span></div>"
        )
        if i < len(layers):
            layer, n_in, n_out = layers[i]
            top0, top1 = (210 - bar) / 4.2, (210 - heights[i + 1]) / 4.2  # percent of the room of 210 pixels
            fan = f"polygon(0 {top0:.0f}%,100% {top1:.0f}%,100% {100 - top1:.0f}%,0 {100 - top0:.0f}%)"
            then = "ReLU" if i < len(layers) - 1 else "log_softmax"
            parts.append(
                f'<div class="layer"><div class="room"><div class="fan" style="clip-path:{fan}"></div>'
                f'<div class="said"><b>{layer}</b><span>{_number((n_in + 1) * n_out)}</span></div></div>'
                f"<span>{then}</span></div>"
            )
    return (
        "<style>.net{display:flex;flex-wrap:wrap;text-align:center;row-gap:1rem;font-size:1rem;line-height:1.3}"
        ".net span{display:block;font-size:.85rem}.net .room{height:210px;display:flex;align-items:center;"
        "justify-content:center;position:relative}.net .bar{width:44px;border-radius:6px;"
        "box-sizing:border-box;overflow:hidden;display:flex;flex-direction:column;"
        "justify-content:space-evenly}"
        ".net .bar img{width:100%;image-rendering:pixelated;display:block}"
        ".net .layer{flex:1;min-width:78px}.net .station{min-width:64px}"
        ".net .fan{position:absolute;inset:0;background:currentColor;opacity:.12}.net .layer>span{margin-top:1.3em}"
        '</style><div class="net" role="group" '
        f'aria-label="{say("The network, from the picture to the classes")}">'
        f"{''.join(parts)}</div>"
    )


def _inside(look: "Look", heights: list[int]) -> list[str]:
    """The picture and its three planes of colour; the hidden units behind ReLU; the probabilities of the classes."""
    *hidden, last = look.answers.values()
    odds = np.exp(last - last.max())
    planes = [look.picture * np.eye(3, dtype=np.uint8)[k] for k in range(3)]
    names = (say("the picture"), say("its red"), say("its green"), say("its blue"))
    named = zip(names, (look.picture, *planes), strict=True)
    images = ["".join(f'<img src="{data_url(plane)}" alt="{name}">' for name, plane in named)]
    answers = [(np.maximum(units, 0), None) for units in hidden] + [(odds / odds.sum(), 1.0)]
    for (units, scale), high in zip(answers, heights[1:], strict=True):
        squares = units_in(units, 38, high - 6, scale=scale)
        images.append(f'<img src="{data_url(squares)}" style="height:{high - 6}px" alt="">')
    return images
