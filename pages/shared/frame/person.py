"""Who sits at this browser: a random key in a cookie, so that nobody stops or deletes somebody else's run.

It is no login: it names nobody, and a person with two browsers is two persons. Who can read the cookie is that person:
the page's own script writes it, so it can't be HttpOnly, and a browser sends it to every port of the same host. It goes
over TLS alone where the page came by TLS, and to nobody whose page only frames or links the lab (SameSite=Strict).
"""

import re
import secrets

import streamlit as st

_COOKIE = "chalknet_person"
_KEY = re.compile(r"[0-9a-f]{32}")


def person() -> str:
    """The key of this browser; a new browser gets one."""
    if "person" not in st.session_state:
        known = st.context.cookies.get(_COOKIE, "")
        st.session_state["person"] = known if _KEY.fullmatch(known) else secrets.token_hex(16)
        st.session_state["person_is_new"] = not _KEY.fullmatch(known)
    return st.session_state["person"]


def remember_person() -> None:
    """Let a new browser keep its key for a year, so that a reload is still the same person."""
    if st.session_state.get("person_is_new"):
        st.html(f"<script>{_script(st.session_state['person'])}</script>", unsafe_allow_javascript=True)


def _script(key: str) -> str:
    """What the browser runs; the key is hexadecimal by construction: nothing that a person typed gets into it."""
    return (
        f"if (!document.cookie.includes('{_COOKIE}='))"
        f" document.cookie = '{_COOKIE}={key}; path=/; max-age=31536000; SameSite=Strict'"
        " + (location.protocol === 'https:' ? '; Secure' : '');"
    )
