"""The moving picture of Question 2: the numbers go to the browser once, and what moves, moves there."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from core.convolution.lesson import Lesson, Worked
from core.convolution.walkthrough import LEAKY_SLOPE, Axis
from pages.shared.components import component, files_of
from pages.shared.words.language import say

_SCRIPTS = (
    "geometry.js", "numbers.js", "grids.js", "layout.js", "equation.js", "fit.js", "bar.js", "outbox.js",
    "next_cell.js", "player.js",
)  # fmt: skip
_COMMON = ("arrays.js", "colours.js", "in_lecture.js")
_LARGE = 64 * 64  # cells from which an array is sent as bytes rather than as text


def moving_picture(data: dict[str, object], key: str, **callbacks: Callable[[], None]) -> None:
    """Draw it; ``callbacks``, such as ``on_edited_change``, read what was typed by ``sent``."""
    draw = component("convolution", common=_COMMON, scripts=_SCRIPTS)
    draw(key=key, data=data | {"seen": st.session_state.get(f"{key}_seen", 0)}, **callbacks)


def picture_files() -> dict[str, str]:
    """Its HTML, style and script, for who draws it where there is no lab."""
    return files_of("convolution", common=_COMMON, scripts=_SCRIPTS)


def sent(key: str, event: str) -> list[dict[str, Any]]:
    """What was typed since the last time: each the cell and the text, in order.

    The browser sends everything that was not confirmed yet, as Streamlit keeps only the last of two events that come
    during one run; each has a number, and none is taken twice.
    """
    seen = st.session_state.get(f"{key}_seen", 0)
    new = [item for item in getattr(st.session_state[key], event) or [] if item["id"] > seen]
    st.session_state[f"{key}_seen"] = max([seen, *(item["id"] for item in new)])
    return new


def lesson_data(lesson: Lesson, image: np.ndarray, worked: Worked | None) -> dict[str, object]:
    """What the picture needs of a lesson; without ``worked`` only the image and the kernels are drawn."""
    data: dict[str, object] = {
        "image": numbers(image),
        "kernel": lesson.kernel,
        "bias": lesson.bias,
        "activation": lesson.activation,
        "slope": LEAKY_SLOPE,
        "editable": lesson.source == "grid",
        "editableKernel": True,
        "channelNames": channel_names(lesson),
    }
    if worked is not None:
        data |= {"axes": axes(worked.sums.rows, worked.sums.columns), "sums": numbers(worked.sums.output)}
        if lesson.activation != "none":
            data["active"] = numbers(worked.active)
        if worked.pooled is not None:
            data["pooled"] = numbers(worked.pooled.output)
            data["pool"] = {
                "kind": lesson.pooling,
                "axes": axes(worked.pooled.rows, worked.pooled.columns),
            }
    return data


def channel_names(lesson: Lesson) -> list[str]:
    """ "red", "green", "blue" for pictures in colour, else "channel 1" and so on."""
    if lesson.source != "grid" and lesson.colour:
        return [say("red"), say("green"), say("blue")]
    return [say("channel {n}", n=c + 1) for c in range(lesson.channels)]


def axes(rows: Axis, columns: Axis) -> dict[str, dict[str, int]]:
    """Both axes as the picture's index arithmetic wants them."""
    return {
        name: {k: getattr(axis, k) for k in ("size", "window", "stride", "dilation", "before", "after", "count")}
        for name, axis in (("rows", rows), ("columns", columns))
    }


def numbers(array: np.ndarray) -> dict[str, Any]:
    """An array (C, H, W) for the browser: a photograph as bytes, its maps as float32, the rest exactly."""
    if array.size <= _LARGE:
        return {"shape": array.shape, "values": array.ravel().tolist()}
    is_picture = array.min() >= 0 and array.max() <= 255 and not (array % 1).any()
    kind = "uint8" if is_picture else "float32"
    return {"shape": array.shape, "type": kind, "base64": b64encode(array.astype(kind).tobytes()).decode()}
