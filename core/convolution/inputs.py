"""Grids of numbers as people give them: checked, with a sentence for whatever is wrong."""

from numbers import Real

import numpy as np

from core.lab.errors import ChalknetError

LARGEST = 1_000_000.0  # what a cell may hold, typed or from a link: products stay exact and readable


class ConvolutionError(ChalknetError):
    """A convolution or pooling that cannot be done: names the argument, its value and what is allowed."""


def parse_number(text: str, name: str = "The cell") -> float:
    """The number that a person typed: "-3", "0.5", "0,5" or "1/9".

    Raises
    ------
    ConvolutionError
        The text is no finite number between -1,000,000 and 1,000,000; the sentence begins with ``name``.
    """
    cleaned = text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    try:
        above, _, below = cleaned.partition("/")
        number = float(above) / (float(below) if below else 1.0)
    except (ValueError, ZeroDivisionError):
        number = float("nan")
    if not abs(number) <= LARGEST:
        given = text.strip()[:20] or "empty"
        raise ConvolutionError(
            f"{name} is {given!r}; allowed are numbers from -1,000,000 to 1,000,000, such as -1, 0.5 or 1/9."
        )
    return number + 0.0  # -0 is shown as 0


def pair(name: str, value: object, least: int) -> tuple[int, int]:
    """Rows and columns from one whole number or two, each at least ``least``."""
    both = value if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in both):
        allowed = f"a whole number from {least}, or two: rows, columns"
        raise ConvolutionError(f"{name} is {value!r}; allowed is {allowed}.")
    if min(both) < least:
        raise ConvolutionError(f"{name} is {min(both)}; allowed are whole numbers from {least}.")
    return int(both[0]), int(both[1])


def biases_for(filters: int, bias: object) -> np.ndarray:
    """One bias a filter: shape (F,), float64; one number serves all."""
    values = numbers("bias", bias, (0, 1))
    if values.ndim == 1 and len(values) != filters:
        raise ConvolutionError(
            f"bias has {count(len(values), 'number')}; allowed is one number, or one for each of the "
            f"{count(filters, 'filter')}."
        )
    return np.broadcast_to(values, (filters,))


def numbers(name: str, grid: object, dimensions: tuple[int, ...]) -> np.ndarray:
    """A float64 array of finite numbers with an allowed number of dimensions and no empty axis."""
    if not (isinstance(grid, np.ndarray) and grid.dtype.kind in "biuf"):
        grid = grid.tolist() if isinstance(grid, np.ndarray) else grid
        _check_cells(name, grid, ())
    array = np.asarray(grid, dtype=np.float64)
    if array.ndim not in dimensions or array.size == 0:
        allowed = " or ".join(str(d) for d in dimensions)
        raise ConvolutionError(
            f"{name} has the shape {array.shape}; allowed are {allowed} dimensions with at least one cell."
        )
    if not np.isfinite(array).all():
        cell = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ConvolutionError(_bad_cell(name, str(array[cell]), cell))
    return array


def count(n: int, noun: str) -> str:
    """ "1 row", "2 rows"."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _check_cells(name: str, grid: object, place: tuple[int, ...]) -> None:
    """Refuse what NumPy would turn into something else: ragged rows, text, None."""
    if isinstance(grid, (list, tuple)):
        lengths = [len(part) if isinstance(part, (list, tuple)) else None for part in grid]
        odd = next((i for i, length in enumerate(lengths) if length != lengths[0]), None)
        if odd is not None:
            first, other = (
                count(n, "cell") if n is not None else "a single number" for n in (lengths[0], lengths[odd])
            )
            raise ConvolutionError(
                f"{name} is ragged: row {odd + 1} has {other}, row 1 has {first}; allowed are rows of equal length."
            )
        for i, part in enumerate(grid):
            _check_cells(name, part, (*place, i))
    elif not isinstance(grid, Real):
        raise ConvolutionError(_bad_cell(name, repr(grid), place))


def _bad_cell(name: str, value: str, cell: tuple[int, ...]) -> str:
    axes = ("filter", "channel", "row", "column")[-len(cell) :] if len(cell) > 1 else ("place",)
    where = " in " + ", ".join(f"{axis} {i + 1}" for axis, i in zip(axes, cell, strict=True)) if cell else ""
    return f"{name} has {value}{where}; allowed are finite numbers such as -1 or 0.5."
