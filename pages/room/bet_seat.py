"""Bets together, on a phone: draw the loss, or type it; and how far off it was."""

import streamlit as st

from core import runs
from core.lab.errors import ChalknetError
from core.rooms import bet
from core.rooms.seat import View
from core.rooms.work import OPEN, REVEALED, Work
from core.runs import snapshots
from core.runs.bet_verdicts import bet_told, curve_off, run_verdict
from core.runs.bets import BetError, CurveBet
from core.runs.snapshots import RunSnapshot
from core.specs import RunSpec
from core.together import class_bets
from pages.shared.panels.bet_on_run import draw_bet, drawn_bet, points
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.settings import run_settings


def bet_view(seen: View, work: Work, person: str) -> None:
    """Draw it; within the fragment that polls."""
    try:
        now = snapshots.read(runs.open_run(work.experiment))
        mine = class_bets.read(bet.mine(seen.code, person))
    except ChalknetError as error:
        st.info(sentence_of(error))
        return
    if work.phase == OPEN and not seen.is_closed:
        st.subheader("How will the training loss fall?", anchor=False)
        st.markdown(f"{plain(run_settings(now.spec))}.")
        _field(now.spec, seen.code, person, work.number, mine)
        if mine is not None:
            st.markdown("Your bet is in. You can change it until the run begins.")
        return
    st.subheader("The bets are closed.", anchor=False)
    if mine is None:
        st.markdown("You have no bet on this run.")
    else:
        st.markdown(plain(bet_told(mine)))
    if work.phase == REVEALED:
        if mine is not None:
            st.markdown(_rank(mine, seen.code, person, now))
    else:
        st.markdown("The run trains on the teacher's screen; the bets are shown when the teacher says so.")


def _field(spec: RunSpec, code: str, person: str, number: int, mine: CurveBet | None) -> None:
    key, typed = f"room_bet_{number}", f"room_typed_{number}"
    epochs = points(spec.n_epochs)

    def put(curve: CurveBet | None) -> None:
        try:
            if curve is not None:
                class_bets.place(code, person, number, curve)
        except ChalknetError as error:
            st.toast(sentence_of(error), icon=":material/error:")

    draw_bet(spec, mine, key=key, on_drawn=lambda: put(drawn_bet(spec, key=key)))
    with st.expander("Type it instead", icon=":material/keyboard:"):
        text = st.text_input(
            f"The loss after epoch {', '.join(map(str, epochs))}, with spaces between", key=typed, max_chars=200,
            autocomplete="off", on_change=lambda: put(_read(str(st.session_state[typed]), epochs)),
        )  # fmt: skip
        if text and _read(text, epochs) is None:
            st.warning(f"Here are {len(epochs)} numbers from 0 needed, such as {' '.join(['2.1'] * len(epochs))}.")


def _read(text: str, epochs: list[int]) -> CurveBet | None:
    """What was typed; None where it is no such bet."""
    try:
        return CurveBet(tuple(epochs), tuple(float(loss) for loss in text.replace(";", " ").split()))
    except (BetError, ValueError):
        return None


def _rank(mine: CurveBet, code: str, person: str, now: RunSnapshot) -> str:
    """How far off it was, and which place that is among all."""
    others = [curve for text in bet.revealed_to(code, person) if (curve := class_bets.read(text)) is not None]
    found = class_bets.measured(others, now.history.epochs)
    off = curve_off(mine, now.history.epochs)
    said = plain(run_verdict(mine, now))
    if off is None:
        return said
    place = 1 + sum(other < off for other in found.offs)
    return f"{said} That is place **{place}** of {found.n}."
