"""The app's one engine, shared by all browsers: where it runs, who is its teacher, what one person may have."""

import os
import sys

import streamlit as st

from core.engine import Engine
from core.lab.limits import HALL, LAPTOP, Limits
from core.lab.teacher import Teacher, TeacherKeyError

ENGINE_VARIABLE, HALL_VARIABLE = "CHALKNET_ENGINE", "CHALKNET_HALL"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def where() -> str:
    """``"local"``, ``"thread"`` or a Dask scheduler's address: from the environment, else from Streamlit's secrets."""
    return str(os.environ.get(ENGINE_VARIABLE) or _secret("engine") or "local")


def is_hall() -> bool:
    """Whether others than who sits at this machine use the lab.

    By the environment, else by Streamlit's secrets (``hall = true``), else by the address at which the lab answers.
    Behind a reverse proxy that is loopback, so there it has to be said.
    """
    said = str(os.environ.get(HALL_VARIABLE) or _secret("hall")).lower()
    if said in _YES or said in _NO:
        return said in _YES
    return st.get_option("server.address") not in _LOOPBACK


def limits() -> Limits:
    """What one person may have here."""
    return HALL if is_hall() else LAPTOP


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Started at the first visit, in the background, and kept warm until the app ends."""
    return Engine(where(), _teacher(), limits())


def _teacher() -> Teacher:
    """Say the teacher's key on the console, once, where it is not one of the settings."""
    try:
        teacher = Teacher(str(_secret("teacher_key") or ""))
    except TeacherKeyError as error:
        print(f"  .streamlit/secrets.toml: {error} It is not used.", file=sys.stderr, flush=True)
        teacher = Teacher()
    if teacher.made_up:
        print(f"  The teacher's key (page Runs, Teacher): {teacher.made_up}\n", file=sys.stderr, flush=True)
    return teacher


def _secret(name: str) -> object:
    try:
        return st.secrets.get(name)
    except FileNotFoundError:  # no secrets file, which is usual
        return None
