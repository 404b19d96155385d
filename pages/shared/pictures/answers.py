"""What a layer answers to a picture, small enough for a drawing of the network: blue below zero, orange above."""

import math

import numpy as np

_NEGATIVE, _POSITIVE = (43, 123, 186), (230, 97, 1)  # of the sheet of feature maps (shared/components/maps_sheet)
_SHARE = 0.995  # of the numbers, within the full colour, as there


def coloured(values: np.ndarray, scale: float | None = None) -> np.ndarray:
    """Numbers (rows, columns) as (rows, columns, 4) of bytes: the page shows through where they are near zero.

    ``scale`` is the size that has the full colour; by default one that nearly all of the numbers are below.
    """
    most = scale or scale_of(values)
    pixels = np.empty((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where(values[..., None] < 0, _NEGATIVE, _POSITIVE)
    pixels[..., 3] = np.round(255 * np.minimum(1, np.abs(values) / most))
    return pixels


def scale_of(values: np.ndarray) -> float:
    """The size that nearly all numbers are below; never 0."""
    sizes = np.sort(np.abs(values), axis=None)
    return float(sizes[int((len(sizes) - 1) * _SHARE)]) or float(sizes[-1]) or 1.0


def maps_in(maps: np.ndarray, wide: float, high: float) -> np.ndarray:
    """The first channels of a layer, as many as fit into a bar of these sizes, with a gap of a pixel between them.

    Parameters
    ----------
    maps : ndarray of shape (channels, side, side)
    wide, high : float
        Of the bar: its maps stand below each other in one column, or in two where that leaves room for one alone.

    Returns
    -------
    ndarray of shape (rows * (side + 1) - 1, columns * (side + 1) - 1, 4), uint8
    """
    n, side = len(maps), maps.shape[1]
    columns = 1 if high >= 2 * wide else 2
    rows = max(1, min(round(high / (wide / columns)), -(-n // columns)))
    sheet = np.zeros((rows, side + 1, columns, side + 1, 4), np.uint8)
    scale = scale_of(maps)
    for k in range(min(n, rows * columns)):
        sheet[k // columns, :side, k % columns, :side] = coloured(maps[k], scale)
    return sheet.reshape(rows * (side + 1), columns * (side + 1), 4)[:-1, :-1]


def units_in(units: np.ndarray, wide: float, high: float, *, scale: float | None = None) -> np.ndarray:
    """All units of a layer as squares in a bar of these sizes, row by row from the first; few stand in one column.

    ``scale`` as in ``coloured``.
    """
    n = len(units)
    columns = 1 if n <= 16 else max(1, round(math.sqrt(n * wide / high)))
    rows = -(-n // columns)
    padded = np.zeros(rows * columns, units.dtype)
    padded[:n] = units
    return coloured(padded.reshape(rows, columns), scale or scale_of(units))
