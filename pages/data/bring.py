"""Bring pictures in: your own, or CIFAR-10; and take your own away again."""

import io
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import datasets
from core.datasets import cifar10
from core.datasets.own import importing as own_images
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import job_progress, jobs, over
from pages.shared.panels.own_pictures import own_pictures_form, shares_a_disk
from pages.shared.words.wording import plain

CIFAR = "cifar10"  # the kind of job: one download for the whole lab


def data_bring(lab: Lab) -> None:
    """Own pictures on the left, CIFAR-10 and what can be deleted on the right."""
    own, others = st.columns([1.25, 1], gap="large")
    with own:
        st.subheader("Your own pictures", anchor=False)
        own_pictures_form()
    with others:
        st.subheader("CIFAR-10", anchor=False)
        cifar10_panel(lab.person)
        _own_sets(lab.person)


def cifar10_panel(person: str, *, with_archive: bool = True) -> None:
    """Present, or how to get it: by download, or from an archive that one has."""
    info = datasets.info("cifar10")
    if info.present:
        st.markdown(":material/check_circle: It is on this machine.")
        return
    job = jobs().running(CIFAR) or jobs().of(CIFAR, person)
    if job is not None and job.state == "running":
        job_progress(job, person)
        return
    over(job, lambda _: st.success("CIFAR-10 is here. Choose it in the sidebar."))
    st.markdown(plain(info.missing))
    if st.button("Download CIFAR-10", icon=":material/download:", key="download_cifar10"):
        _start(person, "Downloading CIFAR-10", lambda job: cifar10.download(job.progress, job.should_stop))
    if not with_archive:
        return
    upload = st.file_uploader("Or its archive, cifar-10-python.tar.gz", type="gz", key="cifar_archive")
    path = ""
    if shares_a_disk():
        path = st.text_input("Or where the archive lies on this machine", key="cifar_path")
    if (upload or path) and st.button("Take it over", icon=":material/input:", key="take_cifar"):
        data = io.BytesIO(upload.getvalue()) if upload else None

        def work(job: Job) -> object:
            if data is not None:
                return cifar10.take_archive(data, job.progress, job.should_stop)
            try:
                with Path(path).expanduser().open("rb") as file:
                    return cifar10.take_archive(file, job.progress, job.should_stop)
            except OSError as error:
                raise datasets.DatasetError(f"{path} cannot be read: {error.strerror}.") from error

        _start(person, "Taking over CIFAR-10", work)


def _start(person: str, title: str, work: Callable[[Job], object]) -> None:
    try:
        jobs().start(CIFAR, person, title, work, unit="bytes", alone=True)
    except ChalknetError as error:
        st.error(plain(str(error)))
        return
    st.rerun()


def _own_sets(person: str) -> None:
    """Delete a set of one's own, with a question first; where only this machine reaches the lab, all are one's own."""
    found = own_images.infos()
    if not found:
        return
    st.subheader("Own data sets on this machine", anchor=False)
    for info in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(info.title)}**: {info.n_train + info.n_test:,} pictures", width="stretch")
            if not (shares_a_disk() or own_images.belongs_to(info.name, person)):
                st.caption("Somebody else's.", width="content")
                continue
            with st.popover("Delete", icon=":material/delete:", key=f"ask_{info.name}"):
                st.markdown(
                    f"Delete **{plain(info.title)}**? Runs that were trained on it keep their curves, but their "
                    "pictures are gone. This can't be undone."
                )
                st.button(
                    "Delete it", type="primary", key=f"delete_{info.name}", on_click=_delete, args=(info.name,)
                )


def _delete(name: str) -> None:
    try:
        own_images.delete(name)
    except ChalknetError as error:
        st.error(plain(str(error)))
