"""What the runs take on the disk, "delete all but kept", and what lies among them that is no run."""

import streamlit as st

from core.lab.words import count
from core.runs import usage
from pages.runs.details import delete_run
from pages.runs.shown import Shown
from pages.shared.frame.frame import Lab


def run_disk(lab: Lab, shown: Shown) -> None:
    """Sizes, one button, and the strangers."""
    everything = shown.table.runs
    mine = everything[everything["mine"]]
    kept = mine[mine["kept"]]
    # A run that still trains is nobody's leftover
    doomed = mine[~mine["kept"] & ~mine["status"].isin(["queued", "running"])]
    for column, (name, frame) in zip(
        st.columns(3), (("Yours", mine), ("Yours, kept", kept), ("Everybody's", everything)), strict=True
    ):
        size = f"{frame['bytes'].sum() / 1e6:,.1f} MB"
        column.metric(name, size, f"{len(frame):,} runs", delta_color="off", delta_arrow="off")
    with st.popover(
        "Delete all but kept", icon=":material/delete_sweep:", disabled=doomed.empty, key="ask_delete_many"
    ):
        st.markdown(
            f"Delete **{len(doomed):,}** of your runs ({doomed['bytes'].sum() / 1e6:,.1f} MB) with their curves and "
            f"weights? {len(kept):,} are kept; runs that still train stay. **Undo** brings them back, for 10 minutes."
        )
        st.button(
            "Delete them", type="primary", key="delete_many", on_click=_delete, args=(lab, doomed["id"].tolist())
        )
    if "deleted_runs" in st.session_state:
        st.success(f"{count(st.session_state.pop('deleted_runs'), 'run')} deleted.")
    strangers = shown.table.strangers
    if strangers:
        st.header("No runs", anchor=False)
        st.write("These lie among the runs and are none. The lab leaves them as they are.")
        st.dataframe(
            {"folder": [stranger.name for stranger in strangers], "why": [stranger.why for stranger in strangers]},
            hide_index=True,
        )


def _delete(lab: Lab, ids: list[str]) -> None:
    st.session_state["deleted_runs"] = sum(delete_run(lab, run_id) for run_id in ids)
    usage.forget()  # whoever had too much may train again at once
