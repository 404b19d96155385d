"""Earlier runs of a page in one picture, and what alone differs between them."""

import pandas as pd
import streamlit as st

from core import runs
from core.lab import owners
from core.runs import table as run_table
from pages.shared.controls.setting import COMPARED, Setting
from pages.shared.controls.settings import settle, tell_others
from pages.shared.controls.widgets import switch
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import is_of_this_kind
from pages.shared.panels.overlay import MOST_RUNS, overlay_view, run_labels
from pages.shared.words.language import say

MOST_LISTED = 60
_FIRST = 3


def compare_view(lab: Lab, page: str) -> None:
    """Overlay the curves of chosen runs."""
    everybody = switch(say("Everybody's runs"), "everybody")
    known = _with_something_to_see(run_table.read().runs, page)
    by_id = set(known["id"])
    mine = known if everybody else known[known["owner"] == owners.owner_mark(lab.person)]
    usual = _newest(mine)

    def read(text: str) -> list[str]:
        found = [run_id for run_id in dict.fromkeys(text.split(".")) if run_id in by_id][:MOST_RUNS]
        if text and not found:
            raise ValueError(text)
        return found

    setting = Setting(COMPARED, say("Runs"), usual, read, ".".join, say("runs of this page that are still there"))
    now = settle(setting)  # a link to runs that are gone is told, also where there is nothing else to see
    listed = known[known["id"].isin({*mine["id"].head(MOST_LISTED), *now})]
    if listed.empty:
        if everybody:
            nothing = say("No run of this page has finished an epoch yet.")
        else:
            nothing = say("None of your runs of this page has finished an epoch yet.")
        st.info(f"{nothing} {say('Train twice with one setting changed, then look here.')}")
        return
    found = {run_id: runs.open_run(run_id) for run_id in listed["id"]}
    numbers = dict(zip(listed["id"], listed["number"], strict=True))
    names = dict(zip(listed["id"], listed["name"], strict=True))
    labels = run_labels({run_id: run.spec for run_id, run in found.items()}, numbers, names)
    chosen = st.multiselect(
        say("Runs"), list(found), now, format_func=labels.__getitem__, max_selections=MOST_RUNS, key=COMPARED
    )
    tell_others({COMPARED: ".".join(chosen)})
    picked = {labels[run_id]: run for run_id, run in found.items() if run_id in chosen}
    if picked:
        overlay_view(picked)


def _with_something_to_see(known: pd.DataFrame, page: str) -> pd.DataFrame:
    """The runs of a page that are judged as is shown now. One that diverged at once has no curve, and is told."""
    known = known[(known["page"] == page) & (known["epochs"].gt(0) | (known["status"] == "diverged"))]
    if len(known):
        known = known[[is_of_this_kind(judged) for judged in known["data.judged_on"]]]
    return known


def _newest(known: pd.DataFrame) -> list[str]:
    """The first to look at: the same settings twice would be one curve under another."""
    settings = [name for name in known.columns if name not in run_table.COLUMNS]
    differ = known.loc[~known[settings].astype(str).duplicated()]
    return list(differ["id"].head(_FIRST))
