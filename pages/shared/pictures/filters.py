"""The filters of a first convolution: as they are, beside what they began as where that is known, on one scale."""

import html

import numpy as np
import streamlit as st

from pages.shared.pictures.colour_bar import number, weights_bar
from pages.shared.pictures.strips import data_url, picture_strip

_STYLE = (
    "<style>.began{display:flex;flex-wrap:wrap;gap:10px 16px}.began figure{margin:0;text-align:center;"
    "font-size:.86rem;line-height:1.25}.began div{display:flex;align-items:center;gap:3px}"
    ".began img{image-rendering:pixelated;border-radius:4px;display:block}</style>"
)


def filters_picture(now: np.ndarray, began: np.ndarray | None, *, how_began: str, size: int) -> None:
    """Draw them.

    Parameters
    ----------
    now, began : ndarray of shape (n, 3, height, width)
        Weights; ``began`` is None where nobody knows them.
    how_began : str
        The end of a sentence: where the network began, as Markdown.
    size : int
        Width of a filter on the screen, in pixels; beside its beginning it is drawn smaller.
    """
    from core.inside.filters import as_pictures, scale_of  # its package needs torch

    scale = scale_of(now, began)
    height, width = now.shape[2:]
    grey = f"The {height} x {width} weights of each filter; grey is a weight of 0."
    st.html(weights_bar(scale))
    if began is None:
        picture_strip(as_pictures(now, scale), [str(k + 1) for k in range(len(now))], size=size)
        st.caption(grey)
        return
    st.html(_pairs(as_pictures(began, scale), as_pictures(now, scale), round(0.6 * size)))
    moved = float(np.abs(now - began).mean())
    st.caption(
        f"{grey} Left of each arrow: as it began, {how_began}; right: after training, on the same scale. A weight has "
        f"changed by **{number(moved)}** on average; the largest is {number(float(np.abs(now).max()))} in size."
        if moved
        else f"{grey} They are what they began as, {how_began}: training has left them alone."
    )


def _pairs(began: np.ndarray, now: np.ndarray, size: int) -> str:
    figures = []
    for k, pair in enumerate(zip(began, now, strict=True), 1):
        names = (f"filter {k} as it began", f"filter {k} after training")
        first, last = (
            f'<img src="{data_url(one)}" alt="{html.escape(name)}" width="{size}" height="{size}">'
            for one, name in zip(pair, names, strict=True)
        )
        figures.append(f'<figure><div>{first}<span aria-hidden="true">→</span>{last}</div>{k}</figure>')
    return f'{_STYLE}<div class="began">{"".join(figures)}</div>'
