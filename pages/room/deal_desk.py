"""The class trains together, on the teacher's screen: what differs from phone to phone, and the picture that fills."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import count, decimal
from core.rooms import deal
from core.rooms.work import Work
from core.runs import experiments
from core.specs import RunSpec
from core.together import class_run, hand_in
from core.together.elsewhere import Elsewhere, told, with_results
from core.together.ending import put_away
from core.together.kinds import KINDS, LEARNING_RATE, MOST, WIDTH, Kind, kind_of
from pages.room.begun import begun
from pages.room.network import run_controls
from pages.room.tiles import tiles
from pages.shared.controls.attempt import attempt
from pages.shared.controls.lecture import is_on
from pages.shared.controls.widgets import choice, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import as_judged

_HIGH_IN_LECTURE = 264  # pixels before the zoom, axes and all: it ends above the lower edge of 1280 x 800
_PICTURE = "room_picture"  # of the session: what was drawn last, as long as nothing more has ended


def deal_form(lab: Lab, code: str) -> None:
    """Choose what differs, and deal it."""
    with st.expander("Train together: a run for each phone", icon=":material/groups:"):
        word = choice("What differs", "differs", options=[kind.word for kind in KINDS], default=LEARNING_RATE.word)
        kind = next(kind for kind in KINDS if kind.word == word)
        n = number_slider("For about so many phones", "n_phones", low=3, high=MOST, step=1, default=12)
        base = run_controls(lab, epochs=2, only_mlp=kind is WIDTH)
        try:
            members = class_run.members_of(kind, base, n)
        except ChalknetError as error:
            st.warning(sentence_of(error))
            return
        names = [kind.label(labels) for labels, _ in members]
        rate = "" if kind is LEARNING_RATE else f" Learning rate {decimal(base.optimizer.learning_rate)}."
        st.markdown(
            f"{count(len(names), kind.word)}: {', '.join(names)}.{rate} All runs have {kind.same}. "
            "More phones than runs share them; what nobody holds you start yourself."
        )
        st.button("Deal the runs", type="primary", icon=":material/playing_cards:", key="room_deal", on_click=_begin,
                  args=(lab, code, kind, base, members))  # fmt: skip
        st.markdown(lab.runs_take(spec for _, spec in members))


def deal_wall(lab: Lab, code: str, work: Work, n_seats: int, act: Callable[..., None]) -> None:
    """How far the class is; within the fragment that polls. ``act`` is a callback that says what can't be done."""
    try:
        now = experiments.open_experiment(work.experiment).read()
        kind, found = kind_of(now), with_results(now, hand_in.results_of(code, lab.person))
    except ChalknetError as error:  # deleted meanwhile
        st.warning(sentence_of(error))
        st.button("Put it away", icon=":material/close:", key="room_deal_end", on_click=act,
                  args=(put_away, code, lab.person))  # fmt: skip
        return
    class_run.keep_going(lab.engine, code, lab.person, now)
    parts = deal.parts(code, lab.person)
    left, ended = sum(part.is_free for part in parts), sum(member.is_over for member in found.now.members)
    own = sum(part.is_handed for part in parts)
    handed = f", {own} handed in from students' own labs" if own else ""
    st.markdown(
        f"**Together: {kind.word}** · **{n_seats}** in the room · {len(parts) - left} of {len(parts)} runs started, "
        f"{ended} ended{handed}"
    )
    free, again = sum(p.is_free and not p.n_holders for p in parts), sum(p.is_handed and not p.is_begun for p in parts)
    with st.container(horizontal=True):
        if free:
            st.button(f"Start what nobody holds ({free})", icon=":material/play_arrow:", key="room_deal_free",
                      on_click=_start, args=(act, lab, code, False))  # fmt: skip
        if left > free:
            st.button(f"Start all that is left ({left})", icon=":material/fast_forward:", key="room_deal_all",
                      on_click=_start, args=(act, lab, code, True))  # fmt: skip
        if again:
            st.button(f"Run again here what was trained elsewhere ({again})", icon=":material/replay:",
                      key="room_deal_again", on_click=act,
                      args=(class_run.run_again, lab.engine, code, lab.person))  # fmt: skip
        st.button("Put it away", icon=":material/close:", key="room_deal_end", on_click=act,
                  args=(put_away, code, lab.person))  # fmt: skip
    picture, said = _drawn(kind, found)
    if not isinstance(picture, str):
        st.vega_lite_chart(picture, key="room_deal_chart")
    elif picture:
        st.html(picture)
    for each in filter(None, said):
        st.markdown(plain(as_judged(each)))
    st.html(tiles(kind, parts, now, found))


def _begin(lab: Lab, code: str, kind: Kind, base: RunSpec, members: class_run.Members) -> None:
    def begin() -> None:
        lab.check_room()
        class_run.begin(lab.engine, code, lab.person, kind, base, members)
        begun()

    attempt(begin)


def _start(act: Callable[..., None], lab: Lab, code: str, also_held: bool) -> None:
    act(lambda: class_run.start(lab.engine, code, lab.person, also_held=also_held))


def _drawn(kind: Kind, found: Elsewhere) -> tuple[dict[str, Any] | str, tuple[str, str]]:
    """Picture, what is said of it and of own labs; made anew only where another run has ended, as the wall polls often.

    A chart comes as what Vega reads of it: to make that of Altair's takes 30 ms, to send it 3.
    """
    now = found.now
    ended = tuple(member.status.name for member in now.members if member.is_over)
    state = (now.experiment.id, ended, tuple(found.counted), tuple(found.again), is_on())
    known = st.session_state.get(_PICTURE)
    if known is None or known[0] != state:
        picture = kind.picture(now, found.counted)
        drawn = picture if isinstance(picture, str) else chart_in_words(picture).to_dict()
        if isinstance(drawn, dict) and is_on():
            drawn["height"] = _HIGH_IN_LECTURE
        known = (state, drawn, (kind.told(now), told(kind, found)))
        st.session_state[_PICTURE] = known
    return known[1], known[2]
