"""Convolution and pooling with every multiply-add as data.

NumPy only. Results equal ``torch.nn.functional.conv2d``, ``max_pool2d`` and ``avg_pool2d``: what deep
learning calls convolution is a cross-correlation, the kernel is not flipped. The output comes at once; the
steps that explain it are made when they are asked for, so that a large picture costs nothing until somebody
points at it.

    walk = convolve([[-1, 0, 1], [2, 3, 4]], [[2, 1], [0, -1]])
    walk.output            # array([[-5., -3.]])
    walk.steps[0].terms    # four terms: (-1 x 2), (0 x 1), (2 x 0), (3 x -1)
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, overload

import numpy as np

from core.convolution.inputs import ConvolutionError, biases_for, count, numbers, pair

LEAKY_SLOPE = 0.01  # torch.nn.LeakyReLU's default negative_slope

Pair = int | tuple[int, int]
Padding = Pair | Literal["same"]
PoolKind = Literal["max", "average"]
Edge = Literal["drop", "partial"]
Activation = Literal["none", "relu", "leaky_relu"]


@dataclass(frozen=True, slots=True)
class Term:
    """One multiply-add: a pixel under the window times the weight that lies on it.

    Image coordinates are those of the unpadded image, so a padded pixel has a negative or too large index.
    """

    channel: int
    image_row: int
    image_column: int
    kernel_row: int
    kernel_column: int
    pixel: float
    weight: float

    @property
    def product(self) -> float:
        return self.pixel * self.weight


@dataclass(frozen=True, slots=True)
class Step:
    """One output cell: where it is, what is added up, and what comes out.

    Attributes
    ----------
    channel, row, column : int
        The output cell; ``channel`` is the filter for a convolution.
    terms : tuple of Term
        Channel by channel in reading order. An average weighs by 1 / (cells in the window), a maximum by 1.
    bias : float
        Added after the products; 0 for pooling.
    total : float
        The output: the sum of the products plus the bias, or the largest product for max pooling.
    """

    channel: int
    row: int
    column: int
    terms: tuple[Term, ...]
    bias: float
    total: float


@dataclass(frozen=True)
class Axis:
    """How a window slides along one axis.

    Attributes
    ----------
    size, window, stride, dilation : int
        Cells of the image and of the window, and from one window and from one weight to the next.
    before, after : int
        Padding cells on the two sides; they differ only for ``padding="same"`` with an even window.
    partial : bool
        Keep a last window that sticks out (PyTorch's ``ceil_mode=True``).
    """

    size: int
    window: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    partial: bool = False

    @property
    def padded(self) -> int:
        return self.before + self.size + self.after

    @property
    def span(self) -> int:
        """Cells from the first to the last weight of the window, both included."""
        return self.dilation * (self.window - 1) + 1

    @property
    def count(self) -> int:
        """Windows that fit; 0 or less where none does."""
        room = self.padded - self.span
        if not self.partial:
            return room // self.stride + 1 if room >= 0 else 0
        count = -(-room // self.stride) + 1
        # A window that would begin in the padding behind the image is not counted, as in PyTorch
        return count - 1 if (count - 1) * self.stride >= self.size + self.before else count

    def start(self, index: int) -> int:
        """First image index of the window, negative inside the padding."""
        return index * self.stride - self.before


class Steps(Sequence[Step]):
    """The steps in reading order of the output, channel by channel; each is made when asked for."""

    def __init__(self, shape: tuple[int, int, int], make: Callable[[int, int, int], Step]) -> None:
        self._shape = shape
        self._make = make

    def __len__(self) -> int:
        return math.prod(self._shape)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"step {index} of {len(self)}")
        cell = np.unravel_index(index % len(self), self._shape)
        return self._make(*(int(i) for i in cell))


@dataclass(frozen=True, eq=False)
class Walkthrough:
    """A result and the way to it.

    Attributes
    ----------
    output : ndarray of float64
        (H', W'), or (F, H', W') where the kernel has filters or the pooled image has channels.
    steps : sequence of Step
        One a cell of ``output``, in reading order.
    rows, columns : Axis
        How the window slides.
    """

    output: np.ndarray
    steps: Steps
    rows: Axis
    columns: Axis


def convolve(
    image: object,
    kernel: object,
    *,
    bias: object = 0.0,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
) -> Walkthrough:
    """Slide a kernel over an image; equals ``torch.nn.functional.conv2d``.

    Parameters
    ----------
    image : array-like of shape (H, W) or (C, H, W)
        Finite numbers.
    kernel : array-like of shape (h, w), (C, h, w) or (F, C, h, w)
        Finite numbers; C must be the image's channels.
    bias : float or array-like of shape (F,)
        Added to every cell of a filter's output.
    stride, dilation : int or (int, int)
        At least 1; rows, columns.
    padding : int, (int, int) or "same"
        Zeros around the image, at least 0. "same" keeps the image's size, needs stride 1, and puts an odd
        zero behind the image, as PyTorch does.

    Returns
    -------
    Walkthrough
        Its output is (H', W'), or (F, H', W') for a kernel of four dimensions.

    Raises
    ------
    ConvolutionError
        Says which argument, what was given and what is allowed.
    """
    pixels = numbers("image", image, (2, 3))  # (C, H, W)
    weights = numbers("kernel", kernel, (2, 3, 4))
    many = weights.ndim == 4
    pixels = pixels[None] if pixels.ndim == 2 else pixels
    weights = weights.reshape((1,) * (4 - weights.ndim) + weights.shape)  # (F, C, h, w)
    if weights.shape[1] != pixels.shape[0]:
        raise ConvolutionError(
            f"kernel has {count(weights.shape[1], 'channel')} but the image has {pixels.shape[0]}; "
            "allowed is a kernel with the image's channels."
        )
    biases = biases_for(len(weights), bias)
    stride_r, stride_c = pair("stride", stride, 1)
    dilation_r, dilation_c = pair("dilation", dilation, 1)
    height, width = weights.shape[2:]
    if isinstance(padding, str):
        if padding != "same":
            raise ConvolutionError(f'padding is {padding!r}; allowed are whole numbers from 0, or "same".')
        if (stride_r, stride_c) != (1, 1):
            given = f"stride is {stride_r}, {stride_c}"
            raise ConvolutionError(f'{given}; with padding "same" only stride 1 is allowed.')
        total_r, total_c = dilation_r * (height - 1), dilation_c * (width - 1)
        sides = ((total_r // 2, total_r - total_r // 2), (total_c // 2, total_c - total_c // 2))
    else:
        pad_r, pad_c = pair("padding", padding, 0)
        sides = ((pad_r, pad_r), (pad_c, pad_c))
    rows = Axis(pixels.shape[1], height, stride_r, dilation_r, *sides[0])
    columns = Axis(pixels.shape[2], width, stride_c, dilation_c, *sides[1])
    _check_fits("kernel", rows, columns)

    padded = np.pad(pixels, ((0, 0), *sides))
    output = np.broadcast_to(biases[:, None, None], (len(weights), rows.count, columns.count)).copy()
    for i in range(height):
        for j in range(width):
            # All pixels that weight (i, j) ever lies on, times it: (F, C) x (C, H', W')
            output += np.tensordot(weights[:, :, i, j], _under(padded, rows, columns, i, j), axes=1)

    def step(channel: int, row: int, column: int) -> Step:
        terms = tuple(
            _term(
                pixels,
                c,
                rows.start(row) + i * dilation_r,
                columns.start(column) + j * dilation_c,
                i,
                j,
                float(weights[channel, c, i, j]),
            )
            for c in range(len(pixels))
            for i in range(height)
            for j in range(width)
        )
        return Step(channel, row, column, terms, float(biases[channel]), float(output[channel, row, column]))

    return Walkthrough(output if many else output[0], Steps(output.shape, step), rows, columns)


def pool(
    image: object,
    size: Pair,
    *,
    kind: PoolKind = "max",
    stride: Pair | None = None,
    padding: Pair = 0,
    edge: Edge = "drop",
) -> Walkthrough:
    """Keep the largest value or the average of each window; equals ``max_pool2d`` and ``avg_pool2d``.

    Parameters
    ----------
    image : array-like of shape (H, W) or (C, H, W)
        Finite numbers.
    size : int or (int, int)
        The window's rows and columns, at least 1.
    kind : {"max", "average"}
        An average counts padded zeros (PyTorch's ``count_include_pad=True``), a maximum never picks them.
    stride : int or (int, int), optional
        At least 1; the window's size if not given, so that windows do not overlap.
    padding : int or (int, int)
        From 0 to half the window's size.
    edge : {"drop", "partial"}
        What becomes of a last window that sticks out: dropped (PyTorch's default), or kept and made of the
        cells that are there (``ceil_mode=True``).

    Returns
    -------
    Walkthrough
        Its output has the dimensions of ``image``.

    Raises
    ------
    ConvolutionError
        Says which argument, what was given and what is allowed.
    """
    pixels = numbers("image", image, (2, 3))
    many = pixels.ndim == 3
    pixels = pixels if many else pixels[None]
    for name, value, allowed in (("kind", kind, ("max", "average")), ("edge", edge, ("drop", "partial"))):
        if value not in allowed:
            raise ConvolutionError(f'{name} is {value!r}; allowed are "{allowed[0]}" and "{allowed[1]}".')
    window = pair("size", size, 1)
    steps = window if stride is None else pair("stride", stride, 1)
    sides = pair("padding", padding, 0)
    if sides[0] > window[0] // 2 or sides[1] > window[1] // 2:
        raise ConvolutionError(
            f"padding is {sides[0]}, {sides[1]}; allowed is at most half of the pooling window's size "
            f"({window[0] // 2}, {window[1] // 2})."
        )
    rows, columns = (
        Axis(pixels.shape[k + 1], window[k], steps[k], 1, sides[k], sides[k], edge == "partial") for k in (0, 1)
    )
    _check_fits("size", rows, columns)

    # Enough filling behind the image for a last window that sticks out; -inf never is the largest
    behind = [max(0, (axis.count - 1) * axis.stride + axis.window - axis.padded) for axis in (rows, columns)]
    padded = np.pad(
        pixels,
        ((0, 0), (rows.before, rows.after + behind[0]), (columns.before, columns.after + behind[1])),
        constant_values=-np.inf if kind == "max" else 0.0,
    )
    shape = (len(pixels), rows.count, columns.count)
    output = np.full(shape, -np.inf if kind == "max" else 0.0)
    combine = np.maximum if kind == "max" else np.add
    for i in range(window[0]):
        for j in range(window[1]):
            combine(output, _under(padded, rows, columns, i, j), out=output)
    # How many cells each window really has, padding included
    high, wide = (
        [min(n * axis.stride + axis.window, axis.padded) - n * axis.stride for n in range(axis.count)]
        for axis in (rows, columns)
    )
    cells = np.outer(high, wide)
    if kind == "average":
        output /= cells

    def step(channel: int, row: int, column: int) -> Step:
        weight = 1.0 if kind == "max" else 1.0 / float(cells[row, column])
        terms = []
        for i in range(window[0]):
            for j in range(window[1]):
                r, c = rows.start(row) + i, columns.start(column) + j
                inside = 0 <= r < rows.size and 0 <= c < columns.size
                in_padding = r < rows.size + rows.after and c < columns.size + columns.after
                if inside or (kind == "average" and in_padding):
                    terms.append(_term(pixels, channel, r, c, i, j, weight))
        return Step(channel, row, column, tuple(terms), 0.0, float(output[channel, row, column]))

    return Walkthrough(output if many else output[0], Steps(shape, step), rows, columns)


def relu(array: object) -> np.ndarray:
    """max(0, x) of every number; same shape, float64."""
    return np.maximum(np.asarray(array, dtype=np.float64), 0.0)


def activate(array: object, activation: Activation) -> np.ndarray:
    """The activation by name: "none", "relu", or "leaky_relu" with PyTorch's slope of 0.01; same shape."""
    numbers = np.asarray(array, dtype=np.float64)
    if activation == "relu":
        return relu(numbers)
    return np.where(numbers < 0, LEAKY_SLOPE * numbers, numbers) if activation == "leaky_relu" else numbers


def _under(padded: np.ndarray, rows: Axis, columns: Axis, i: int, j: int) -> np.ndarray:
    """The padded pixels below cell (i, j) of every window: shape (C, H', W')."""
    i, j = i * rows.dilation, j * columns.dilation
    return padded[
        :,
        i : i + (rows.count - 1) * rows.stride + 1 : rows.stride,
        j : j + (columns.count - 1) * columns.stride + 1 : columns.stride,
    ]


def _term(pixels: np.ndarray, channel: int, row: int, column: int, i: int, j: int, weight: float) -> Term:
    inside = 0 <= row < pixels.shape[1] and 0 <= column < pixels.shape[2]
    return Term(channel, row, column, i, j, float(pixels[channel, row, column]) if inside else 0.0, weight)


def _check_fits(name: str, rows: Axis, columns: Axis) -> None:
    for axis, noun in ((rows, "row"), (columns, "column")):
        if axis.count < 1:
            spread = f" and spans {axis.span} with dilation {axis.dilation}" if axis.dilation > 1 else ""
            border = axis.before + axis.after
            padding = f" ({axis.size} and {border} of padding)" if border else ""
            raise ConvolutionError(
                f"{name} has {count(axis.window, noun)}{spread}, but the image has only {axis.padded}"
                f"{padding}; allowed are up to {axis.padded}: make the window smaller, or the image or the "
                "padding larger."
            )
