"""Naming the disease: what a wrong name would have shown, and after the right one the script, its line and its cure."""

import streamlit as st

from core.clinic.case import SOUND
from core.clinic.cases import DISEASES
from core.clinic.consultation import Consultation, Refutation
from core.clinic.orders import BY_KEY
from core.lab.jobs import Job
from core.lab.words import count
from pages.bug_clinic.background import name_now
from pages.bug_clinic.curves import side_by_side
from pages.bug_clinic.findings import finding_picture
from pages.bug_clinic.script_text import marked_script
from pages.shared.panels.headline import headline


def diagnosis(person: str, file: Consultation, job: Job | None) -> None:
    """The choice of names, until the right one was named."""
    st.header("Diagnosis", anchor=False)
    if file.is_solved:
        _solved(file)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "What is wrong?", [key for key in DISEASES if key not in file.named], index=None,
            format_func=DISEASES.__getitem__, key=f"disease_{file.patient.code}_{len(file.named)}",
            placeholder="Choose a disease, or none",
        )  # fmt: skip
        st.button(
            "Name it", type="primary", key="name_it", icon=":material/stethoscope:",
            disabled=name is None or job is not None, on_click=name_now, args=(person, file, name),
        )  # fmt: skip
    st.caption("A patient is worth 10 points: each test costs 1, each wrong name 3; at least 1 is left.")
    for wrong in reversed(file.named):
        refutation = file.refutations.get(wrong)
        if refutation is not None:
            _refuted(file, refutation)


def _refuted(file: Consultation, told: Refutation) -> None:
    order = BY_KEY[told.of_named.test]
    with st.container(border=True):
        st.markdown(f"**Not: {told.named.title}.** {order.title} tells the two apart:")
        if told.sentence:
            st.markdown(f"With it: {told.sentence}")
        with_it, here = st.columns(2)
        with with_it:
            st.markdown("**A script that has it**" if told.named.name != SOUND else "**A sound script**")
            finding_picture(told.of_named)
        with here:
            st.markdown("**This patient**")
            finding_picture(told.of_patient)
        if file.course is not None:
            side_by_side({"with it": told.course.epochs, "this patient": file.course.epochs})


def _solved(file: Consultation) -> None:
    case = file.patient.case
    wrong = f", {count(file.n_wrong, 'wrong name')}" if file.n_wrong else ""
    headline(
        f"Right: {case.title}.",
        f"{count(file.n_tests, 'test')} ordered{wrong}: {count(file.score, 'point')} of 10.",
    )
    st.markdown(case.why)
    for sign in case.signs:
        st.markdown(f"- {BY_KEY[sign.test].title}: {sign.sentence}")
    marked_script(case)
    if file.cured is not None and file.course is not None and case.cures:
        st.markdown("**As it was, and cured: the same pictures, the same seed**")
        side_by_side({"as it was": file.course.epochs, "cured": file.cured.epochs})
        if file.course.error:
            st.caption("As it was, it stopped before the end of its first epoch, so it has no points.")
