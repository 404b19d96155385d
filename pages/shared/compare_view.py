"""Earlier runs of a page in one picture, and what alone differs between them."""

import pandas as pd
import streamlit as st

from core import charts, runs
from core.runs import Run
from core.specs import RunSpec
from pages.shared.frame import Lab
from pages.shared.wording import plain, short_name, what_differs

MOST_RUNS = 8
MOST_LISTED = 60


def compare_view(lab: Lab, page: str) -> None:
    """Overlay the curves of chosen runs."""
    everybody = st.toggle("Everybody's runs", key="everybody", bind="query-params")
    known = [run for run in runs.all_runs(page) if everybody or run.belongs_to(lab.person)]
    known = [run for run in known[:MOST_LISTED] if run.history().epochs]
    if not known:
        st.info("No run of this page has finished an epoch yet. Train twice with one setting changed, then look here.")
        return
    specs = {run.id: run.spec for run in known}
    labels = _labels(known, specs)
    chosen = st.multiselect(
        "Runs",
        [run.id for run in known],
        default=[run.id for run in known[:3]],
        format_func=labels.__getitem__,
        max_selections=MOST_RUNS,
        key=f"compared_{page}_{everybody}",
    )
    picked = [run for run in known if run.id in chosen]
    if not picked:
        return
    curves = pd.concat([_curve(run, labels[run.id]) for run in picked])
    left, right = st.columns(2)
    left.altair_chart(charts.overlay(curves, y="train_loss", title="training loss"))
    right.altair_chart(charts.overlay(curves, y="test_accuracy", title="test accuracy", percent=True))
    newest = picked[0]
    for other in picked[1:]:
        st.markdown(
            f"{plain(labels[newest.id])} against {plain(labels[other.id])}: "
            f"**{plain(what_differs(specs[other.id], specs[newest.id]))}**"
        )


def _labels(known: list[Run], specs: dict[str, RunSpec]) -> dict[str, str]:
    """A short name a run: its number (the first ever is 1) and the settings in which the runs differ."""
    every = list(specs.values())
    labels = {}
    for position, run in enumerate(known):
        telling = short_name(specs[run.id], every)
        labels[run.id] = f"#{len(known) - position}" + (f" {telling}" if telling else "")
    return labels


def _curve(run: Run, label: str) -> pd.DataFrame:
    history = run.history()
    return pd.DataFrame(
        {
            "run": label,
            "epoch": [e["step"] / history.n_steps_per_epoch for e in history.epochs],
            "train_loss": [e["train_loss"] for e in history.epochs],
            "test_accuracy": [e["test_accuracy"] for e in history.epochs],
        }
    )
