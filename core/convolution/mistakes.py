"""What the usual mistakes give: a wrong answer is recognised by computing what each mistake would have
answered.

Each kind of mistake has one or more variants (a window can be off in four directions); a variant is a whole
map, with NaN where the mistake has no answer.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.convolution.lesson import Lesson, Worked
from core.convolution.walkthrough import Axis, activate

TOLERANCE = 0.006  # 2.33 is right for 7/3
_FAR = 16  # zeros around the image: farther than any window of an exercise goes astray
_DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1))

HINTS = {
    "kernel_flipped": "It looks as if the kernel was flipped. Lay it on the window as it is printed: its first weight "
    "on the window's upper left pixel.",
    "bias_forgotten": "The bias is missing: add it once to the sum of the products.",
    "relu_forgotten": "The sum is right, but it still has to go through the activation: ReLU makes negative sums 0.",
    "relu_twice": "ReLU came too early as well. Add up all products and the bias first; then apply it once.",
    "one_step_off": "Your window is one step off. Compare its upper left corner with the one in the picture.",
    "stride_ignored": "The stride is missing: from one output cell to the next the window moves by the stride.",
    "padding_ignored": "The padding is missing: the first window begins on the zeros around the image.",
    "padding_wrong_side": "All the padding is on one side in your answer: as many zeros go on each side of the image.",
    "one_sign": "One product has the wrong sign. Check minus times minus and minus times plus.",
    "maximum_for_average": "This is the largest value of the window; asked is the average.",
    "average_for_maximum": "This is the average of the window; asked is the largest value.",
    "partial_as_full": "The last window is partial: divide by the cells that are there, not by a full window's.",
    "partial_dropped": "The last window sticks out, and here it is kept (ceil_mode=True): round up.",
    "partial_kept": "The last window sticks out, and here it is dropped (PyTorch's default): round down.",
    "one_forgotten": "The first window is missing: add 1 after the division.",
    "axes_swapped": "Rows and columns are swapped: rows come first.",
}


def convolution_mistakes(worked: Worked) -> dict[str, list[np.ndarray]]:
    """For each kind of mistake the activation maps, (H', W'), that it gives; one channel, one filter, dilation 1."""
    lesson, rows, columns = worked.lesson, worked.sums.rows, worked.sums.columns
    kernel, bias = np.array(lesson.kernel[0][0], dtype=np.float64), lesson.bias[0]
    windows = sliding_window_view(np.pad(worked.image[0], _FAR), kernel.shape)

    def products(shift: tuple[int, int] = (0, 0), weights: np.ndarray = kernel, stride: bool = True) -> np.ndarray:
        r, c = (
            _FAR + np.arange(axis.count) * (axis.stride if stride else 1) - axis.before + shift[k]
            for k, axis in enumerate((rows, columns))
        )
        return windows[r[:, None], c] * weights  # (H', W', h, w)

    def finish(terms: np.ndarray, with_bias: bool = True) -> np.ndarray:
        return activate(terms.sum(axis=(2, 3)) + bias * with_bias, lesson.activation)

    right = products()
    sums = right.sum(axis=(2, 3))
    pads = (rows.before, columns.before)
    made: dict[str, list[np.ndarray]] = {
        "kernel_flipped": [finish(products(weights=kernel[::-1, ::-1]))],
        "bias_forgotten": [finish(right, with_bias=False)],
        "relu_forgotten": [sums + bias],
        "one_step_off": [finish(products(shift)) for shift in _DIRECTIONS],
        "stride_ignored": [finish(products(stride=False))],
        "padding_ignored": [finish(products(pads))],
        "padding_wrong_side": [finish(products((-pads[0], -pads[1])))],
        "one_sign": [
            activate(sums - 2 * right[:, :, i, j] + bias, lesson.activation) for i, j in np.ndindex(kernel.shape)
        ],
    }
    if lesson.activation != "none":
        early = activate(sums, lesson.activation) + bias
        each = activate(right, lesson.activation).sum(axis=(2, 3)) + bias
        made["relu_twice"] = [activate(x, lesson.activation) for x in (early, each)]
    return made


def pooling_mistakes(worked: Worked) -> dict[str, list[np.ndarray]]:
    """For each kind of mistake the pooled maps, (H', W'), that it gives; one channel."""
    assert worked.pooled is not None, "a pooling exercise has a pooled map"
    lesson, rows, columns, cells = worked.lesson, worked.pooled.rows, worked.pooled.columns, worked.active[0]

    def pooled(
        combine: Callable[[np.ndarray], float], shift: tuple[int, int] = (0, 0), stride: bool = True
    ) -> np.ndarray:
        answer = np.full((rows.count, columns.count), np.nan)
        for r, c in np.ndindex(answer.shape):
            top, left = (
                n * (axis.stride if stride else 1) + shift[k] for k, (n, axis) in enumerate(((r, rows), (c, columns)))
            )
            window = cells[max(0, top) : top + rows.window, max(0, left) : left + columns.window]
            if window.size and top > -rows.window and left > -columns.window:
                answer[r, c] = combine(window)
        return answer

    usual: Callable[[np.ndarray], float] = np.mean if lesson.pooling == "average" else np.max
    made = {
        "one_step_off": [pooled(usual, shift) for shift in _DIRECTIONS],
        "stride_ignored": [pooled(usual, stride=False)],
    }
    if lesson.pooling == "average":
        full = rows.window * columns.window
        made["maximum_for_average"] = [pooled(np.max)]
        made["partial_as_full"] = [pooled(lambda window: float(window.sum()) / full)]
    else:
        made["average_for_maximum"] = [pooled(np.mean)]
    return made


def size_mistakes(lesson: Lesson, rows: Axis, columns: Axis, pooling: bool) -> dict[str, tuple[int, int]]:
    """For each kind of mistake the wrong output size that it gives; of two that give the same, the first."""
    made = every_size_mistake(lesson, rows, columns, pooling)
    right, told = (rows.count, columns.count), list(made.values())
    return {kind: answer for k, (kind, answer) in enumerate(made.items()) if answer != right and answer not in told[:k]}


def every_size_mistake(lesson: Lesson, rows: Axis, columns: Axis, pooling: bool) -> dict[str, tuple[int, int]]:
    """For each kind of mistake the output size that it gives, also where it is right, or another's."""

    def size(**changes: int) -> tuple[int, int]:
        axes = [Axis(**{**vars(axis), **changes}) for axis in (rows, columns)]
        return axes[0].count, axes[1].count

    made: dict[str, tuple[int, int]] = {}
    if pooling:
        kept = lesson.edge == "partial"
        made["partial_dropped" if kept else "partial_kept"] = size(partial=not kept)
    return made | {
        "stride_ignored": size(stride=1),
        "padding_ignored": size(before=0, after=0),
        "one_forgotten": (rows.count - 1, columns.count - 1),
        "axes_swapped": (columns.count, rows.count),
    }


