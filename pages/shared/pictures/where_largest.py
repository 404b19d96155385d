"""Where on a picture a channel is largest: the pixels of which that number was made, in words and as a box."""

from __future__ import annotations  # what needs torch is named for the type checker alone

from typing import TYPE_CHECKING

import numpy as np

from core.lab.words import shape
from pages.shared.pictures.colour_bar import number
from pages.shared.pictures.strips import Mark, mark_of

if TYPE_CHECKING:
    from core.inside.receptive_field import Field


def where_largest(maps: np.ndarray, channel: int, field: Field, side: int) -> tuple[str, list[Mark]]:
    """A sentence, and the box.

    Parameters
    ----------
    maps : ndarray of shape (channels, height, width)
    channel : int
        From 0.
    field : Field
        What a number of these maps sees.
    side : int
        Pixels per side of the picture as the network sees it.

    Returns
    -------
    str, list of Mark
        The sentence has no end, so that more can follow; no box where the channel is the same everywhere.
    """
    from core.inside.receptive_field import strongest

    own = maps[channel]
    row, column = (int(at) for at in strongest(own))
    if own.min() == own.max():
        return f"Channel {channel + 1} is the same everywhere: **{number(float(own[0, 0]))}**", []
    box = field.box(row, column)
    partly = ", where they lie on it" if box != box.within(side) else ""
    value = number(float(own[row, column]))
    said = (
        f"Channel {channel + 1} is largest in row {row + 1}, column {column + 1}: **{value}**. "
        f"The box on the picture: the {shape(field.size, field.size)} of its {shape(side, side)} pixels of which that "
        f"number is made{partly}"
    )
    return said, [mark_of(box, side)]
