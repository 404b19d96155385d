"""Check my script: a pasted text is read, never run; each slip with its line, its symptom and a measured curve."""

import streamlit as st

from core.clinic.case import SOUND
from core.clinic.cases import BY_KEY
from core.clinic.checker.check import check
from core.clinic.checker.reading import ScriptError, Slip
from core.clinic.consultation import Measured
from core.lab.jobs import Job
from core.lab.remembered import Remembered
from core.lab.words import count
from pages.bug_clinic.background import KIND, start
from pages.bug_clinic.curves import side_by_side
from pages.shared.frame.frame import Lab
from pages.shared.panels.headline import headline
from pages.shared.panels.jobs import current, tell_failure, while_running
from pages.shared.words.markdown import sentence_of

_TEXT, _KEPT = "pasted_script", "clinic_pasted"


@st.cache_resource(show_spinner=False)
def _curves() -> Remembered[tuple[str, str], Measured]:
    """Of the cases that were asked for, by data set and case."""
    return Remembered(200)


def check_view(lab: Lab, dataset: str) -> None:
    """The text, and what was found in it."""
    st.markdown(
        "Paste a training script: the model, the data, the loop. It is **read and never run**. What is found is what "
        "can be seen in the text alone; no finding does not mean that there is no bug."
    )
    st.session_state.setdefault(_TEXT, st.session_state.get(_KEPT, ""))
    st.text_area("Your script", key=_TEXT, height=280, placeholder="for epoch in range(num_epochs): …")
    st.button("Check", type="primary", icon=":material/fact_check:", key="check_script")
    text = st.session_state[_TEXT]
    st.session_state[_KEPT] = text  # the widget's own is let go on the way to another page
    if not text.strip():
        return
    try:
        slips = check(text)
    except ScriptError as error:
        st.error(sentence_of(error))
        return
    bugs = [slip for slip in slips if not slip.is_note]
    if bugs:
        headline(f"{count(len(bugs), 'likely bug')}.", "Read from the text: look at each line and decide.")
    else:
        headline("None of the clinic's bugs is seen in this text.")
    _measure(lab, dataset, [slip.case for slip in bugs])
    for slip in slips:
        _slip(slip, text, dataset)


def _measure(lab: Lab, dataset: str, cases: list[str]) -> None:
    """Train what has no curve yet, in the background."""
    missing = [case for case in dict.fromkeys([*cases, SOUND]) if cases and _curves().get((dataset, case)) is None]
    job = current(KIND, lab.person)
    if job is None:
        tell_failure(KIND, lab.person)
    if job is None and missing:

        def work(job: Job) -> None:
            from core.clinic.measured import measured
            from core.inside.attribution import one_thread

            with one_thread():
                for case in missing:
                    _curves().put((dataset, case), measured(case, dataset, job))

        start(lab.person, "The clinic measures these bugs on its own scripts", work)
        job = current(KIND, lab.person)
    if job is not None:
        title = job.title
        while_running(job, lambda: st.caption(f"{title} …"))


def _slip(slip: Slip, text: str, dataset: str) -> None:
    case = BY_KEY[slip.case]
    with st.container(border=True):
        kind = "Harmless" if slip.is_note else case.title
        st.markdown(f"**Line {slip.line}: {kind}**")
        lines = text.splitlines()
        if slip.line <= len(lines):
            st.code(lines[slip.line - 1].strip()[:300], language="python", wrap_lines=True)
        st.markdown(slip.said)
        st.markdown(f"Instead: {slip.cure}")
        with_it, sound = _curves().get((dataset, slip.case)), _curves().get((dataset, SOUND))
        if not slip.is_note and with_it is not None and sound is not None:
            st.caption("Measured on the clinic's own script with this bug, beside its sound one; one seed.")
            side_by_side({"with this bug": with_it.epochs, "sound": sound.epochs})
            if with_it.error:
                st.caption(f"With this bug it stops: {with_it.error}")
