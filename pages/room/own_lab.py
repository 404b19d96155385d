"""In a student's own lab: one run of a class's, opened by the link on a phone, trained here and handed in."""

import streamlit as st

from core import runs
from core.lab.errors import ChalknetError
from core.runs import Run
from core.specs import RunSpec
from core.together import ticket
from pages.room.hand_in_link import hand_in_link
from pages.room.thumbs import FOR_THUMBS
from pages.shared.controls.settings import tell, told
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import NOTHING, RUN, run_of
from pages.shared.panels.gone import say_if_gone
from pages.shared.panels.train_panel import run_panel
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.settings import run_settings

PAGE = "room"


def own_lab(lab: Lab, text: str) -> None:
    """The page for a ticket's text, which may be from anybody: it names what it would train, and waits for a press."""
    st.html(FOR_THUMBS)
    try:
        given = ticket.read(text)
    except ChalknetError as error:
        st.error(sentence_of(error))
        return
    st.subheader(plain(f"For the room {given.code}: {given.title} {given.label}"), anchor=False)
    st.markdown(
        f"This lab trains one run of a class whose room is at `{given.address}`, with the settings that the room has "
        f"dealt: {plain(run_settings(given.spec))}. Nothing leaves this machine before you press the button that "
        "hands it in."
    )
    if say_if_gone([given.spec]):
        st.info("This lab does not have the pictures. Press **Train** in the room: it has them.")
        return
    _show_own(lab.person, given.spec)
    place = st.container()
    run_panel(lab, given.spec, page=PAGE, hint="Press **Train**: the curves grow here while the network learns.")
    with place:
        hand_in_link(given, run_of(PAGE).shown())


def _show_own(person: str, spec: RunSpec) -> None:
    """The page is about a run with exactly these settings, or about none yet."""
    shown = run_of(PAGE).shown()
    if (shown is not None and shown.spec == spec) or told(RUN) == NOTHING:
        return
    before = next((run for run in runs.all_runs(PAGE) if _is_it(run, person, spec)), None)
    if before is None:
        tell({RUN: NOTHING})
    else:
        run_of(PAGE).show(before)


def _is_it(run: Run, person: str, spec: RunSpec) -> bool:
    """Whether a person has trained this by itself, in an earlier session."""
    return run.belongs_to(person) and "experiment" not in run.meta and run.spec == spec and run.status.name == "done"
