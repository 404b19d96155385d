"""The shape doctor's layers as a table: what was found stays, green; what comes is hidden."""

import pandas as pd
import streamlit as st

from core.exercises.shape_attempt import Asked, Attempt, Question
from core.lab.words import shape
from pages.shared.pictures.small_table import small_table

_KEY = "shape_rows"
_COLUMN: dict[Question, int] = {"shape": 4, "count": 5}  # of the table, as CSS counts


def shape_rows(attempt: Attempt) -> None:
    """Draw it: each layer's line, what goes in as far as it is known, and the answers that are settled."""
    task = attempt.task
    last = len(task.rows) if attempt.row is None else attempt.row
    rows = pd.DataFrame(
        {
            "layer": [f"▶ {row.name}" if number == last else row.name for number, row in enumerate(task.rows)],
            "code": [row.layer.code(row.shape_in if number < last else None) for number, row in enumerate(task.rows)],
            "in": [shape(*row.shape_in) if number <= last else "" for number, row in enumerate(task.rows)],
            "out": [_told(attempt.of(number, "shape"), shape(*row.shape)) for number, row in enumerate(task.rows)],
            "parameters": [
                _told(attempt.of(number, "count"), f"{row.n_parameters:,}") for number, row in enumerate(task.rows)
            ],
        }
    )
    with st.container(key=_KEY):
        st.html(_style(attempt))
        small_table(rows, label="The layers, and what was found out about them")


def _told(asked: Asked, right: str) -> str:
    return {"open": "?", "right": f"✓ {right}", "shown": f"{right} (shown)"}[asked.state]


def _style(attempt: Attempt) -> str:
    """Green for each answer that was found, a frame for the row that is asked."""
    found = [
        f".st-key-{_KEY} tbody tr:nth-child({row + 1}) td:nth-child({_COLUMN[question]})"
        for (row, question), asked in attempt.asked.items()
        if asked.state == "right"
    ]
    green = f"{','.join(found)}{{color:light-dark(#0b6b53,#58c9a3);font-weight:650}}" if found else ""
    now = attempt.row
    here = "" if now is None else (
        f".st-key-{_KEY} tbody tr:nth-child({now + 1}){{background:color-mix(in srgb,currentColor 9%,transparent)}}"
    )  # fmt: skip
    return (
        f"<style>.st-key-{_KEY} td:nth-child(2){{font-family:monospace;font-size:.88em;overflow-wrap:anywhere}}"
        f".st-key-{_KEY} td:not(:nth-child(2)){{white-space:nowrap}}{green}{here}</style>"
    )
