"""The app's one engine, shared by all browsers."""

import os

import streamlit as st

from core.engine import Engine

ENGINE_VARIABLE = "CHALKNET_ENGINE"


def where() -> str:
    """``"local"``, ``"thread"`` or a Dask scheduler's address: from the environment, else from Streamlit's secrets."""
    chosen = os.environ.get(ENGINE_VARIABLE)
    if not chosen:
        try:
            chosen = st.secrets.get("engine")
        except FileNotFoundError:  # no secrets file, which is usual
            chosen = None
    return str(chosen or "local")


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Started at the first visit, in the background, and kept warm until the app ends."""
    return Engine(where())
