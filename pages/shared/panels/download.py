"""A data set that is fetched when somebody asks for it: present, or how to get it."""

import io
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import datasets
from core.datasets.published import PublishedFiles
from core.lab.jobs import Job
from pages.shared.controls.attempt import attempt
from pages.shared.frame.engine import limits
from pages.shared.panels.jobs import job_progress, jobs, over
from pages.shared.panels.own_pictures import shares_a_disk
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain


def download_panel(files: PublishedFiles, person: str, *, with_archive: bool = True) -> None:
    """By download, or from files that one has; the work runs on in the background, once for the whole lab."""
    job = jobs().running(files.name) or jobs().of(files.name, person)
    if job is not None and job.state == "running":
        job_progress(job, person)
        return
    over(job, lambda _: st.success(say("{dataset} is here. Choose it in the sidebar.", dataset=files.title)))
    info = datasets.info(files.name)
    if info.present:
        st.markdown(f":material/check_circle: {say('It is on this machine.')}")
        return
    st.markdown(plain(say_of_core(info.missing)))
    word = say("Download {dataset}", dataset=files.title)
    if st.button(word, icon=":material/download:", key=f"download_{files.name}"):
        title = say("Downloading {dataset}", dataset=files.title)
        _start(files, person, title, lambda job: files.download(job.progress, job.should_stop))
    if with_archive:
        _from_files(files, person)


def _from_files(files: PublishedFiles, person: str) -> None:
    """For who has them already, by upload or by where they lie."""
    names, one = list(files.sizes), len(files.sizes) == 1
    if one:
        upload = st.file_uploader(
            f"Or its archive, {names[0]}", type="gz", key=f"archive_{files.name}", max_upload_size=limits().upload_mb
        )
        uploads = [upload] if upload else []
    else:
        said, key = f"Or its {len(names)} files", f"archive_{files.name}"
        uploads = st.file_uploader(
            said, type="gz", accept_multiple_files=True, key=key, help=", ".join(names),
            max_upload_size=limits().upload_mb,
        )  # fmt: skip
    path = ""
    if shares_a_disk():
        where = "Or where the archive lies on this machine" if one else "Or the folder on this machine that has them"
        path = st.text_input(where, key=f"path_{files.name}")
    if (uploads or path) and st.button("Take it over", icon=":material/input:", key=f"take_{files.name}"):
        given = [(upload.name, io.BytesIO(upload.getvalue())) for upload in uploads]

        def work(job: Job) -> object:
            if given:
                return files.take(given, job.progress, job.should_stop)
            return files.take_from(Path(path), job.progress, job.should_stop)

        _start(files, person, f"Taking over {files.title}", work)


def _start(files: PublishedFiles, person: str, title: str, work: Callable[[Job], object]) -> None:
    if attempt(lambda: jobs().start(files.name, person, title, work, unit="bytes", alone=True)):
        st.rerun()
