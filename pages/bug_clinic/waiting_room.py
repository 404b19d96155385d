"""Which patient the page is about: that of the link, else the one last shown here, else a new one."""

import streamlit as st

from core import datasets
from core.clinic.case import LEVELS, Level
from core.clinic.cases import Patient, PatientError, new_patient, patient_of
from core.clinic.consultation import Consultation
from core.clinic.pictures import BUILT_IN, fits
from core.lab.errors import ChalknetError
from core.lab.remembered import Remembered
from pages.shared.controls.settings import tell, told
from pages.shared.frame.frame import Lab
from pages.shared.words.markdown import plain, sentence_of

PATIENT = "patient"  # URL parameter
_KEY, _SEEN = "clinic_patient", "clinic_seen"
_MOST = 200  # files in the cabinet; each holds a network of 1.7 MB


@st.cache_resource(show_spinner=False)
def cabinet() -> Remembered[tuple[str, str, str], Consultation]:
    """The files of all persons: a reload finds what was ordered."""
    return Remembered(_MOST)


def consultation(lab: Lab) -> Consultation:
    """The file of this person and the patient of the page, on the chosen pictures where they fit."""
    patient = _patient()
    dataset = lab.data.dataset
    try:
        info = datasets.info(dataset)
        is_fit = fits(info)
        title = info.title
    except ChalknetError:
        is_fit, title = False, dataset
    if not is_fit:
        st.caption(
            f"{plain(title)} can't have patients: they need ten classes and at least 2,001 training pictures. "
            "These trained on Shapes-10."
        )
        dataset = BUILT_IN
    return cabinet().get_or_make((lab.person, patient.code, dataset), lambda: Consultation(patient, dataset))


def call_in(level: Level) -> None:
    """The next patient of a level; for callbacks."""
    seen = st.session_state.setdefault(_SEEN, set())
    _show(new_patient(level, frozenset(seen)))


def _patient() -> Patient:
    linked, known = told(PATIENT), st.session_state.get(_KEY)
    for code in filter(None, (linked, known)):
        try:
            patient = patient_of(code)
        except PatientError as error:
            st.warning(sentence_of(error))
            tell({PATIENT: None})
            continue
        _show(patient)
        return patient
    patient = new_patient(LEVELS[0])
    _show(patient)
    return patient


def _show(patient: Patient) -> None:
    st.session_state[_KEY] = patient.code
    st.session_state.setdefault(_SEEN, set()).add(patient.case.key)
    tell({PATIENT: patient.code})
