"""Bring pictures in: your own, or a set that can be downloaded; and take your own away again."""

import streamlit as st

from core import datasets
from core.datasets.own import laid_aside
from core.datasets.own import sets as own_sets
from core.lab import graves
from pages.shared.controls.attempt import attempt, press
from pages.shared.frame.frame import Lab
from pages.shared.panels.download import download_panel
from pages.shared.panels.own_pictures import own_pictures_form, shares_a_disk
from pages.shared.words.markdown import plain

_MINUTES = round(graves.UNDO_SECONDS / 60)


def data_bring(lab: Lab) -> None:
    """Own pictures on the left, what can be downloaded and what can be deleted on the right."""
    own, others = st.columns([1.25, 1], gap="large")
    with own:
        st.header("Your own pictures", anchor=False)
        own_pictures_form()
    with others:
        for dataset in datasets.DATASETS:
            if dataset.files is not None:
                st.header(dataset.files.title, anchor=False)
                download_panel(dataset.files, lab.person)
        _own_sets(lab.person)


def _own_sets(person: str) -> None:
    """Delete a set of one's own, with a question first; where only this machine reaches the lab, all are one's own."""
    found = [info for info in datasets.available() if datasets.record(info.name).is_own]
    gone = laid_aside.recent(person)
    if not found and not gone:
        return
    alone = shares_a_disk()
    st.header("Own data sets on this machine", anchor=False)
    _undo_bar(gone, person)
    for info in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(info.title)}**: {info.n_train + info.n_test:,} pictures", width="stretch")
            if not (alone or own_sets.belongs_to(info.name, person)):
                st.caption("Somebody else's.", width="content")
                continue
            with st.popover("Delete", icon=":material/delete:", key=f"ask_delete_{info.name}"):
                st.markdown(
                    f"Delete **{plain(info.title)}**? Runs that were trained on it keep their curves and their "
                    "labels, but their pictures are gone, until the same ones are brought in again. "
                    f"**Undo** brings them back for {_MINUTES} minutes."
                )
                st.button(
                    "Delete it",
                    type="primary",
                    key=f"delete_{info.name}",
                    on_click=_delete,
                    args=(info.name, person, alone),
                )


def _undo_bar(gone: list[tuple[str, str]], person: str) -> None:
    """What this person deleted a moment ago, and the way back."""
    for name, title in gone:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(title)}** deleted in the last {_MINUTES} minutes.", width="content")
            st.button("Undo", icon=":material/undo:", key=f"undo_{name}", on_click=press,
                      args=(laid_aside.restore, name, person))  # fmt: skip


def _delete(name: str, person: str, alone: bool) -> None:
    def lay_aside() -> None:
        if not laid_aside.lay_aside(name, person, this_machine_alone=alone):
            st.info("It is no longer yours. Others have brought in the same pictures, and keep them.")

    attempt(lay_aside)
