"""The table of marks: all columns where there is room, and else the students' sums, row by row."""

import pandas as pd
import streamlit as st

from core.grading.gradebook import Gradebook
from pages.shared.pictures.small_table import small_table

ICONS = {"marked": "✓", "words to mark": "✎", "look at it": "⚠", "not marked": "✗"}
_BREAK = 1200  # pixels of a window; narrower ones have the short table, as four tasks are cut at 1,024
_MOST_ROWS = 100  # of the short one
_WIDE, _SHORT = "marks_wide", "marks_short"  # keys of the containers
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
        st.dataframe(table[first + [name for name in table if name not in first]], hide_index=True)
    with st.container(key=_SHORT):
        rows = table.head(_MOST_ROWS)
        points = [f"{points} of {of}" for points, of in zip(rows["sum"], rows["of"], strict=True)]
        short = pd.DataFrame({"student": rows["student"], "points": points, "status": rows["status"]})
        small_table(short, label="Marks")
        if len(table) > len(rows):
            st.caption(f"{len(rows)} of {len(table):,} students; a wider window and the CSV have all.")
