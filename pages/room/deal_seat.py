"""The class trains together, on a phone: the own run, one press, and how it goes."""

import math

import streamlit as st

from core import runs
from core.engine import Engine
from core.lab.errors import ChalknetError
from core.lab.words import count
from core.rooms import deal
from core.rooms.codes import RoomError
from core.rooms.deal import Hand
from core.rooms.seat import View
from core.runs import snapshots
from core.together import class_run, hand_in
from core.together.kinds import KINDS
from pages.room.own_lab_link import own_lab_link
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.progress import run_progress
from pages.shared.words.sealed import as_judged


def hand_view(engine: Engine, seen: View, person: str) -> None:
    """Draw it; within the fragment that polls."""
    try:
        held = deal.hand(seen.code, person)
    except RoomError as error:
        st.info(sentence_of(error))
        return
    st.subheader(plain(f"Your {held.title}: {held.label}"), anchor=False)
    same = next((kind.same for kind in KINDS if kind.word == held.title), "")
    st.markdown(f"{count(held.n_parts, 'run')} in this room have {plain(same)}. Yours is one of them.")
    if held.n_holders > 1:
        st.info(
            f"There are more phones than runs, so {held.n_holders} phones have this one. Whoever presses first "
            "starts it.", icon=":material/group:",
        )  # fmt: skip
    if held.is_begun:
        _run(engine, held)
    elif held.result is not None:
        _handed(held.result)
    else:
        with st.container(key="room_options"):
            st.button("Train", type="primary", icon=":material/play_arrow:", key=f"room_train_{held.number}",
                      width="stretch", disabled=seen.is_closed, on_click=_press,
                      args=(engine, seen.code, person, held.number))  # fmt: skip
        if not seen.is_closed:
            own_lab_link(seen.code, person, held)


def _press(engine: Engine, code: str, person: str, number: int) -> None:
    try:
        class_run.press(engine, code, person, number)
    except ChalknetError as error:
        st.toast(sentence_of(error), icon=":material/error:")


def _run(engine: Engine, held: Hand) -> None:
    """Where it is, and what came out."""
    try:
        now = snapshots.read(runs.open_run(held.run_id))
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    if not now.is_over:
        n_before = engine.place(held.run_id)
        said = run_progress(now, is_warm=engine.info().is_warm, n_before=n_before, is_paused=engine.is_paused)
        st.progress(min(1.0, now.share), said)
        if now.history.losses:
            st.markdown(f"Loss of the last batch: **{now.history.losses[-1]:.3f}**")
    elif now.accuracy is not None:
        st.markdown(_came_out("Your run has ended. Test accuracy: ", now.accuracy, now.history.end_loss))
    else:
        st.markdown(plain(now.status.sentence))


def _handed(text: str) -> None:
    """What a lab of the student's own has handed in."""
    result = hand_in.kept(text)
    if result.status == "diverged":
        st.markdown(f"Handed in from a student's own lab: it diverged. {_WHERE}")
    else:
        said = "Handed in from a student's own lab. Test accuracy: "
        st.markdown(_came_out(said, result.test_accuracy, result.end_loss))


def _came_out(said: str, accuracy: float, end_loss: float) -> str:
    loss = "" if math.isnan(end_loss) else _LOSS.format(end_loss)
    return f"{as_judged(said)}**{accuracy:.1%}**.{loss} {_WHERE}"


_LOSS = " Training loss, mean of the last fifth of its batches: **{:.3f}**."
_WHERE = "The picture of all runs is on the teacher's screen."
