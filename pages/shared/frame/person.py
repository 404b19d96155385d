"""Who sits at this browser: a random key in a cookie, so that nobody stops or deletes somebody else's run.

It is no login: it names nobody, and a person with two browsers is two persons.
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
        # The key is hexadecimal by construction: nothing that a person typed gets into the script
        st.html(
            f"<script>if (!document.cookie.includes('{_COOKIE}='))"
            f" document.cookie = '{_COOKIE}={st.session_state['person']}; path=/; max-age=31536000; SameSite=Strict';"
            "</script>",
            unsafe_allow_javascript=True,
        )
