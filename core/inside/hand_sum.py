"""One number of a first-layer feature map as the sum that anybody can do by hand: 27 products and a bias."""

import numpy as np
import torch
from torch import nn

from core.convolution.lesson import Lesson
from core.inside.inspection import to_input


def hand_sum(convolution: nn.Conv2d, picture: np.ndarray, channel: int, row: int, column: int) -> Lesson:
    """The window below one output pixel, its filter and its bias, as a lesson of Question 2.

    Parameters
    ----------
    convolution : nn.Conv2d
        The first layer: 3 x 3, padding 1.
    picture : ndarray of shape (32, 32, 3), uint8
    channel, row, column : int
        Of the output.

    Returns
    -------
    Lesson
        Its image is the 3 x 3 window of the three colours as the network sees them, from -1 to 1, with the zeros of
        the padding where the window sticks out. It has one output: the sum.
    """
    padded = torch.nn.functional.pad(to_input(picture[None])[0], (1, 1, 1, 1))  # (3, 34, 34)
    window = padded[:, row : row + 3, column : column + 3]
    weights = convolution.weight.detach()[channel]
    bias = 0.0 if convolution.bias is None else float(convolution.bias.detach()[channel])
    return Lesson(
        image=_tuples(window),
        kernel=(_tuples(weights),),
        bias=(bias,),
        activation="none",
        pooling="none",
        edge="drop",
    )


def _tuples(cube: torch.Tensor) -> tuple[tuple[tuple[float, ...], ...], ...]:
    return tuple(tuple(tuple(row) for row in grid) for grid in cube.double().tolist())
