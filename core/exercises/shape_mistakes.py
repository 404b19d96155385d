"""What the usual mistakes give: a wrong shape or count is recognised by reckoning what each mistake would have given.

A mistake has one or more variants (a pool's window has weights in one channel, or in all). Where two mistakes give the
same answer, both are named: nobody can tell which it was.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core.exercises.layers import Conv, Flatten, Layer, Linear, Norm, Pool, Shape, windows
from core.exercises.shapes import Row, Task

HINTS = {
    "padding_forgotten": "The padding is forgotten: its zeros are added on both sides before the kernel slides.",
    "padding_once": "The padding is added once; it stands on both sides, so it counts twice.",
    "stride_ignored": "The stride is ignored: the window moves by the stride, so divide by it.",
    "one_forgotten": "The first window is missing: add 1 after the division.",
    "rounded_up": "The last window sticks out and is dropped: round down, not up.",
    "channels_swapped": "Channels and filters are swapped: as many channels come out as there are filters.",
    "maps_per_channel": "Channels and filters are multiplied: a filter takes all channels at once and gives one map.",
    "channels_last": "The numbers are right, their order is not PyTorch's: channels first, then height and width.",
    "channels_left_out": "The channels are left out: a shape here has three numbers, channels first.",
    "channels_only": "Height and width are left out: batch norm reckons per channel, but all of the map comes out.",
    "pooled_early": "The pooling is done too early: it is the next layer's, and this layer comes before it.",
    "pooling_forgotten": "The pooling is forgotten: this is the size before it.",
    "pooling_twice": "The pooling is done twice.",
    "channels_pooled": "The channels are pooled too: pooling works in each channel alone, and all of them stay.",
    "one_axis": "Only one side is pooled: the window moves along both.",
    "window_as_stride": "The window moves by its own size in your answer; here the stride is another.",
    "with_batch": "The batch is counted in: pictures stay apart, so a shape or a layer knows nothing of how many come.",
    "flatten_forgotten": "The picture is not flattened: behind Flatten its numbers stand in one row, so multiply.",
    "channels_forgotten": "This is one channel, height x width: all channels go into the row.",
    "pixels_forgotten": "Only channels are counted: each one brings height x width numbers into the row.",
    "side_not_squared": "The side is counted once: a map has height x width numbers.",
    "in_for_out": "This is what comes in: out come as many numbers as there are units.",
    "weights_for_outputs": "These are weights: each unit adds up its products and gives one number.",
    "bias_forgotten": "The bias is forgotten: one per filter of a convolution, one per unit of a linear layer.",
    "one_bias": "There is one bias for the whole layer in your answer: each filter, or unit, has its own.",
    "kernel_not_squared": "The kernel size is not squared: a filter has kernel size x kernel size weights per channel.",
    "kernel_forgotten": "The kernel is forgotten: per channel a filter has as many weights as its window has pixels.",
    "in_channels_forgotten": "The channels that come in are forgotten: a filter has weights for each of them.",
    "filters_forgotten": "This is one filter: the layer has as many of them as out_channels says.",
    "in_and_out_swapped": "What comes in and what goes out are swapped: a bias belongs to what goes out.",
    "positions_counted": "The positions are counted in: a filter has the same weights wherever it stands.",
    "running_counted": "The running mean and variance are counted in: they are kept, but they are no parameters.",
    "half_of_norm": "This is one number per channel: batch norm learns two, a scale and a shift.",
    "norm_learns_nothing": "Batch norm has something to learn: a scale and a shift per channel.",
    "norm_per_number": "Each pixel has a scale and a shift in your answer: all pixels of a channel share theirs.",
    "pool_has_weights": "The window's size is counted: it has no weights, pooling takes the largest number.",
    "flatten_has_weights": "Numbers that pass are counted: Flatten lays them in a row and learns nothing.",
    "weights_forgotten": "Only biases are counted: each unit has a weight for everything that comes in as well.",
    "sum_for_product": "Added, where each of one side meets each of the other: multiply.",
}


@dataclass(frozen=True)
class Verdict:
    """What is said to an answer.

    Attributes
    ----------
    is_right : bool
    mistakes : tuple of str
        Keys of ``HINTS``: all that give this very answer.
    hint : str
        Empty where the answer is right.
    """

    is_right: bool
    mistakes: tuple[str, ...] = ()
    hint: str = ""


def check_shape(task: Task, index: int, answer: Shape) -> Verdict:
    """Hold a shape of one picture against a row."""
    row = task.rows[index]
    if answer == row.shape:
        return Verdict(True)
    found = _those_that_give(answer, shape_mistakes(task, index))
    return Verdict(False, found, _hint(found) or _part_of_shape(row, answer))


def check_count(task: Task, index: int, answer: int) -> Verdict:
    """Hold a number of parameters against a row."""
    row = task.rows[index]
    if answer == row.n_parameters:
        return Verdict(True)
    found = _those_that_give(answer, count_mistakes(task, index))
    return Verdict(False, found, _hint(found) or f"Not yet. {row.layer.count_rule}")


def shape_mistakes(task: Task, index: int) -> dict[str, list[Shape]]:
    """For each kind of mistake that shows in a row the shapes that it gives; none of them is right."""
    row = task.rows[index]
    made = dict(_SHAPES[type(row.layer)](task, index, row.layer, row.shape_in))
    return _that_show(made, row.shape)


def count_mistakes(task: Task, index: int) -> dict[str, list[int]]:
    """For each kind of mistake that shows in a row the numbers of parameters that it gives; none of them is right."""
    row = task.rows[index]
    made = dict(_COUNTS[type(row.layer)](task, index, row.layer, row.shape_in))
    return _that_show(made, row.n_parameters)


def built_by(task: Task, index: int, mistake: str) -> tuple[Layer, Shape] | None:
    """The layer that somebody builds who counts parameters by a mistake, and the shape that it is built for.

    None where the mistake is one of counting alone: nobody builds a layer otherwise for it.
    """
    row = task.rows[index]
    layer, shape_in = row.layer, row.shape_in
    if isinstance(layer, Conv) and mistake == "in_channels_forgotten":
        return layer, (1, *shape_in[1:])
    if isinstance(layer, Conv) and mistake == "in_and_out_swapped":
        return replace(layer, filters=shape_in[0]), (layer.filters, *shape_in[1:])
    if isinstance(layer, Linear) and mistake == "in_and_out_swapped":
        return Linear(shape_in[0]), (layer.units,)
    if isinstance(layer, Linear) and mistake == "pixels_forgotten":
        return layer, (task.rows[index - 1].shape_in[0],)
    if isinstance(layer, Linear) and mistake == "with_batch":
        return layer, (shape_in[0] * task.batch_size,)
    return None


Shapes = Iterator[tuple[str, list[Shape]]]
Counts = Iterator[tuple[str, list[int]]]


def _of_conv(task: Task, index: int, layer: Conv, shape_in: Shape) -> Shapes:
    channels, side = shape_in[:2]
    right = layer.shape_out(shape_in)
    padded = side + 2 * layer.padding

    def with_side(n: int) -> list[Shape]:
        return [(layer.filters, n, n)]

    yield "padding_forgotten", with_side(windows(side, layer.kernel, layer.stride))
    yield "padding_once", with_side((side + layer.padding - layer.kernel) // layer.stride + 1)
    yield "stride_ignored", with_side(windows(side, layer.kernel, 1, layer.padding))
    yield "one_forgotten", with_side(right[1] - 1)
    yield "rounded_up", with_side(math.ceil((padded - layer.kernel) / layer.stride) + 1)
    yield "channels_swapped", [(channels, *right[1:])]
    yield "maps_per_channel", [(channels * layer.filters, *right[1:])]
    yield from _of_maps(task, index, right)


def _of_norm(task: Task, index: int, layer: Norm, shape_in: Shape) -> Shapes:
    yield "channels_only", [shape_in[:1]]
    yield from _of_maps(task, index, shape_in)


def _of_maps(task: Task, index: int, right: Shape) -> Shapes:
    """Of whatever gives maps."""
    yield "channels_last", [(*right[1:], right[0])]
    yield "channels_left_out", [right[1:]]
    following = [layer for _, layer in task.layers[index + 1 :] if not isinstance(layer, Norm)]
    if isinstance(following[0], Pool) and not isinstance(task.rows[index].layer, Pool):
        yield "pooled_early", [following[0].shape_out(right)]


def _of_pool(task: Task, index: int, layer: Pool, shape_in: Shape) -> Shapes:
    right = layer.shape_out(shape_in)
    channels, side, n = shape_in[0], shape_in[1], right[1]

    def with_side(n: int) -> list[Shape]:
        return [(channels, n, n)]

    yield "pooling_forgotten", [shape_in]
    yield "pooling_twice", [layer.shape_out(right)]
    yield "channels_pooled", [(windows(channels, layer.kernel, layer.stride), n, n), (channels // layer.stride, n, n)]
    yield "stride_ignored", with_side(windows(side, layer.kernel))
    if layer.stride != layer.kernel:
        yield "window_as_stride", with_side(side // layer.kernel)
    yield "one_forgotten", with_side(n - 1)
    yield "rounded_up", with_side(math.ceil((side - layer.kernel) / layer.stride) + 1)
    yield "one_axis", [(channels, n, side), (channels, side, n)]
    yield from _of_maps(task, index, right)


def _of_flatten(task: Task, index: int, layer: Flatten, shape_in: Shape) -> Shapes:
    channels, side = shape_in[:2]
    yield "with_batch", [(task.batch_size * math.prod(shape_in),)]
    yield "flatten_forgotten", [shape_in, (*shape_in[1:], channels)]
    yield "channels_forgotten", [(side * side,)]
    yield "pixels_forgotten", [(channels,)]
    yield "side_not_squared", [(channels * side,)]
    above = task.rows[index - 1]
    if isinstance(above.layer, Pool):
        yield "pooling_forgotten", [(math.prod(above.shape_in),)]
        yield "pooling_twice", [(math.prod(above.layer.shape_out(shape_in)),)]


def _of_linear(task: Task, index: int, layer: Linear, shape_in: Shape) -> Shapes:
    yield "in_for_out", [shape_in]
    yield "weights_for_outputs", [(shape_in[0] * layer.units,), (layer.n_parameters(shape_in),)]
    yield "with_batch", [(task.batch_size * layer.units,)]


def _counts_of_conv(task: Task, index: int, layer: Conv, shape_in: Shape) -> Counts:
    channels, filters, kernel = shape_in[0], layer.filters, layer.kernel
    weights = filters * channels * kernel**2
    positions = math.prod(layer.shape_out(shape_in)[1:])
    yield "bias_forgotten", [weights]
    yield "one_bias", [weights + 1]
    yield "kernel_not_squared", [filters * (channels * kernel + 1)]
    yield "kernel_forgotten", [filters * (channels + 1)]
    yield "in_channels_forgotten", [filters * (kernel**2 + 1)]
    yield "filters_forgotten", [channels * kernel**2 + 1]
    yield "in_and_out_swapped", [weights + channels]
    yield "positions_counted", [(weights + filters) * positions, weights * positions]
    yield "with_batch", [(weights + filters) * task.batch_size]


def _counts_of_norm(task: Task, index: int, layer: Norm, shape_in: Shape) -> Counts:
    yield "running_counted", [4 * shape_in[0]]
    yield "half_of_norm", [shape_in[0]]
    yield "norm_learns_nothing", [0]
    yield "norm_per_number", [2 * math.prod(shape_in)]


def _counts_of_pool(task: Task, index: int, layer: Pool, shape_in: Shape) -> Counts:
    window = layer.kernel**2
    yield "pool_has_weights", [n * window + bias * n for n in (1, shape_in[0]) for bias in (0, 1)]


def _counts_of_flatten(task: Task, index: int, layer: Flatten, shape_in: Shape) -> Counts:
    yield "flatten_has_weights", [math.prod(shape_in)]


def _counts_of_linear(task: Task, index: int, layer: Linear, shape_in: Shape) -> Counts:
    n_in, units = shape_in[0], layer.units
    yield "bias_forgotten", [n_in * units]
    yield "one_bias", [n_in * units + 1]
    yield "in_and_out_swapped", [n_in * units + n_in]
    yield "weights_forgotten", [units]
    yield "sum_for_product", [n_in + units]
    yield "with_batch", [(n_in * task.batch_size + 1) * units]
    above = task.rows[index - 1]
    if isinstance(above.layer, Flatten):
        yield "pixels_forgotten", [(above.shape_in[0] + 1) * units]


_SHAPES: dict[type, Any] = {
    Conv: _of_conv, Norm: _of_norm, Pool: _of_pool, Flatten: _of_flatten, Linear: _of_linear,
}  # fmt: skip
_COUNTS: dict[type, Any] = {
    Conv: _counts_of_conv, Norm: _counts_of_norm, Pool: _counts_of_pool, Flatten: _counts_of_flatten,
    Linear: _counts_of_linear,
}  # fmt: skip


def _that_show(made: dict[str, list[Any]], right: Shape | int) -> dict[str, list[Any]]:
    """Without variants that are right by chance, or no size at all."""
    shown = {}
    for kind, variants in made.items():
        wrong = [
            answer for answer in dict.fromkeys(variants)
            if answer != right and (isinstance(answer, int) or min(answer) > 0)
        ]  # fmt: skip
        if wrong:
            shown[kind] = wrong
    return shown


def _those_that_give(answer: Shape | int, mistakes: dict[str, list[Any]]) -> tuple[str, ...]:
    return tuple(kind for kind, variants in mistakes.items() if answer in variants)


def _hint(mistakes: tuple[str, ...]) -> str:
    if len(mistakes) < 2:
        return "".join(HINTS[kind] for kind in mistakes)
    return "More than one mistake gives this. " + " Or: ".join(HINTS[kind] for kind in mistakes)


def _part_of_shape(row: Row, answer: Shape) -> str:
    """What is right of an answer that no usual mistake gives, and the rule."""
    right = row.shape
    if len(answer) != len(right):
        asked = "three numbers: channels, height, width" if len(right) == 3 else "one number"
        return f"Not yet. The shape of one picture here has {asked}. {row.layer.shape_rule}"
    part = ""
    if len(right) == 3 and answer[0] == right[0]:
        part = "The channels are right, height and width are not. "
    elif len(right) == 3 and answer[1:] == right[1:]:
        part = "Height and width are right, the channels are not. "
    return f"Not yet. {part}{row.layer.shape_rule}"
