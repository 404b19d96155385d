"""Earlier runs of a page in one picture, and what alone differs between them."""

import streamlit as st

from core import runs
from core.lab import owners
from core.runs import table as run_table
from pages.shared.controls.widgets import switch
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import is_of_this_kind
from pages.shared.panels.overlay import MOST_RUNS, overlay_view, run_labels
from pages.shared.words.language import say

MOST_LISTED = 60


def compare_view(lab: Lab, page: str) -> None:
    """Overlay the curves of chosen runs."""
    everybody = switch(say("Everybody's runs"), "everybody")
    known = run_table.read().runs
    known = known[(known["page"] == page) & known["epochs"].gt(0)]
    if len(known):
        known = known[[is_of_this_kind(judged) for judged in known["data.judged_on"]]]
    if not everybody:
        known = known[known["owner"] == owners.owner_mark(lab.person)]
    if known.empty:
        if everybody:
            nothing = say("No run of this page has finished an epoch yet.")
        else:
            nothing = say("None of your runs of this page has finished an epoch yet.")
        st.info(f"{nothing} {say('Train twice with one setting changed, then look here.')}")
        return
    listed = known.head(MOST_LISTED)
    found = {run_id: runs.open_run(run_id) for run_id in listed["id"]}
    numbers = dict(zip(listed["id"], listed["number"], strict=True))
    names = dict(zip(listed["id"], listed["name"], strict=True))
    labels = run_labels({run_id: run.spec for run_id, run in found.items()}, numbers, names)
    chosen = st.multiselect(
        say("Runs"),
        list(found),
        default=list(found)[:3],
        format_func=labels.__getitem__,
        max_selections=MOST_RUNS,
        key=f"compared_{page}_{everybody}",
    )
    picked = {labels[run_id]: run for run_id, run in found.items() if run_id in chosen}
    if picked:
        overlay_view(picked)
