"""The settings of Question 2 as widgets; each takes its value from the lesson and changes only the lesson."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.convolution.kernels import KERNELS, kernel_name
from core.convolution.lesson import (
    EXAMPLES,
    MAX_CHANNELS,
    MAX_FILTERS,
    MAX_KERNEL,
    MAX_SIDE,
    RANGES,
    Lesson,
    resize_image,
    resize_kernel,
)
from pages.convolution.state import change, current_lesson, show
from pages.shared.words.glossary import GLOSSARY, definition
from pages.shared.words.language import marked, say

_SOURCES = {"grid": marked("My numbers"), "data": marked("Data set picture"), "china": marked("Photograph: temple"),
            "flower": marked("Photograph: flower")}  # fmt: skip
_ACTIVATIONS = {"none": marked("None"), "relu": "ReLU", "leaky_relu": "Leaky ReLU"}
_POOLINGS = {"none": marked("None"), "max": marked("Max"), "average": marked("Average")}
_EDGES = {
    "drop": marked("Drop (ceil_mode=False)"),
    "partial": marked("Keep (ceil_mode=True)"),
}
_AXES = (marked("rows"), marked("columns"))
# What the fields are called
_LABELS = {
    "padding": marked("Padding"), "stride": marked("Stride"), "dilation": marked("Dilation"),
    "pool_size": marked("Pool size"), "pool_stride": marked("Pool stride"),
}  # fmt: skip


def controls(lesson: Lesson, n_pictures: int) -> None:
    """What is convolved, and folded at the end of the line: how. The rest stands in ``sizes``."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="convolution_settings"):
        examples = {name: title for name, (title, _) in EXAMPLES.items()}
        given = next((name for name, (_, example) in EXAMPLES.items() if example == lesson), None)
        _choice(say("Example"), "example", examples, given, lambda name: show(EXAMPLES[name][1]), 190)
        _choice(say("Image"), "source", _SOURCES, lesson.source, _field("source"), 170)
        if lesson.source == "data":
            _number(say("Number"), "index", 1, n_pictures, lesson.index + 1, lambda n: change(index=n - 1), 84)
        if lesson.source != "grid":
            _choice(say("Colours"), "colour", {False: marked("Grey"), True: "RGB"}, lesson.colour, _field("colour"), 90)
        kernels = {name: kernel.title for name, kernel in KERNELS.items()}
        grids = {grid for cube in lesson.kernel for grid in cube}
        preset = kernel_name(next(iter(grids))) if len(grids) == 1 else None
        _choice(say("Kernel"), "preset", kernels, preset, _use_kernel, 140, help=definition("kernel"))
        more = st.container(key="convolution_more").expander(say("More"))
    with more, st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        for name in ("padding", "stride", "dilation"):
            _pair_choice(name, getattr(lesson, name))
        _choice(say("Activation"), "activation", _ACTIVATIONS, lesson.activation, _field("activation"), 126)
        explained = definition("pooling")
        _choice(say("Pooling"), "pooling", _POOLINGS, lesson.pooling, _field("pooling"), 110, help=explained)
        if lesson.pooling != "none":
            _pair_choice("pool_size", lesson.pool_size)
            _pair_choice("pool_stride", lesson.pool_stride)
            _choice(say("Partial window"), "edge", _EDGES, lesson.edge, _field("edge"), 216)


def sizes(lesson: Lesson) -> None:
    """The sizes of the grids, and each axis by itself, folded away.

    In no popover: the browser goes on sending what a closed one's widgets were last, and undoes what was set since.
    """
    with st.expander(say("Sizes, axes"), icon=":material/straighten:", key="convolution_sizes"):
        _sizes(lesson)


def _sizes(lesson: Lesson) -> None:
    if lesson.source == "grid":
        shape = (len(lesson.image[0]), len(lesson.image[0][0]), len(lesson.image))
        names = ((say("Rows"), MAX_SIDE), (say("Columns"), MAX_SIDE), (say("Channels"), MAX_CHANNELS))
        _sizes_row("image", shape, names, resize_image)
    shape = (len(lesson.kernel[0][0]), len(lesson.kernel[0][0][0]), len(lesson.kernel))
    names = ((say("Rows"), MAX_KERNEL), (say("Columns"), MAX_KERNEL), (say("Filters"), MAX_FILTERS))
    _sizes_row("kernel", shape, names, resize_kernel)
    for name in ("padding", "stride", "dilation", "pool_size", "pool_stride"):
        value = getattr(lesson, name)
        if value == "same":
            continue
        low, high = RANGES[name]
        columns = st.columns(2)
        for axis, noun in enumerate(_AXES):
            with columns[axis]:
                label = f"{say(_LABELS[name])}, {say(noun)}"
                _number(label, f"{name}_{noun}", low, high, value[axis], _axis(name, axis))


def _sizes_row(
    grid: str,
    shape: tuple[int, ...],
    names: Sequence[tuple[str, int]],
    resize: Callable[[Lesson, int, int, int], Lesson],
) -> None:
    st.caption(say(grid.capitalize()))
    for k, (column, (label, most)) in enumerate(zip(st.columns(3), names, strict=True)):

        def apply(n: int, k: int = k) -> None:
            rows, columns, depth = (n if i == k else old for i, old in enumerate(shape))
            show(resize(current_lesson(), rows, columns, depth))

        with column:
            _number(label, f"{grid}_{k}", 1, most, shape[k], apply)


def _pair_choice(name: str, value: Any) -> None:
    """One number for both axes; a pair that differs is an option too, so that it can be seen."""
    low, high = RANGES[name]
    options: dict[object, str] = {(n, n): str(n) for n in range(low, high + 1)}
    if name == "padding":
        options["same"] = "same"
    options.setdefault(value, f"{value[0]} × {value[1]}")
    explained = definition(name) if name in GLOSSARY else None
    _choice(say(_LABELS[name]), name, options, value, _field(name), 96 if explained else 84, help=explained)


def _field(name: str) -> Callable[[object], None]:
    return lambda value: change(**{name: value})


def _axis(name: str, axis: int) -> Callable[[int], None]:
    def apply(n: int) -> None:
        pair = list(getattr(current_lesson(), name))
        pair[axis] = n
        change(**{name: tuple(pair)})

    return apply


def _use_kernel(name: str) -> None:
    lesson = current_lesson()
    cube = (KERNELS[name].weights,) * lesson.channels
    change(kernel=(cube,) * len(lesson.kernel))


def _choice(
    label: str,
    key: str,
    options: dict[Any, str],
    value: object,
    apply: Callable[[Any], None],
    width: int,
    *,
    help: str | None = None,
) -> None:
    key = f"convolution_{key}"
    st.session_state[key] = value  # the lesson decides, not the widget's memory; None is no preset's

    def changed() -> None:
        if st.session_state[key] is not None:
            apply(st.session_state[key])

    told = {option: say(text) for option, text in options.items()}
    st.selectbox(
        label,
        list(options),
        index=None if value is None else list(options).index(value),
        placeholder=say("My own"),
        format_func=told.__getitem__,
        key=key,
        on_change=changed,
        width=width,
        help=help,
    )


def _number(
    label: str,
    key: str,
    low: int,
    high: int,
    value: int,
    apply: Callable[[int], None],
    width: Any = "stretch",
) -> None:
    key = f"convolution_{key}"
    now = st.session_state[key] = min(value, high)
    changed = lambda: apply(int(st.session_state[key]))  # noqa: E731
    st.number_input(label, low, high, now, step=1, key=key, width=width, on_change=changed)
