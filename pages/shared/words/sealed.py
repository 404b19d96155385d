"""The sealed test set in words: what judges are validation pictures then, and every page says so.

What is shown on a page is all of one kind: runs that were judged on test pictures, or runs that were judged on pictures
held out of training. So one switch of the page decides the words.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from core.runs.envelope import as_validation
from core.specs import DataSpec

_KEY = "sealed_words"  # of the session: fragments run in threads of their own
_SEALED: ContextVar[bool] = ContextVar("sealed")
_FRENCH = re.compile(r"(?<!ensemble )\b(d[eu]) test\b|^test$")


def is_sealed() -> bool:
    """Whether this page shows validation in the place of the test."""
    try:
        return _SEALED.get()
    except LookupError:
        on = bool(st.session_state.get(_KEY, False)) if st.runtime.exists() else False
        _SEALED.set(on)
        return on


def speak_of(data: DataSpec) -> None:
    """Let this page, and its fragments, speak of what judges its runs."""
    on = data.judged_on == "validation"
    st.session_state[_KEY] = on
    _SEALED.set(on)


@contextmanager
def of_validation() -> Iterator[None]:
    """What is drawn meanwhile was judged on pictures held out of training, whatever else the page shows."""
    token = _SEALED.set(True)
    try:
        yield
    finally:
        _SEALED.reset(token)


def as_judged(text: str) -> str:
    """A text about the test pictures, of those that judge on this page."""
    if not is_sealed():
        return text
    return _FRENCH.sub(lambda found: f"{found[1]} validation" if found[1] else "validation", as_validation(text))
