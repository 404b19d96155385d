"""One lesson of Question 2: every setting of the page, checked, computed, and as a compact link.

The link has one query parameter for each setting that differs from the handout's first sub-question. Grids
are written with characters that an address keeps as they are: "_" between cells, "~" between rows, "~~"
between channels and "~~~" between filters, so that ``kernel=2_1~0_-1`` is the handout's filter. A kernel
that has a name is written by its name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

import numpy as np

from core.convolution.inputs import ConvolutionError, parse_number
from core.convolution.kernels import KERNELS, Cube, Grid, kernel_name
from core.convolution.walkthrough import Activation, Edge, PoolKind, Walkthrough, activate, convolve, pool
from core.lab.words import shape

MAX_SIDE = 12  # cells that can still be edited and read one by one
MAX_KERNEL = 7
MAX_CHANNELS = 6
MAX_FILTERS = 6

Source = Literal["grid", "data", "china", "flower"]
Pooling = Literal["none"] | PoolKind
# What a setting may be: the widgets, the link and the sentences read it here
RANGES = {
    "padding": (0, 6),
    "stride": (1, 6),
    "dilation": (1, 4),
    "pool_size": (1, 6),
    "pool_stride": (1, 6),
    "index": (0, 999_999),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "source": get_args(Source),
    "activation": get_args(Activation),
    "edge": get_args(Edge),
    "pooling": ("none", *get_args(PoolKind)),
}


@dataclass(frozen=True)
class Lesson:
    """Every setting of the page; the defaults are the handout's Question 2, first sub-question.

    Attributes
    ----------
    source : {"grid", "data", "china", "flower"}
        Where the image comes from: the cells below, the current data set, or one of scikit-learn's
        photographs.
    index, colour : int, bool
        Which picture of the data set, and whether a picture has three channels or one. Not used for a grid.
    image : (C, H, W) numbers
        The cells edited by hand, up to 12 x 12.
    kernel : (F, C, h, w) numbers
        One kernel a filter, up to 7 x 7. C follows the image.
    bias : F numbers
    padding : (int, int) or "same"
    stride, dilation, pool_size, pool_stride : (int, int)
        Rows, columns.
    activation, pooling, edge : str
        As in ``core.convolution``; "none" leaves the stage out.
    """

    source: Source = "grid"
    index: int = 0
    colour: bool = False
    image: Cube = (((-1, 0, 1), (2, 3, 4), (5, 6, 7), (8, 9, 10)),)
    kernel: tuple[Cube, ...] = (((KERNELS["handout"].weights),),)
    bias: tuple[float, ...] = (0.0,)
    padding: tuple[int, int] | Literal["same"] = (0, 0)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    activation: Activation = "relu"
    pooling: Pooling = "max"
    pool_size: tuple[int, int] = (2, 2)
    pool_stride: tuple[int, int] = (2, 2)
    edge: Edge = "partial"

    @property
    def channels(self) -> int:
        if self.source == "grid":
            return len(self.image)
        return 3 if self.colour else 1


HANDOUT_A = Lesson()
HANDOUT_B = Lesson(padding=(1, 1), pooling="average")
EXAMPLES: dict[str, tuple[str, Lesson]] = {
    "handout_a": ("Handout 1: no padding", HANDOUT_A),
    "handout_b": ("Handout 2: padding 1", HANDOUT_B),
    "channels": (
        "3 channels, 2 filters",
        Lesson(
            image=(
                ((1, 0, 2, 1), (0, 3, 1, 0), (2, 1, 0, 2), (1, 0, 1, 3)),
                ((0, 1, 1, 0), (2, 0, 0, 1), (1, 1, 2, 0), (0, 2, 1, 1)),
                ((2, 2, 0, 1), (1, 0, 1, 1), (0, 1, 3, 0), (1, 1, 0, 2)),
            ),
            kernel=(
                (((1, 0), (0, -1)), ((0, 1), (1, 0)), ((-1, 1), (0, 1))),
                (((0, 1), (-1, 0)), ((1, 1), (0, -1)), ((0, 0), (1, -1))),
            ),
            bias=(1.0, -2.0),
            edge="drop",
        ),
    ),
    "edges": (
        "Sobel x finds an edge",
        Lesson(
            image=(((0, 0, 0, 9, 9, 9, 9),) * 3 + ((0, 0, 0, 0, 9, 9, 9),) * 3,),
            kernel=((KERNELS["sobel_x"].weights,),),
            padding="same",
            pooling="none",
        ),
    ),
    "picture": (
        "A picture, its edges",
        Lesson(source="data", kernel=((KERNELS["sobel_x"].weights,),), padding=(1, 1), edge="drop"),
    ),
    "photograph": (
        "A photograph, filtered",
        Lesson(
            source="china",
            kernel=((KERNELS["sobel_x"].weights,),),
            padding=(1, 1),
            activation="none",
            pooling="none",
            edge="drop",
        ),
    ),
}


@dataclass(frozen=True, eq=False)
class Worked:
    """A lesson computed: the image (C, H, W); the sums, the active and the pooled maps (F, H', W')."""

    lesson: Lesson
    image: np.ndarray
    sums: Walkthrough
    active: np.ndarray
    pooled: Walkthrough | None


def work(lesson: Lesson, image: np.ndarray | None = None) -> Worked:
    """Convolution, bias, activation and pooling of a lesson.

    Parameters
    ----------
    lesson : Lesson
    image : ndarray of shape (C, H, W), optional
        The picture, where the lesson's source is not the grid.

    Raises
    ------
    ConvolutionError
        The settings are impossible together; the sentence says which and what is allowed.
    """
    pixels = np.array(lesson.image, dtype=np.float64) if image is None else image
    sums = convolve(
        pixels,
        lesson.kernel,
        bias=lesson.bias,
        stride=lesson.stride,
        padding=lesson.padding,
        dilation=lesson.dilation,
    )
    active = activate(sums.output, lesson.activation)
    if lesson.pooling == "none":
        return Worked(lesson, pixels, sums, active, None)
    try:
        pooled = pool(active, lesson.pool_size, kind=lesson.pooling, stride=lesson.pool_stride, edge=lesson.edge)
    except ConvolutionError as error:
        raise ConvolutionError(f"Pooling: {error}") from error
    return Worked(lesson, pixels, sums, active, pooled)


def fit_channels(lesson: Lesson) -> Lesson:
    """The lesson with kernels of as many channels as its image: one that is missing repeats the first."""
    wanted = lesson.channels
    if all(len(cube) == wanted for cube in lesson.kernel):
        return lesson
    kernel = tuple((cube + (cube[0],) * wanted)[:wanted] for cube in lesson.kernel)
    return replace(lesson, kernel=kernel)


def resize_image(lesson: Lesson, rows: int, columns: int, channels: int) -> Lesson:
    """The lesson with an image grid of this size; new cells get small whole numbers, always the same ones."""
    fresh = np.random.default_rng(0).integers(0, 10, (MAX_CHANNELS, MAX_SIDE, MAX_SIDE))
    return fit_channels(replace(lesson, image=_resize(lesson.image, fresh, rows, columns, channels)))


def resize_kernel(lesson: Lesson, rows: int, columns: int, filters: int) -> Lesson:
    """The lesson with so many filters of this size; new weights are from -1 to 2, always the same ones."""
    fresh = np.random.default_rng(1).integers(-1, 3, (MAX_FILTERS, MAX_CHANNELS, MAX_KERNEL, MAX_KERNEL))
    old = lesson.kernel + ((),) * filters
    kernel = tuple(_resize(old[f], fresh[f], rows, columns, lesson.channels) for f in range(filters))
    bias = (lesson.bias + (0.0,) * filters)[:filters]
    return replace(lesson, kernel=kernel, bias=bias)


def with_cell(lesson: Lesson, grid: str, place: tuple[int, ...], text: str) -> Lesson:
    """The lesson with one cell changed to what a person typed.

    Parameters
    ----------
    grid : {"image", "kernel", "bias"}
    place : tuple of int
        (channel, row, column), (filter, channel, row, column) or (filter,).
    text : str
        What was typed.

    Raises
    ------
    ConvolutionError
        The text is no number, or there is no such cell.
    """
    if grid not in ("image", "kernel", "bias"):
        raise ConvolutionError(f"grid is {grid!r}; allowed are image, kernel and bias.")
    cells = np.array(getattr(lesson, grid), dtype=np.float64)
    if len(place) != cells.ndim or not all(0 <= i < n for i, n in zip(place, cells.shape, strict=True)):
        raise ConvolutionError(f"{grid} has no cell {place}; allowed are places inside {cells.shape}.")
    where = "" if grid == "bias" else f" in row {place[-2] + 1}, column {place[-1] + 1}"
    cells[place] = parse_number(text, f"The {grid}'s cell{where}" if where else "The bias")
    return replace(lesson, **{grid: _tuples(cells)})


def to_query(lesson: Lesson) -> dict[str, str]:
    """The lesson as query parameters of a link; what equals the default is left out."""
    query = {}
    for field in fields(Lesson):
        value = getattr(lesson, field.name)
        if value != getattr(HANDOUT_A, field.name):
            query[field.name] = _write(field.name, value)
    if lesson.source != "grid":
        query.pop("image", None)
    else:
        query.pop("index", None)
        query.pop("colour", None)
    return query


def from_query(query: Mapping[str, str]) -> Lesson:
    """The lesson of a link; parameters that are no setting of a lesson are ignored.

    Raises
    ------
    ConvolutionError
        The first parameter that cannot be read: its name, what it is and what is allowed.
    """
    given = {f.name: query[f.name] for f in fields(Lesson) if f.name in query}
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name != "kernel":
            values[name] = _read(name, text)
    lesson = Lesson(**values)
    if "kernel" in given:
        lesson = replace(lesson, kernel=_read_kernel(given["kernel"], lesson.channels))
    else:
        lesson = fit_channels(lesson)
    if len(lesson.bias) != len(lesson.kernel):
        if "bias" in given:
            raise ConvolutionError(
                f"bias has {len(lesson.bias)} numbers; allowed is one for each filter: {len(lesson.kernel)}."
            )
        lesson = replace(lesson, bias=(0.0,) * len(lesson.kernel))
    return lesson


def _write(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "rgb" if value else "grey"
    if name == "image":
        return "~~".join(_write_grid(grid) for grid in value)
    if name == "kernel":
        return "~~~".join(_write_filter(cube) for cube in value)
    if isinstance(value, tuple):
        once = name != "bias" and value[0] == value[1]
        return "_".join(_write_number(n) for n in (value[:1] if once else value))
    return str(value)


def _write_filter(cube: Cube) -> str:
    name = kernel_name(cube[0]) if len(set(cube)) == 1 else None
    return name or "~~".join(_write_grid(grid) for grid in cube)


def _write_grid(grid: Grid) -> str:
    return "~".join("_".join(_write_number(cell) for cell in row) for row in grid)


def _write_number(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(float(number))


def _read(name: str, text: str) -> Any:
    if name in CHOICES:
        if text not in CHOICES[name]:
            raise ConvolutionError(f"{name} is {_short(text)}; allowed are {', '.join(CHOICES[name])}.")
        return text
    if name == "colour":
        if text not in ("rgb", "grey"):
            raise ConvolutionError(f"colour is {_short(text)}; allowed are rgb and grey.")
        return text == "rgb"
    if name == "image":
        return _read_cube(name, text, MAX_SIDE, MAX_CHANNELS)
    if name == "bias":
        return tuple(parse_number(part, "bias") for part in text.split("_")[: MAX_FILTERS + 1])
    if name == "padding" and text == "same":
        return text
    low, high = RANGES[name]
    parts = text.split("_")
    most = 1 if name == "index" else 2
    if len(parts) > most or not all(re.fullmatch(r"\d{1,6}", p) and low <= int(p) <= high for p in parts):
        twice = "" if name == "index" else ", or two such as 1_2"
        allowed = f"a whole number from {low} to {high}{twice}"
        raise ConvolutionError(f"{name} is {_short(text)}; allowed is {allowed}.")
    values = [int(p) for p in parts]
    return values[0] if name == "index" else (values[0], values[-1])


def _read_kernel(text: str, channels: int) -> tuple[Cube, ...]:
    parts = text.split("~~~")
    if len(parts) > MAX_FILTERS:
        raise ConvolutionError(f"kernel has {len(parts)} filters; allowed are up to {MAX_FILTERS}.")
    kernel = tuple(
        (KERNELS[part].weights,) * channels if part in KERNELS else _read_cube("kernel", part, MAX_KERNEL, MAX_CHANNELS)
        for part in parts
    )
    shapes = {(len(cube), len(cube[0]), len(cube[0][0])) for cube in kernel}
    if len(shapes) > 1:
        raise ConvolutionError("kernel has filters of different sizes; allowed are filters of one size.")
    if len(kernel[0]) != channels:
        raise ConvolutionError(
            f"kernel has {len(kernel[0])} channels; allowed are as many as the image has: {channels}."
        )
    return kernel


def _read_cube(name: str, text: str, side: int, channels: int) -> Cube:
    if len(text) > 30 * side * side * channels:
        allowed = f"up to {channels} grids of {shape(side, side)}"
        raise ConvolutionError(f"{name} is {_short(text)}; allowed are {allowed}.")
    what = f"A cell of {name}"
    cube = tuple(
        tuple(tuple(parse_number(cell, what) for cell in row.split("_")) for row in grid.split("~"))
        for grid in text.split("~~")
    )
    widths = {len(row) for grid in cube for row in grid}
    heights = {len(grid) for grid in cube}
    if len(widths) > 1 or len(heights) > 1:
        raise ConvolutionError(f"{name} is ragged; allowed are rows of equal length and grids of one size.")
    if len(cube) > channels or max(heights) > side or max(widths) > side:
        given = shape(len(cube), max(heights), max(widths))
        raise ConvolutionError(f"{name} is {given}; allowed are up to {shape(channels, side, side)}.")
    return cube


def _resize(cube: Any, fresh: np.ndarray, rows: int, columns: int, channels: int) -> Cube:
    cells = np.array(fresh, dtype=np.float64)
    if len(cube):
        old = np.array(cube)
        cells[: old.shape[0], : old.shape[1], : old.shape[2]] = old
    return _tuples(cells[:channels, :rows, :columns])


def _tuples(array: np.ndarray) -> Any:
    return tuple(_tuples(part) for part in array) if array.ndim > 1 else tuple(float(x) for x in array)


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "...")
