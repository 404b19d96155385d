"""An answer is kept as soon as one of its fields is left."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.assignments import desk
from core.assignments.assignment import AssignmentError
from core.assignments.variant import seed_of
from pages.shared.words.markdown import sentence_of


def keep(person: str, work: desk.Work, number: int, made: Callable[[], dict[str, Any]]) -> None:
    """A callback: keep an answer as the fields have it."""
    try:
        desk.answer(person, work.assignment.code, number, made())
    except AssignmentError as error:
        st.error(sentence_of(error))


def field_key(work: desk.Work, number: int, *more: object) -> str:
    """The key of a field: another student's fields are other fields."""
    return "_".join(map(str, ("answer", work.assignment.code, seed_of(work.assignment, work.student), number, *more)))