def applicable(
    mistakes: dict[str, list[np.ndarray]], right: np.ndarray, blanks: list[tuple[int, int]]
) -> dict[str, list[np.ndarray]]:
    """The mistakes and variants that show in the blank cells: somewhere they have an answer, and it is wrong."""
    index = tuple(np.array(blanks).T)
    shown = {}
    for kind, variants in mistakes.items():
        wrong = [v for v in variants if (np.abs(v[index] - right[index]) > TOLERANCE).any()]
        if kind == "one_step_off":  # in the second row or column this is what a forgotten stride of 2 gives
            forgotten = mistakes["stride_ignored"]
            wrong = [v for v in wrong if not any(_same(v[index], f[index]) for f in forgotten)]
        if wrong:
            shown[kind] = wrong
    return shown


def are_told_apart(mistakes: dict[str, list[np.ndarray]], blanks: list[tuple[int, int]]) -> bool:
    """Whether no two kinds of mistake give the same answers in the blank cells."""
    index = tuple(np.array(blanks).T)
    flat = [(kind, variant[index]) for kind, variants in mistakes.items() for variant in variants]
    return not any(kind != other and _same(answer, theirs) for kind, answer in flat for other, theirs in flat)


def _same(answers: np.ndarray, others: np.ndarray) -> bool:
    """Whether all answers that the first gives are also the second's."""
    given = ~np.isnan(answers)
    return bool((np.abs(answers[given] - others[given]) <= 2 * TOLERANCE).all())


def recognise(
    mistakes: dict[str, list[np.ndarray]], answers: dict[tuple[int, int], float], cell: tuple[int, int]
) -> str | None:
    """The kind of mistake that explains a wrong cell, and as many of the other answers as possible; else ``None``."""
    best, kind_of_best = 0, None
    for kind, variants in mistakes.items():
        for variant in variants:
            agrees = {place for place, value in answers.items() if abs(variant[place] - value) <= TOLERANCE}
            if cell in agrees and len(agrees) > best:
                best, kind_of_best = len(agrees), kind
    return kind_of_best
