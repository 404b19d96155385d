"""The feature maps of a layer as a sheet that is zoomed and read in the browser."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

_FOLDER = Path(__file__).parent / "components" / "maps"


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
        Channel, row and column that are marked.
    on_picked : callable
        Called after a click; ``picked_of`` tells where.
    """
    component = st.components.v2.component("maps_sheet", **_files())
    data = {
        "shape": maps.shape,
        "base64": b64encode(np.ascontiguousarray(maps, dtype="<f4").tobytes()).decode(),
        "label": label,
        "tall": tall,
        "picked": picked,
    }
    component(key=key, data=data, on_picked_change=on_picked)


def picked_of(key: str) -> tuple[int, int, int]:
    """Channel, row and column of the click that the callback is about."""
    event = st.session_state[key].picked
    return int(event["channel"]), int(event["row"]), int(event["column"])


@cache
def _files() -> dict[str, str]:
    """The component's HTML, style and script, read once."""
    return {kind: (_FOLDER / f"maps.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
