"""The lab's own address, for links that are passed on."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import streamlit as st

_ONLY_HERE = {"localhost", "127.0.0.1", "::1"}


def link_to(page: str, parameters: Mapping[str, str]) -> str:
    """A whole link.

    Parameters
    ----------
    page : str
        The last part of a page's address, such as ``"Room"``.
    parameters : mapping of str to str
    """
    here = urlsplit(st.context.url or "")
    return f"{here.scheme or 'http'}://{here.netloc or 'localhost:8501'}/{page}?{urlencode(parameters)}"


def is_only_here() -> bool:
    """Whether this address reaches the lab from this machine alone."""
    return urlsplit(st.context.url or "").hostname in _ONLY_HERE
