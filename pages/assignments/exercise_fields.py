"""Exercises as students answer them: the numbers of a convolution or pooling by hand, the shapes of a network."""

from typing import Any

import streamlit as st

from core.assignments import desk
from core.assignments.variant import exercise_of, network_of, seed_of
from core.exercises.convolution_bank import grids, settings_table
from core.exercises.question_bank import Table
from pages.assignments.keep import field_key, keep
from pages.assignments.run_answer import OwnRuns
from pages.shared.frame.frame import Lab

_CELL = 120  # pixels of a field


def convolution_fields(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: Any) -> None:
    """Draw the grids, and a field per blank cell."""
    exercise = exercise_of(task, seed_of(work.assignment, work.student), number)
    with st.container(horizontal=True, gap="large"):
        for table in grids(exercise):
            _grid(table)
    st.caption(", ".join(f"{name.lower()} {value}" for name, value in settings_table(exercise).rows))
    cells = work.answers.get(number, {}).get("cells", {})
    keys = {f"{row},{column}": field_key(work, number, row, column) for row, column in exercise.blanks}
    with st.container(horizontal=True):
        for place, key in keys.items():
            row, column = (int(one) + 1 for one in place.split(","))
            st.text_input(
                f"Row {row}, column {column}", cells.get(place, ""), key=key, width=_CELL, max_chars=20,
                autocomplete="off", on_change=keep,
                args=(lab.person, work, number, lambda: {"cells": _filled(keys)}),
            )  # fmt: skip


def _filled(keys: dict[str, str]) -> dict[str, str]:
    return {place: st.session_state[key].strip() for place, key in keys.items() if st.session_state.get(key)}


def _grid(table: Table) -> None:
    """Numbers in rows and columns, as on paper."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in table.rows)
    with st.container(width="content"):
        st.caption(table.title)
        st.html(f'<table class="answer-grid" aria-label="{table.title}">{rows}</table>{_STYLE}')


def shape_fields(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: Any) -> None:
    """Draw two fields per layer."""
    network = network_of(task, seed_of(work.assignment, work.student), number)
    st.caption(
        f"In goes one picture of {' x '.join(map(str, network.shape_in))}, in batches of {network.batch_size}. For "
        "each layer: the shape of one picture behind it, channels first, and how many parameters it learns."
    )
    told = work.answers.get(number, {})
    keys = {part: [field_key(work, number, part, i) for i in range(len(network.rows))] for part in ("shape", "count")}

    def made() -> dict[str, Any]:
        return {part: [(st.session_state.get(key) or "").strip() for key in every] for part, every in keys.items()}

    for i, row in enumerate(network.rows):
        st.markdown(f"**{row.name}** `{row.layer.code()}`")
        with st.container(horizontal=True):
            for part, label in (("shape", "Shape behind"), ("count", "Parameters of")):
                before = told.get(part, [])
                st.text_input(
                    f"{label} {row.name}", before[i] if i < len(before) else "", key=keys[part][i], width=220,
                    max_chars=40, autocomplete="off", on_change=keep, args=(lab.person, work, number, made),
                )  # fmt: skip


_STYLE = """<style>
.answer-grid { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 1.05rem; }
.answer-grid td { border: 1px solid color-mix(in srgb, currentColor 35%, transparent); padding: 0.25rem 0.6rem;
  text-align: right; min-width: 2.4rem; }
</style>"""
