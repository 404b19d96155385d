"""Whether a browser sits at another machine than the lab, as far as its own words tell."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def is_from_afar() -> bool:
    """Whether this visitor came through a proxy, or asked for another name than this machine's own."""
    return told_from_afar(st.context.headers)


def told_from_afar(headers: Mapping[str, str]) -> bool:
    """The same of a browser's headers.

    A lab that answers at loopback alone may stand behind a proxy that everybody reaches. Such a proxy says so in a
    header of its own, and the browser names the host that it has been sent to.
    """
    if any(headers.get(name) for name in _OF_PROXIES):
        return True
    named = [f"//{headers[name]}" for name in ("Host",) if headers.get(name)]
    named += [headers[name] for name in ("Origin",) if headers.get(name)]
    return any(_host(address) not in LOOPBACK for address in named)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:  # a name that is none
        return None
