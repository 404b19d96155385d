"""Bring your own pictures: a zip, or a folder where the lab and its user share a disk."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core import datasets
from core.datasets.image_set import SIDE
from core.datasets.own import importing as own_images
from core.datasets.own import survey
from core.datasets.own.importing import ImportReport
from core.datasets.own.survey import Survey
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from pages.shared.controls.settings import carried
from pages.shared.frame.data_choice import link_text
from pages.shared.frame.engine import is_hall, limits
from pages.shared.frame.from_afar import is_from_afar
from pages.shared.frame.person import person
from pages.shared.panels.jobs import job_progress, jobs, over
from pages.shared.words.language import say
from pages.shared.words.markdown import plain, sentence_of

KIND = "import"
_MOST_REFUSED = 500  # named on the page


def own_pictures() -> None:
    """The form in a box that opens, as on Home."""
    job = jobs().of(KIND, person())
    with st.expander(say("Add your own pictures"), icon=":material/add_photo_alternate:", expanded=job is not None):
        own_pictures_form()


def own_pictures_form() -> None:
    """The form; the import itself runs on in the background, whatever becomes of this page."""
    who = person()
    job = jobs().of(KIND, who)
    if job is not None and job.state == "running":
        job_progress(job, who)
        st.caption(say("You may leave this page: the import goes on."))
        return
    over(job, _report)
    form = say(
        "A zip with a folder for each class, `cat/…`, `dog/…`, or with `train/cat/…` and `test/cat/…` (or `val/…`). "
        "Any size and format: they become 32 x 32 pixels; Question 5 keeps up to 224."
    )
    st.markdown(form)
    title = st.text_input(say("Name of the data set"), max_chars=40, key="own_title")
    upload = st.file_uploader(say("Zip file"), type="zip", key="own_zip", max_upload_size=limits().upload_mb)
    folder = ""
    if shares_a_disk():
        folder = st.text_input(say("Or a folder on this machine"), key="own_folder", placeholder="/home/ada/leaves")
    if not (upload or folder):
        return
    try:
        if upload:
            limits().check_upload(upload.size)  # Streamlit's own check is the browser's
        source: Any = io.BytesIO(upload.getvalue()) if upload else Path(folder)
        found = _survey(upload.file_id, source) if upload else survey.survey(source, is_folder=True)
    except (ChalknetError, OSError) as error:
        st.error(sentence_of(error))
        return
    pressed = st.button(say("Import"), type="primary", icon=":material/input:", key="own_import")
    _notes(found.notes)
    classes = _classes_editor(found.classes, key=f"own_classes_{upload.file_id if upload else folder}")
    if pressed:
        name = title.strip() or Path(upload.name if upload else folder).stem

        def work(job: Job) -> ImportReport:
            take = own_images.import_zip if upload else own_images.import_folder
            return take(
                source, title=name, classes=classes, owner=who, on_progress=job.progress, should_stop=job.should_stop
            )

        try:
            jobs().start(KIND, who, say("Importing {name}", name=name), work, unit="pictures")
        except ChalknetError as error:
            st.error(sentence_of(error))
            return
        st.rerun()


def shares_a_disk() -> bool:
    """Whether only this machine reaches the lab: in a hall, a path would let anybody look through the server's disk."""
    return not is_hall() and not is_from_afar()


@st.cache_data(max_entries=8, show_spinner="Reading the list of files.")
def _survey(file_id: str, _archive: io.BytesIO) -> Survey:
    return survey.survey(_archive, is_folder=False)


def _classes_editor(found: dict[str, int], key: str) -> dict[str, str | None]:
    """Names to change and classes to leave out, before anything is imported."""
    told = say("{n:,} classes. Change a name, or leave a class out; two with one name become one.", n=len(found))
    st.caption(told)
    edited = st.data_editor(
        pd.DataFrame({"take": True, "name": list(found), "folder": list(found), "files": list(found.values())}),
        column_config={
            "take": st.column_config.CheckboxColumn(say("Take"), width="small"),
            "name": st.column_config.TextColumn(say("Class"), max_chars=own_images.MAX_TITLE, required=True),
            "folder": st.column_config.TextColumn(say("Folder"), disabled=True),
            "files": st.column_config.NumberColumn(say("Files"), disabled=True, width="small"),
        },
        hide_index=True,
        key=key,
        height=min(420, 36 * (len(found) + 1) + 3),
    )
    return {
        str(row.folder): str(row.name) if row.take else None
        for row in edited.itertuples(index=False)
        if not row.take or str(row.name) != row.folder
    }


def _notes(notes: tuple[str, ...]) -> None:
    """How the files were understood."""
    if notes:
        st.info("\n\n".join(map(plain, notes)), icon=":material/folder_open:")


def _report(job: Job) -> None:
    """What was taken, what was refused, and why."""
    report = job.result
    told = say(
        "{dataset}: {n:,} pictures taken in {n_classes} classes, {n_train:,} to train and {n_test:,} to test",
        dataset=plain(report.title), n=report.n_train + report.n_test, n_classes=len(report.taken),
        n_train=report.n_train, n_test=report.n_test,
    )  # fmt: skip
    if report.side > SIDE:
        told += say("; Question 5 gets them at {side} x {side} pixels", side=report.side)
    st.success(f"{told}. {say('Choose it in the sidebar.')}")
    if report.name in {info.name for info in datasets.available()}:  # it may be deleted by now
        st.page_link(
            "pages/5_Transfer.py", label=say("Use these pictures in Question 5"), icon=":material/arrow_forward:",
            query_params={"dataset": link_text(datasets.info(report.name)), **carried()},
        )  # fmt: skip
    if report.before:
        already = say(
            "These very pictures were here already, as {dataset}: it is the same data set.",
            dataset=plain(report.before),
        )
        st.info(already)
    _notes(report.notes)
    if report.skipped:
        st.caption(say("{n:,} hidden or system files were passed over.", n=report.skipped))
    if report.refused:
        st.warning(say("{n:,} files were left out:", n=len(report.refused)))
        shown = report.refused[:_MOST_REFUSED]
        st.dataframe({say("file"): [r.name for r in shown], say("why"): [r.reason for r in shown]}, hide_index=True)
