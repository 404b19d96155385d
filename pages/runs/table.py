"""The table of runs: filtered by widgets, sorted and searched in the browser, chosen by its rows."""

import datetime
import hashlib
import math
from typing import Any

import pandas as pd
import streamlit as st

from core.lab import csv_safety
from core.lab.rates import FEW, known_rate
from core.lab.words import count
from core.specs.models import model_title
from pages.runs.short_table import WIDE, short_table
from pages.runs.shown import EVERYBODY, Shown, choose
from pages.shared.controls.widgets import switch
from pages.shared.frame.tabs import go_to
from pages.shared.panels.overlay import MOST_RUNS
from pages.shared.words.sealed import as_judged

_TIMES = {"any time": None, "last hour": 1, "last day": 24, "last week": 7 * 24}  # hours
_HEIGHT = 430  # pixels


def runs_table(shown: Shown) -> None:
    """Filters, table, and what can be done with the rows that are ticked."""
    if shown.runs.empty:
        switch("Everybody's runs", EVERYBODY)
        st.info("You have trained nothing here yet. Open a question, press **Train**, and the run appears here.")
        _name_strangers(shown)
        return
    found = _filtered(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        n = len(shown.chosen)
        st.button(
            f"Compare {n}" if n > 1 else "Compare", type="primary", icon=":material/stacked_line_chart:",
            disabled=n < 2, on_click=go_to, args=("Compare",), key="go_compare",
        )  # fmt: skip
        st.button(
            "Open", icon=":material/open_in_full:", disabled=n != 1, on_click=go_to, args=("Run",), key="go_run"
        )
        st.button("None", icon=":material/deselect:", disabled=not n, on_click=choose, args=([],), key="choose_none")
        st.markdown(f"**{len(found):,}** of {len(shown.runs):,} runs. Tick up to {MOST_RUNS}.", width="content")
        _downloads(found)
    ids = found["id"].tolist()
    with st.container(key=WIDE):
        told = "Loss, network, seconds, disk, notes and more: scroll sideways."
        everything = switch("All columns", "columns", help=told)
        # A row is known by its place: where other rows are shown, it is another table
        key = "runs_" + hashlib.sha256(f"{ids}{shown.chosen}".encode()).hexdigest()[:16]
        st.dataframe(
            _columns(found),
            key=key,
            on_select=lambda: _ticked(key, ids, shown.chosen),
            selection_mode="multi-row",
            selection_default={"selection": {"rows": [ids.index(i) for i in shown.chosen if i in ids]}},
            column_config=_CONFIG | _config_of_the_judged(),
            column_order=None if everything else _FIRST_COLUMNS,
            hide_index=True,
            height=_HEIGHT,
            alt="Runs, newest first",
        )
    short_table(found, shown.chosen)
    _name_strangers(shown)


def _filtered(shown: Shown) -> pd.DataFrame:
    """What the filters leave."""
    frame = shown.runs
    with st.container(horizontal=True, vertical_alignment="bottom"):  # wraps where it is narrow
        switch("Everybody's runs", EVERYBODY)
        for label, column in (
            ("Page", "page_title"), ("Network", "model.kind"), ("Data set", "data_title"), ("Status", "status"),
        ):  # fmt: skip
            there = sorted(shown.runs[column].astype(str).unique())
            wanted = st.multiselect(
                label, there, key=f"filter_{column}", placeholder="all", format_func=model_title, width=135
            )
            if wanted:
                frame = frame[frame[column].isin(wanted)]
        hours = _TIMES[st.selectbox("When", list(_TIMES), key="filter_time", width=120)]
    if hours is not None:
        frame = frame[frame["created"] > datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=hours)]
    return frame


def _columns(found: pd.DataFrame) -> pd.DataFrame:
    """The columns that people read, in their order."""
    return pd.DataFrame(
        {
            "number": found["number"],
            "name": found["name"],
            "page": found["page_title"],
            "data": found["data_title"],
            "accuracy": found["test_accuracy"],
            "of": [_of_few(share, n) for share, n in zip(found["test_accuracy"], found["n_judged"], strict=True)],
            "rate": found["optimizer.learning_rate"],
            "epochs": found["epochs"],
            "status": found["status"],
            "created": found["created"],
            "network": found["model.kind"].map(model_title),
            "loss": found["test_loss"],
            "took": found["seconds"],
            "kept": found["kept"],
            "bytes": found["bytes"],
            "notes": found["notes"],
        }
    )


def _of_few(share: float, n: float) -> str:
    """Of few pictures an accuracy is a count with its interval."""
    rate = known_rate(share, None if math.isnan(n) else int(n))
    return rate.briefly if rate is not None and rate.is_of_few else ""


# What a projector of 1024 pixels has room for; the others by the switch
_FIRST_COLUMNS = ("number", "name", "data", "accuracy", "rate", "epochs", "status", "created")
_Column = st.column_config
_CONFIG = {
    "number": _Column.NumberColumn("#", width=45, format="%d"),
    "name": _Column.TextColumn("Name", width=78),
    "page": _Column.TextColumn("Page", width=110),
    "network": _Column.TextColumn("Network", width=75),
    "data": _Column.TextColumn("Data set", width=85),
    "accuracy": _Column.ProgressColumn("Accuracy", width=110, format="percent", min_value=0, max_value=1),
    "rate": _Column.NumberColumn("Rate", width=60, format="%g"),
    "epochs": _Column.NumberColumn("Epochs", width=65, format="%d"),
    "took": _Column.NumberColumn("Seconds", width=75, format="%.1f"),
    "status": _Column.TextColumn("Status", width=75),
    "created": _Column.DatetimeColumn("Date", width=100, format="D MMM, HH:mm"),
    "kept": _Column.CheckboxColumn("Kept", width=55),
    "bytes": _Column.NumberColumn("Disk", width=75, format="bytes"),
    "notes": _Column.TextColumn("Notes", width=160),
}


def _ticked(key: str, ids: list[str], chosen: tuple[str, ...]) -> None:
    """Take over what is ticked; what was chosen and is filtered away stays chosen."""
    rows = st.session_state[key]["selection"]["rows"]
    choose([i for i in chosen if i not in ids] + [ids[row] for row in rows if row < len(ids)])


def _downloads(found: pd.DataFrame) -> None:
    """The table with all settings, for a spreadsheet or a notebook; without what identifies people."""
    table = found.drop(columns=["owner", "mine", "label", "sentence"])
    st.download_button(
        "CSV", lambda: csv_safety.to_csv(table), "chalknet_runs.csv", "text/csv", icon=":material/download:",
        on_click="ignore", key="csv",
    )  # fmt: skip
    st.download_button(
        "Parquet", lambda: table.to_parquet(index=False), "chalknet_runs.parquet",
        "application/vnd.apache.parquet", icon=":material/download:", on_click="ignore", key="parquet",
    )  # fmt: skip


def _name_strangers(shown: Shown) -> None:
    n = len(shown.table.strangers)
    if n:
        st.caption(f"{count(n, 'folder')} among the runs {'are' if n > 1 else 'is'} no run: see **Disk**.")


def _config_of_the_judged() -> dict[str, Any]:
    """Columns whose names say what was judged."""
    few = as_judged(f"Of fewer than {FEW} test pictures: how many, and the 95 % interval (Wilson).")
    return {
        "of": _Column.TextColumn("Of few", width=165, help=few),
        "loss": _Column.NumberColumn(as_judged("Test loss"), width=75, format="%.3f"),
    }
