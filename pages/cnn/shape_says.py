"""What is said to the last answers: the mistake, and PyTorch's own error for it."""

from __future__ import annotations  # so that what torch says, whose module needs torch, is named for the type checker

import html
from typing import TYPE_CHECKING

import streamlit as st

from core.exercises.layers import Shape
from core.exercises.shape_attempt import QUESTIONS, Asked, Attempt, Question
from core.exercises.shapes import read_task

if TYPE_CHECKING:
    from core.exercises.shape_errors import TorchSays

_WHAT: dict[Question, str] = {"shape": "Shape", "count": "Parameters"}


def says(attempt: Attempt) -> None:
    """Of the row that is asked, and of the one above where it had to be shown."""
    now = len(attempt.task.rows) if attempt.row is None else attempt.row
    for index in (now - 1, now):
        for question in QUESTIONS:
            asked = attempt.of(index, question) if index >= 0 else Asked()
            if asked.hint and (index == now or asked.state == "shown"):
                _one(attempt, index, question, asked)


def _one(attempt: Attempt, index: int, question: Question, asked: Asked) -> None:
    name = attempt.task.rows[index].name
    what = f"{_WHAT[question]} of {name}, <q>{html.escape(asked.text)}</q>"
    st.html(f"{_STYLE}<p class='doctor-says' role='status'><b>{what}:</b> {html.escape(asked.hint)}</p>")
    if asked.answer is None:
        return
    said = _torch_says(attempt.task.code, index, question, asked.answer, asked.mistakes)
    if said.error:
        st.caption(f"{said.note} PyTorch's own error:")
        st.code(f">>> {said.code}(x)\n{said.error}" if said.code[:2] == "nn" else f">>> {said.code}\n{said.error}",
                language=None, wrap_lines=True)  # fmt: skip
    else:
        st.caption(said.note)


@st.cache_data(max_entries=500, show_spinner=False)
def _torch_says(
    code: str, index: int, question: Question, answer: Shape | int, mistakes: tuple[str, ...]
) -> TorchSays:
    from core.exercises.shape_errors import error_of_count, error_of_shape  # needs torch

    task = read_task(code)
    return error_of_shape(task, index, answer) if isinstance(answer, tuple) else error_of_count(task, index, mistakes)


_STYLE = """<style>
.doctor-says{border-left:5px solid light-dark(#b3261e,#ff8a80);padding:.3rem .8rem;margin:0;font-size:1.05rem;
line-height:1.4;overflow-wrap:anywhere}
</style>"""
