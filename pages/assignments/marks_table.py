"""The table of marks: all columns where there is room, and on a phone the students' sums, row by row."""

import pandas as pd
import streamlit as st

from core.grading.gradebook import Gradebook
from pages.shared.pictures.small_table import small_table

ICONS = {"marked": "✓", "words to mark": "✎", "look at it": "⚠", "not marked": "✗"}
_BREAK = 700  # pixels of a window; narrower ones have the short table
_MOST_ROWS = 100  # of the short one
_WIDE, _SHORT = "marks_wide", "marks_short"  # keys of the containers
_WIDTHS, _TASK = {"student": 150, "status": 130, "sum": 60, "of": 50}, 70  # pixels of the wide table's columns
_STYLE = f"""<style>
@media (max-width: {_BREAK - 1}px) {{ .st-key-{_WIDE} {{ display: none; }} }}
@media (min-width: {_BREAK}px) {{ .st-key-{_SHORT} {{ display: none; }} }}
</style>"""


def marks_table(book: Gradebook) -> None:
    """Draw it, of the students that were marked."""
    st.html(_STYLE)
    table = book.table().head(len(book.rows)).drop(columns=["notes", "file"])  # these stand below, and in the CSV
    table["status"] = [f"{ICONS[status]} {status}" for status in table["status"]]
    first = ["student", "status", "sum", "of"]
    with st.container(key=_WIDE):
        shown = table[first + [name for name in table if name not in first]]
        widths = {name: _WIDTHS.get(name, _TASK) for name in shown}  # Streamlit's own are cut at 1,024 px
        st.dataframe(shown, hide_index=True, column_config={
            name: st.column_config.Column(width=width) for name, width in widths.items()
        })  # fmt: skip
    with st.container(key=_SHORT):
        rows = table.head(_MOST_ROWS)
        points = [f"{points} of {of}" for points, of in zip(rows["sum"], rows["of"], strict=True)]
        short = pd.DataFrame({"student": rows["student"], "points": points, "status": rows["status"]})
        small_table(short, label="Marks")
        if len(table) > len(rows):
            st.caption(f"{len(rows)} of {len(table):,} students; a wider window and the CSV have all.")
