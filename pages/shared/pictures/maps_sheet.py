"""The feature maps of a layer as a sheet that is zoomed and read in the browser."""

from base64 import b64encode
from collections.abc import Callable

import numpy as np
import streamlit as st

from pages.shared.components import component


def maps_sheet(
    maps: np.ndarray,
    *,
    label: str,
    key: str,
    tall: int = 430,
    picked: tuple[int, int, int] | None = None,
    on_picked: Callable[[], None] = lambda: None,
) -> None:
    """Draw it.

    Parameters
    ----------
    maps : ndarray of shape (channels, height, width)
    label : str
        For screen readers.
    tall : int
        Pixels of the sheet; what does not fit is scrolled.
    picked : tuple of int, optional
        Channel, row and column that are marked; of a row below 0 the channel alone.
    on_picked : callable
        Called after a click; ``picked_of`` tells where.
    """
    draw = component("maps_sheet", common=["arrays.js", "colours.js"], scripts=["shown.js", "maps_sheet.js"])
    data = {
        "shape": maps.shape,
        "base64": b64encode(np.ascontiguousarray(maps, dtype="<f4").tobytes()).decode(),
        "label": label,
        "tall": tall,
        "picked": picked,
    }
    draw(key=key, data=data, on_picked_change=on_picked)


def picked_of(key: str) -> tuple[int, int, int]:
    """Channel, row and column of the click that the callback is about."""
    event = st.session_state[key].picked
    return int(event["channel"]), int(event["row"]), int(event["column"])
