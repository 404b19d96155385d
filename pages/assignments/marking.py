"""Marking: files are brought or lie here already, their runs are trained again, and marks come out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.assignments import desk
from core.assignments.assignment import Assignment
from core.engine import calibration
from core.engine.turns import SHARE_SECONDS
from core.engine.worker import calibrate
from core.grading import kept_files, marking
from core.grading.files import Found, GradingError, read_folder, read_uploads
from core.grading.marking import Prepared
from core.grading.standing_back import StandingBack
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.remembered import Remembered
from core.lab.words import count
from pages.assignments.kept_marks import kept_view, replaced_by
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import current, job_progress, jobs, tell_failure
from pages.shared.panels.teacher_key import as_teacher, key_form
from pages.shared.words.markdown import plain, sentence_of

KIND = "marking"
_HERE, _BROUGHT = "Handed in here", "Files that I bring"
_TRAINING, _BEHIND = "Training runs again", "Training runs again, behind those who train now"
_SHARES = {1.0: "All runs", 0.5: "Half of the students", 0.2: "A fifth of the students", 0.0: "None"}


@dataclass
class Table:
    """What lies on a teacher's table.

    Attributes
    ----------
    prepared : Prepared or None
        What was read, and would be marked next.
    """

    prepared: Prepared | None = None


@st.cache_resource(show_spinner=False)
def _tables() -> Remembered[str, Table]:
    """Of each teacher, until the lab is started anew; what was marked is kept in the lab's folder."""
    return Remembered(20)


def marking_view(lab: Lab) -> None:
    """The tab."""
    if not lab.engine.teacher.is_teacher(lab.person):
        key_form(lab, "marking")
        return
    table = _tables().get_or_make(lab.person, Table)
    job = current(KIND, lab.person)
    if job is not None:
        job_progress(job, lab.person)
        st.caption(
            "You may leave this page: it goes on. While anybody trains in the lab, it trains one run at a time, and "
            f"leaves the machine to them for {SHARE_SECONDS:g} s before each."
        )
        return
    tell_failure(KIND, lab.person)
    _bring(lab, table)
    if table.prepared is not None:
        _about_to(lab, table, table.prepared)
    kept_view(lab)


def _bring(lab: Lab, table: Table) -> None:
    """Where the submissions come from."""
    st.markdown(
        "Hashes and seeds are checked, exercises computed again, and runs trained again from their settings alone: "
        "nothing that was handed in is ever run."
    )
    here = [one for one in desk.published() if desk.handed_in(one.code)]
    source = st.radio("Submissions", [_HERE, _BROUGHT], 0 if here else 1, horizontal=True, key="marking_source")
    share = st.selectbox(
        "Trained again", list(_SHARES), format_func=_SHARES.__getitem__, key="marking_share", width=280,
        help="Where something looks wrong, the runs are trained again in any case.",
    )  # fmt: skip
    if source == _HERE:
        if not here:
            st.info("Nothing was handed in to this lab yet.")
            return
        wanted = st.selectbox(
            "Assignment", here, key="marking_assignment", format_func=lambda one: f"{one.title} ({one.code})"
        )
        if wanted is not None:
            # Not in the list: one more file would make it another choice
            st.caption(f"{count(len(desk.handed_in(wanted.code)), 'file')} handed in here.")
            _read_button(lab, table, partial(_from_here, wanted.code), wanted, share or 0.0)
            _delete(lab, wanted)
        return
    files = st.file_uploader(
        "Files of submissions, or zips of a learning platform", type=["json", "zip"], accept_multiple_files=True,
        key="marking_files", max_upload_size=lab.engine.limits.upload_mb,
    )  # fmt: skip
    if files:
        pairs = [(file.name, file.getvalue()) for file in files]
        try:
            lab.engine.limits.check_upload(sum(len(data) for _, data in pairs))
        except ChalknetError as error:
            st.error(sentence_of(error))
            return
        _read_button(lab, table, lambda: list(read_uploads(pairs)), None, share or 0.0)


def _from_here(code: str) -> list[Found]:
    """What is there when it is read, and not when the page was drawn."""
    return [found for path in desk.handed_in(code) for found in read_folder(path)]


def _delete(lab: Lab, wanted: Assignment) -> None:
    with st.expander("Delete what was handed in", icon=":material/delete:"):
        sure = st.checkbox(f"Delete all files of {wanted.code}", key=f"marking_sure_{wanted.code}")
        st.button("Delete them", key="marking_delete", disabled=not sure, on_click=_delete_now,
                  args=(lab, wanted.code), help="Download the marks first. This can't be undone.")  # fmt: skip


def _delete_now(lab: Lab, code: str) -> None:
    as_teacher(lab, lambda: desk.delete_handed_in(code))


def _read_button(
    lab: Lab, table: Table, files: Callable[[], list[Found]], wanted: Assignment | None, share: float
) -> None:
    def work(job: Job) -> None:
        known = calibration.load()
        if known is None:
            calibrate()
            known = calibration.load()
        if known is None:
            raise GradingError("This machine could not be measured: the lab's folder can't be written.")
        table.prepared = marking.prepare(files(), known, wanted=wanted, sample=share)

    st.button("Read them", type="secondary" if table.prepared else "primary", icon=":material/folder_open:",
              key="marking_read", on_click=_start, args=(lab, "Reading what was handed in", work))  # fmt: skip


def _about_to(lab: Lab, table: Table, prepared: Prepared) -> None:
    """What will be done and how long it takes, before it is."""
    niceness = lab.engine.limits.niceness

    def work(job: Job) -> None:
        def is_class_training() -> bool:
            is_busy = lab.engine.is_busy
            job.title = _BEHIND if is_busy else _TRAINING
            return is_busy

        book = marking.mark(
            prepared, niceness=niceness, standing_back=StandingBack(is_class_training), on_progress=job.progress,
            should_stop=job.should_stop,
        )  # fmt: skip
        kept_files.mark_anew(kept_files.path_of(book.assignment.code), book)
        table.prepared = None

    told = " ".join([prepared.told, prepared.told_behind, *replaced_by(prepared.assignment.code)])
    with st.container(border=True):
        st.markdown(f"**{plain(prepared.assignment.title)}** `{prepared.assignment.code}`  \n{plain(told)}")
        st.button("Mark them", type="primary", icon=":material/grading:", key="marking_mark", on_click=_start,
                  args=(lab, _TRAINING, work))  # fmt: skip


def _start(lab: Lab, title: str, work: Callable[[Job], object]) -> None:
    """A callback: begin in the background."""
    as_teacher(lab, lambda: jobs().start(KIND, lab.person, title, work, unit="runs"))
