"""The patient: its curves while it trains, tests to order, and the diagnosis."""

import streamlit as st

from core import datasets
from core.clinic.case import LEVELS
from core.clinic.consultation import Consultation
from core.clinic.pictures import N_TEST
from core.lab.words import count
from pages.bug_clinic.background import KIND, train_now
from pages.bug_clinic.curves import patient_curves
from pages.bug_clinic.diagnosis import diagnosis
from pages.bug_clinic.ordering import order_list, results
from pages.bug_clinic.waiting_room import call_in
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import current, tell_failure, while_running
from pages.shared.words.markdown import plain

_LEVELS = {
    "easy": "clear curves",
    "middle": "the curves raise a suspicion, a test tells",
    "hard": "told apart by tests only; it may be sound",
}


def patient_view(lab: Lab, file: Consultation) -> None:
    """All of the consultation, from top to bottom."""
    job = current(KIND, lab.person)
    if job is None:
        tell_failure(KIND, lab.person)
    _head(file, is_busy=job is not None)
    if not file.is_trained:
        if job is None:
            st.button(
                "Train the patient", type="primary", icon=":material/play_arrow:", key="train_patient",
                on_click=train_now, args=(lab.person, file),
            )  # fmt: skip
            title = plain(datasets.info(file.dataset).title)
            st.caption(
                f"Its script is hidden until it is diagnosed. It gets about 2,000 training and {N_TEST} test pictures "
                f"of {title}, all drawn from its training pictures with a seed of its own, whatever the sidebar "
                "says of their number."
            )
        else:
            while_running(job, lambda: patient_curves(file, f"{job.title} …"))
        return
    patient_curves(file, _course_told(file))
    if file.is_solved:
        diagnosis(lab.person, file, job)
        if job is not None:
            while_running(job, lambda: st.progress(job.share, f"{job.title} …"))
        results(file)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        order_list(lab.person, file, is_busy=job is not None)
    with right:
        diagnosis(lab.person, file, job)
        if job is not None:
            while_running(job, lambda: st.progress(job.share, f"{job.title} …"))
        results(file)


def _head(file: Consultation, *, is_busy: bool) -> None:
    patient = file.patient
    st.markdown(
        f"**Patient {patient.code}**, level {patient.level}: {_LEVELS[patient.level]}. The page's address leads "
        "another person to the same patient."
    )
    with st.container(horizontal=True):
        for level in LEVELS:
            st.button(
                f"New {level} patient", key=f"new_{level}", icon=":material/person_add:", on_click=call_in,
                args=(level,), disabled=is_busy,
            )  # fmt: skip


def _course_told(file: Consultation) -> str:
    course = file.course
    if course is None:
        return ""
    done = count(len(course.losses), "batch", "batches")
    return f"It stopped after {done}: {course.error}" if course.error else f"Trained: {done}"
