"""Runs: everything that was trained here, side by side."""

import streamlit as st

from pages.runs.compare import runs_compare, runs_parallel
from pages.runs.details import run_details
from pages.runs.disk import run_disk
from pages.runs.shown import runs_shown
from pages.runs.table import runs_table
from pages.shared.frame.frame import frame
from pages.shared.frame.tabs import open_tab

TABS = ["Table", "Compare", "Run", "What helped", "Disk"]

lab = frame("runs")
shown = runs_shown(lab)
st.session_state.setdefault("tab", shown.first_tab)
now, tab = open_tab(TABS)

with tab:
    if now == "Table":
        runs_table(shown)
    elif now == "Compare":
        runs_compare(shown)
    elif now == "Run":
        run_details(lab, shown)
    elif now == "What helped":
        runs_parallel(shown)
    else:
        run_disk(lab, shown)
