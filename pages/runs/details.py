"""One run: what it was, what came of it, and what its owner can do with it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core import runs
from core.lab.rates import known_rate
from core.lab.words import duration, percent
from core.receipts import report as reports
from core.runs import deleted, snapshots
from core.runs.store import MAX_NAME, MAX_NOTES, Run
from pages.runs.shown import Shown, choose
from pages.shared.controls.attempt import attempt
from pages.shared.controls.settings import carried
from pages.shared.frame.frame import Lab
from pages.shared.frame.links import page_parameters
from pages.shared.lessons import lesson_of_run
from pages.shared.panels.envelope import envelope_view
from pages.shared.panels.health_card import health_card
from pages.shared.panels.overlay import overlay_view
from pages.shared.panels.rate_metric import rate_metric
from pages.shared.words.markdown import plain
from pages.shared.words.sealed import as_judged
from pages.shared.words.settings import run_in_a_line


def run_details(lab: Lab, shown: Shown) -> None:
    """The first of the chosen runs."""
    picked = shown.picked(shown.chosen[:1])
    if not picked:
        st.info("Tick a run in the **Table**, then look here.")
        return
    ((label, run),) = picked.items()
    mine = run.belongs_to(lab.person)
    row = shown.table.runs.set_index("id").loc[[run.id]].iloc[0]
    kept = " :material/keep: kept" if row["kept"] else ""
    st.header(plain(f"#{row['number']} {row['name']}".strip()) + kept, anchor=False)
    st.caption(("" if mine else "Somebody else's run, for watching. ") + plain(run_in_a_line(run)))
    _figures(row)
    picture, about = st.columns([2.4, 1], gap="medium")
    with picture:
        overlay_view({label: run})
        health_card(snapshots.read(run))
    with about:
        envelope_view(run)
        _buttons(lab, run, mine)
        _about(run, str(row["name"]), str(row["notes"]), bool(row["kept"]), lab.person if mine else None)


def _figures(row: pd.Series) -> None:
    rate = known_rate(row["test_accuracy"], None if pd.isna(row["n_judged"]) else int(row["n_judged"]))
    figures = (
        ("Trained", "elsewhere") if row["restored"] else ("Status", row["status"]),
        ("Test accuracy", percent(row["test_accuracy"])),
        ("Test loss", "–" if row.isna()["test_loss"] else f"{row['test_loss']:.3f}"),
        ("Trained for", "–" if row.isna()["seconds"] else duration(row["seconds"])),
        ("On the disk", f"{row['bytes'] / 1e6:.1f} MB"),
    )
    for column, (name, value) in zip(st.columns(len(figures)), figures, strict=True):
        with column:
            if name == "Test accuracy" and rate is not None:
                rate_metric(name, rate)
            else:
                st.metric(as_judged(name), value)
    if row["status"] in ("failed", "diverged", "interrupted"):
        st.warning(plain(row["sentence"]))


def _buttons(lab: Lab, run: Run, mine: bool) -> None:
    status = run.status
    with st.container(horizontal=True, vertical_alignment="center"):
        if page := lesson_of_run(run.meta.get("page")):
            st.page_link(
                page.file, label=f"Open in {page.name}", icon=":material/arrow_forward:",
                query_params=page_parameters(run) | carried(),
            )  # fmt: skip
        st.download_button(
            "Lab report", lambda: reports.report(run), f"chalknet_report_{run.id[:6]}.html", "text/html",
            icon=":material/lab_profile:", on_click="ignore", key="report",
            help="One HTML file with settings, curves, confusion matrix, script and your notes, to hand in or print.",
        )  # fmt: skip
        if mine and not status.is_finished:
            st.button("Stop", icon=":material/stop:", on_click=_press, args=(lab.engine.stop, run.id, lab.person))
        if mine and status.name == "interrupted":
            st.button("Resume", icon=":material/resume:", on_click=_press, args=(lab.engine.resume, run.id, lab.person))
        if mine:
            with st.popover("Delete", icon=":material/delete:", key="ask_delete_run"):
                st.markdown(
                    "Delete this run with its curves and weights? **Undo** brings it back, for 10 minutes."
                    + ("" if status.is_finished else " It still trains: it is stopped first.")
                )
                st.button(
                    "Delete it", type="primary", key="delete_run", on_click=_delete, args=(lab, run.id)
                )


def delete_run(lab: Lab, run_id: str) -> bool:
    """Stop a run if it still trains, and delete it; says so if that can't be."""

    def stop_and_delete(run: Run, owner: str) -> None:
        if not run.status.is_finished:
            lab.engine.stop(run, owner)
        deleted.lay_aside(run, owner)

    done = _do(stop_and_delete, run_id, lab.person)
    if done:
        choose([])
    return done


def _press(action: Callable[[Run, str], None], run_id: str, owner: str) -> None:
    _do(action, run_id, owner)


def _delete(lab: Lab, run_id: str) -> None:
    delete_run(lab, run_id)


def _do(action: Callable[[Run, str], None], run_id: str, owner: str) -> bool:
    return attempt(lambda: action(runs.open_run(run_id), owner))


def _about(run: Run, name: str, notes: str, kept: bool, owner: str | None) -> None:
    """Name and notes, which the owner can change."""
    if owner is None:
        st.markdown("**Notes**")
        st.text(notes or "None.")
        return
    with st.form(f"about_{run.id}", border=False):
        new_name = st.text_input("Name", name, max_chars=MAX_NAME, key=f"name_{run.id}")
        new_notes = st.text_area(
            "Notes", notes, max_chars=MAX_NOTES, height=170, key=f"notes_{run.id}",
            placeholder="What did you expect? What happened? They become part of the report.",
        )  # fmt: skip
        new_kept = st.checkbox(
            "Keep", kept, key=f"kept_{run.id}", help="Stays when you delete all but kept."
        )
        if st.form_submit_button("Save", icon=":material/save:") and attempt(
            lambda: run.describe(owner, name=new_name, notes=new_notes, kept=new_kept)
        ):
            st.rerun()
