"""Bets together, on the teacher's screen: how many have bet, the run as it trains, and all bets at once."""

from collections.abc import Callable

import streamlit as st

from core import runs
from core.lab.errors import ChalknetError
from core.rooms import bet
from core.rooms.work import OPEN, REVEALED, TRAINS, Work
from core.runs import snapshots
from core.runs.live_curves import with_bets
from core.specs import RunSpec
from core.together import class_bets
from core.together.ending import put_away
from pages.room.begun import begun
from pages.room.network import run_controls
from pages.shared.controls.attempt import attempt
from pages.shared.frame.frame import Lab
from pages.shared.pictures.live_curves import draw_live, live_data
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.progress import run_progress
from pages.shared.words.settings import run_settings

_PAGES = {"MLP": "perceptron", "CNN": "cnn"}  # whose run it is, by its network


def bet_form(lab: Lab, code: str) -> None:
    """Choose the run, and ask everybody for a bet on its loss."""
    with st.expander("Bets together: who draws the loss best?", icon=":material/casino:"):
        spec = run_controls(lab, epochs=5, prefix="bet_")
        st.markdown(f"{plain(run_settings(spec))}. Each phone draws the training loss before the run begins.")
        st.button("Ask for bets", type="primary", icon=":material/casino:", key="room_bets", on_click=_begin,
                  args=(lab, code, spec))  # fmt: skip
        st.markdown(lab.run_takes(spec))


def bet_wall(lab: Lab, code: str, work: Work, n_seats: int, act: Callable[..., None]) -> None:
    """The run and its bets; within the fragment that polls. ``act`` is a callback that says what can't be done."""
    steps = {
        OPEN: ("Train it", "play_arrow", lambda: class_bets.train(lab.engine, code, lab.person)),
        TRAINS: ("Show the bets", "visibility", lambda: class_bets.reveal(code, lab.person)),
    }
    st.markdown(f"**Bets together: {plain(work.title)}** · {bet.n_bets(code, lab.person)} of {n_seats} have bet")
    with st.container(horizontal=True):
        if work.phase in steps:
            word, icon, step = steps[work.phase]
            st.button(word, type="primary", icon=f":material/{icon}:", key=f"room_bets_{work.phase}", on_click=act,
                      args=(step,))  # fmt: skip
        st.button("Put it away", icon=":material/close:", key="room_bets_end", on_click=act,
                  args=(put_away, code, lab.person))  # fmt: skip
    if work.phase == OPEN:
        st.markdown("Draw on your phone how the training loss will fall. The bets are shown once the run trains.")
        return
    try:
        now = snapshots.read(runs.open_run(work.experiment))
    except ChalknetError as error:  # deleted meanwhile
        st.warning(sentence_of(error))
        return
    engine = lab.engine
    if now.status.name in ("failed", "diverged", "interrupted"):
        st.warning(plain(engine.failure(now.run.id) or now.status.sentence))
    if now.status.name == "interrupted":
        st.button("Go on", icon=":material/play_arrow:", key="room_bets_resume", on_click=act,
                  args=(engine.resume, now.run, lab.person))  # fmt: skip
    said = run_progress(
        now, is_warm=engine.info().is_warm, n_before=engine.place(now.run.id), is_paused=engine.is_paused
    )
    data = live_data(now) | {"said": said}
    if work.phase == REVEALED:
        found = [curve for text in bet.revealed(code, lab.person) if (curve := class_bets.read(text)) is not None]
        measured = class_bets.measured(found, now.history.epochs)
        data |= {"curves": with_bets(data["curves"], found, measured.nearest)}
        if measured.n:
            so_far = "" if now.is_over else "So far: "
            st.markdown(f"{so_far}{measured.told} Thin: all bets; dashed: the nearest.")
    draw_live(data, key=f"room_live_{work.number}")


def _begin(lab: Lab, code: str, spec: RunSpec) -> None:
    def begin() -> None:
        lab.check_room()
        class_bets.begin(code, lab.person, spec, page=_PAGES[spec.model.title], title=spec.model.title)
        begun()

    attempt(begin)
