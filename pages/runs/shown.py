"""Which runs the page Runs is about: the table, and those chosen from it, which are in the link."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import runs
from core.lab import owners
from core.lab.errors import ChalknetError
from core.lab.words import count
from core.runs import Run
from core.runs import table as run_table
from core.runs.table import RunTable
from core.specs import RunSpec
from pages.shared.controls.settings import is_on, tell, told
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import RUN, is_of_this_kind
from pages.shared.lessons import page_name
from pages.shared.panels.overlay import MOST_RUNS, run_labels
from pages.shared.words.sealed import is_sealed
from pages.shared.words.settings import dataset_title

ELSEWHERE = "trained elsewhere"
_LINK = "runs"  # the URL parameter: ids with dots between
EVERYBODY = "everybody"
_KEPT = "chosen_runs"  # the same in the session, for the way back from another page


@dataclass(frozen=True)
class Shown:
    """What the tabs of the page share.

    Attributes
    ----------
    table : RunTable
        Everybody's runs.
    runs : DataFrame
        Those that this person wants to see, with the columns ``mine``, ``label``, ``page_title`` and ``data_title``
        besides; their status may be ``ELSEWHERE``.
    chosen : tuple of str
        The ids of the chosen runs, which exist; also somebody else's, from a link.
    """

    table: RunTable
    runs: pd.DataFrame
    chosen: tuple[str, ...]

    @property
    def first_tab(self) -> str:
        """Where a link without a tab leads."""
        return ("Table", "Run", "Compare")[min(2, len(self.chosen))]

    def picked(self, ids: tuple[str, ...]) -> dict[str, Run]:
        """Runs by their labels."""
        opened: dict[str, Run] = {}
        specs: dict[str, RunSpec] = {}
        for run_id in ids:
            try:
                run = runs.open_run(run_id)
                specs[run_id] = run.spec
            except (ChalknetError, OSError):  # deleted, or torn, at this moment
                continue
            opened[run_id] = run
        rows = self.table.runs.set_index("id")
        known = rows["number"].astype(int).to_dict()
        numbers = {run_id: known.get(run_id, 0) for run_id in opened}
        names = {run_id: str(rows.at[run_id, "name"]) if run_id in rows.index else "" for run_id in opened}
        here = {run_id: spec for run_id, spec in specs.items() if opened[run_id].restored_from is None}
        labels = run_labels(here, numbers, names)
        labels |= {i: f"#{numbers[i]} {names[i] or ELSEWHERE}" for i in opened.keys() - here.keys()}
        return {labels[run_id]: run for run_id, run in opened.items()}


def runs_shown(lab: Lab) -> Shown:
    """Read the store and the link; says what in the link is no run."""
    table = run_table.read()
    frame = table.runs
    frame["mine"] = (frame["owner"] == owners.owner_mark(lab.person)).astype(bool)
    frame["label"] = [f"#{n} {name}".strip() for n, name in zip(frame["number"], frame["name"], strict=True)]
    frame["page_title"] = frame["page"].map(page_name)
    titles = {name: dataset_title(name) for name in frame.get("data.dataset", pd.Series(dtype=str)).unique()}
    frame["data_title"] = frame["data.dataset"].map(titles) if len(frame) else ""
    frame["status"] = frame["status"].where(frame["restored"] == "", ELSEWHERE)
    if len(frame):  # what was judged on test pictures is hidden while they are sealed, and the other way about
        shown = frame[[is_of_this_kind(judged) for judged in frame["data.judged_on"]]]
        if hidden := len(frame) - len(shown):
            other = "on the test set, which is sealed now" if is_sealed() else "while the test set was sealed"
            st.caption(f"{count(hidden, 'run')} judged {other}, not shown here: the sidebar's switch changes that.")
        frame = shown
    everybody = is_on(EVERYBODY)
    return Shown(table, frame if everybody else frame[frame["mine"]], _chosen(set(frame["id"])))


def choose(ids: list[str]) -> None:
    """Let these be the chosen runs."""
    ids = ids[:MOST_RUNS]
    st.session_state[_KEPT] = ids
    tell({_LINK: ".".join(ids) or None})


def _chosen(known: set[str]) -> tuple[str, ...]:
    linked = told(_LINK) or told(RUN)
    asked = linked.split(".")[: 2 * MOST_RUNS] if linked else st.session_state.get(_KEPT, [])
    found = [run_id for run_id in dict.fromkeys(asked) if run_id in known][:MOST_RUNS]
    if linked and len(found) < len(set(asked)):
        missing = len(set(asked)) - len(found)
        st.warning(
            f"{missing} of the runs in this link {'is' if missing == 1 else 'are'} not here (any more): deleted, of "
            f"another lab, or more than {MOST_RUNS}."
        )
    if linked or found:
        choose(found)
    return tuple(found)
