"""The way back for what was deleted a moment ago."""

import streamlit as st

from core.lab import graves
from core.lab.words import count
from core.runs import deleted, usage
from pages.shared.controls.attempt import attempt
from pages.shared.frame.frame import Lab


def undo_bar(lab: Lab) -> None:
    """How many runs of this person can still be had back, and the button that does it; nothing where there are none."""
    deleted.sweep()
    ids = deleted.recent(lab.person)
    if not ids:
        return
    minutes = round(graves.UNDO_SECONDS / 60)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{count(len(ids), 'run')} deleted in the last {minutes} minutes.", width="content")
        st.button("Undo", icon=":material/undo:", key="undo_delete", on_click=_undo, args=(lab.person, ids))


def _undo(person: str, ids: list[str]) -> None:
    for run_id in ids:
        attempt(deleted.restore, run_id, person)
    usage.forget()
