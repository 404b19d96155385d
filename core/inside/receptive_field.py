"""Which pixels of a picture one number of a feature map was computed from: its receptive field, from the layers."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from torch import nn

_PIXEL_BY_PIXEL = (nn.BatchNorm2d, nn.ReLU, nn.LeakyReLU, nn.Dropout, nn.Identity)


@dataclass(frozen=True)
class Box:
    """Rows ``top`` to below ``bottom`` and columns ``left`` to below ``right`` of a picture, from 0.

    It may stick out of the picture: there the layers see the zeros of their padding.
    """

    top: int
    left: int
    bottom: int
    right: int

    def within(self, side: int) -> "Box":
        """The part of it that lies on a square picture."""
        return Box(*(min(max(edge, 0), side) for edge in (self.top, self.left, self.bottom, self.right)))


@dataclass(frozen=True)
class Field:
    """What a map sees, along each axis: number ``i`` sees ``size`` pixels from ``first + jump * i`` on."""

    size: int = 1
    jump: int = 1
    first: int = 0

    def box(self, row: int, column: int) -> Box:
        """What the number at this row and column (from 0) sees."""
        top, left = self.first + self.jump * row, self.first + self.jump * column
        return Box(top, left, top + self.size, left + self.size)


def field_of(layers: Iterable[nn.Module]) -> Field:
    """The field after layers that a picture goes through one by one.

    Raises
    ------
    ValueError
        If one of them is none that is known here.
    """
    size, jump, first = 1, 1, 0
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            dilation = 1 if isinstance(layer, nn.AvgPool2d) else _of_an_axis(layer.dilation)
            first -= jump * _of_an_axis(layer.padding)
            size += jump * dilation * (_of_an_axis(layer.kernel_size) - 1)
            jump *= _of_an_axis(layer.stride)
        elif not isinstance(layer, _PIXEL_BY_PIXEL):
            raise ValueError(f"What {type(layer).__name__} sees is not known here.")
    return Field(size, jump, first)


def _of_an_axis(value: object) -> int:
    """Both axes have the same."""
    sizes = set(value) if isinstance(value, tuple) else {value}
    (one,) = sizes
    if not isinstance(one, int):
        raise ValueError(f"A layer has {one!r} where a number of pixels was expected.")
    return one


def strongest(maps: np.ndarray) -> np.ndarray:
    """Where each map (..., height, width) is largest, the first of equals: rows and columns (..., 2), int64."""
    *ahead, height, width = maps.shape
    at = maps.reshape(*ahead, height * width).argmax(axis=-1)
    return np.stack([at // width, at % width], axis=-1)
