"""Where it is said what is wrong with a setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_COMPLAINTS: ContextVar[DeltaGenerator | None] = ContextVar("complaints", default=None)


def complain(sentence: str) -> None:
    """Say what is wrong with a setting, where it is seen."""
    (_COMPLAINTS.get() or st).warning(sentence)


@contextmanager
def complain_at(place: DeltaGenerator) -> Iterator[None]:
    """Complaints of the settings that are drawn meanwhile stand at another place, as where they are is folded."""
    before = _COMPLAINTS.set(place)
    try:
        yield
    finally:
        _COMPLAINTS.reset(before)
