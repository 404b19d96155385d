"""A lesson to take home: every step as Markdown with LaTeX, the grids as CSV, and the PyTorch lines."""

import numpy as np

from core.convolution.formula import size_formula
from core.convolution.lesson import Lesson, Worked
from core.convolution.walkthrough import LEAKY_SLOPE, Axis, Step

MAX_STEPS = 2_000  # a larger map is written as a grid only: nobody reads a thousand pages
ACTIVATION_NAMES = {"none": "no activation", "relu": "ReLU", "leaky_relu": "leaky ReLU"}


def number(value: float) -> str:
    """At most four decimals, without trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def pytorch_lines(lesson: Lesson) -> str:
    """The layers of a lesson as PyTorch code, with the current numbers."""

    def pair(value: tuple[int, int] | str) -> str:
        if isinstance(value, str):
            return f'"{value}"'
        return str(value[0]) if value[0] == value[1] else str(value)

    cube = lesson.kernel[0]
    size = pair((len(cube[0]), len(cube[0][0])))
    lines = [
        "from torch import nn",
        "",
        "layers = nn.Sequential(",
        f"    nn.Conv2d(in_channels={len(cube)}, out_channels={len(lesson.kernel)}, kernel_size={size},",
        f"              stride={pair(lesson.stride)}, padding={pair(lesson.padding)}, "
        f"dilation={pair(lesson.dilation)}),",
    ]
    if lesson.activation != "none":
        slope = f"negative_slope={LEAKY_SLOPE}"
        lines.append("    nn.ReLU()," if lesson.activation == "relu" else f"    nn.LeakyReLU({slope}),")
    if lesson.pooling != "none":
        layer = "MaxPool2d" if lesson.pooling == "max" else "AvgPool2d"
        sizes = f"kernel_size={pair(lesson.pool_size)}, stride={pair(lesson.pool_stride)}"
        lines.append(f"    nn.{layer}({sizes}, ceil_mode={lesson.edge == 'partial'}),")
    return "\n".join([*lines, ")"])


def worked_markdown(worked: Worked) -> str:
    """The whole solution: the grids, the size of each map, and every step, as Markdown with LaTeX."""
    lesson = worked.lesson
    kernel = np.array(lesson.kernel, dtype=np.float64)
    parts = ["# Convolution by hand", _settings(lesson), "## Image"]
    parts += [_matrix(channel) for channel in worked.image] if worked.image[0].size <= MAX_STEPS else [_too_large()]
    for f, cube in enumerate(kernel):
        parts.append(f"## Kernel of filter {f + 1}, bias {number(lesson.bias[f])}")
        parts += [_matrix(channel) for channel in cube]
    parts += ["## Size of the output", *_sizes(worked.sums.rows, worked.sums.columns), "## Every step"]
    if len(worked.sums.steps) <= MAX_STEPS:
        parts += [_convolution_step(step, worked) for step in worked.sums.steps]
    else:
        parts.append(_too_large())
    parts.append("## Activation map")
    parts += _maps(worked.active)
    if worked.pooled is not None:
        parts += [f"## {'Max' if lesson.pooling == 'max' else 'Average'} pooling"]
        parts += _sizes(worked.pooled.rows, worked.pooled.columns)
        if len(worked.pooled.steps) <= MAX_STEPS:
            parts += [_pooling_step(step, lesson.pooling) for step in worked.pooled.steps]
        parts += ["### Pooled map", *_maps(worked.pooled.output)]
    parts += ["## The same in PyTorch", f"```python\n{pytorch_lines(lesson)}\n```"]
    return "\n\n".join(parts) + "\n"


def grids_csv(worked: Worked) -> str:
    """All grids as CSV, one cell a line; places are counted from 1 and empty where a grid has no such axis."""
    lines = ["grid,filter,channel,row,column,value"]

    def add(name: str, f: int | str, channel: int | str, cells: np.ndarray) -> None:
        lines.extend(
            f"{name},{f},{channel},{r + 1},{c + 1},{float(value)!r}" for (r, c), value in np.ndenumerate(cells)
        )

    for c, cells in enumerate(worked.image):
        add("image", "", c + 1, cells)
    for f, cube in enumerate(np.array(worked.lesson.kernel, dtype=np.float64)):
        for c, cells in enumerate(cube):
            add("kernel", f + 1, c + 1, cells)
        add("bias", f + 1, "", np.array([[worked.lesson.bias[f]]]))
    maps = [("sum", worked.sums.output), ("activation", worked.active)]
    if worked.pooled is not None:
        maps.append(("pooled", worked.pooled.output))
    for name, array in maps:
        for f, cells in enumerate(array):
            add(name, f + 1, "", cells)
    return "\n".join(lines) + "\n"


def _settings(lesson: Lesson) -> str:
    padding = lesson.padding if isinstance(lesson.padding, str) else f"{lesson.padding[0]}, {lesson.padding[1]}"
    return (
        f"Padding {padding}; stride {lesson.stride[0]}, {lesson.stride[1]}; dilation {lesson.dilation[0]}, "
        f"{lesson.dilation[1]} (rows, columns); {ACTIVATION_NAMES[lesson.activation]}."
    )


def _too_large() -> str:
    return f"(More than {MAX_STEPS:,} cells: not written out.)"


def _maps(array: np.ndarray) -> list[str]:
    return [_matrix(cells) for cells in array] if array[0].size <= MAX_STEPS else [_too_large()]


def _matrix(cells: np.ndarray) -> str:
    rows = r" \\ ".join(" & ".join(number(x) for x in row) for row in cells)
    return rf"$$\left[\begin{{array}}{{{'r' * cells.shape[1]}}} {rows} \end{{array}}\right]$$"


def _sizes(rows: Axis, columns: Axis) -> list[str]:
    return [f"$$H' = {size_formula(rows, 'H')}$$", f"$$W' = {size_formula(columns, 'W')}$$"]


def _convolution_step(step: Step, worked: Worked) -> str:
    products = " + ".join(rf"({number(t.pixel)} \times {number(t.weight)})" for t in step.terms)
    bias = f" + {number(step.bias)}" if step.bias else ""
    text = f"{products}{bias} = {number(step.total)}"
    result = float(worked.active[step.channel, step.row, step.column])
    if worked.lesson.activation == "relu":
        text += rf",\quad \max(0, {number(step.total)}) = {number(result)}"
    elif worked.lesson.activation == "leaky_relu":
        text += rf",\quad \text{{leaky ReLU}}: {number(result)}"
    return f"{_where(step)}: ${text}$"


def _pooling_step(step: Step, kind: str) -> str:
    if kind == "max":
        values = ", ".join(number(t.pixel) for t in step.terms)
        return rf"{_where(step)}: $\max({values}) = {number(step.total)}$"
    values = " + ".join(number(t.pixel) for t in step.terms)
    return rf"{_where(step)}: $\frac{{{values}}}{{{len(step.terms)}}} = {number(step.total)}$"


def _where(step: Step) -> str:
    return f"Filter {step.channel + 1}, row {step.row + 1}, column {step.column + 1}"
