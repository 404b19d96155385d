"""The class trains together, on the teacher's screen: what differs from phone to phone, and the picture that fills."""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from core.lab.errors import ChalknetError
from core.lab.words import count, decimal
from core.rooms import deal
from core.rooms.deal import Part
from core.rooms.work import Work
from core.runs import experiments
from core.runs.experiments import MemberSnapshot, Snapshot
from core.specs import RunSpec
from core.together import class_run
from core.together.ending import put_away
from core.together.kinds import KINDS, LEARNING_RATE, MOST, WIDTH, Kind, kind_of
from pages.room.network import run_controls
from pages.shared.controls.lecture import to_the_top
from pages.shared.controls.widgets import choice, number_slider
from pages.shared.frame.frame import Lab
from pages.shared.words.charts import chart_in_words
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.sealed import as_judged

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


def deal_wall(lab: Lab, code: str, work: Work, act: Callable[..., None]) -> None:
    """How far the class is; within the fragment that polls. ``act`` is a callback that says what can't be done."""
    try:
        now = experiments.open_experiment(work.experiment).read()
        kind = kind_of(now)
    except ChalknetError as error:  # deleted meanwhile
        st.warning(sentence_of(error))
        st.button("Put it away", icon=":material/close:", key="room_deal_end", on_click=act,
                  args=(put_away, code, lab.person))  # fmt: skip
        return
    class_run.keep_going(lab.engine, code, lab.person, now)
    parts = deal.parts(code, lab.person)
    begun, ended = sum(part.is_begun for part in parts), sum(member.is_over for member in now.members)
    st.markdown(f"**Together: {kind.word}**  \n{begun} of {len(parts)} runs started, {ended} ended")
    free, left = sum(not (p.is_begun or p.n_holders) for p in parts), len(parts) - begun
    with st.container(horizontal=True):
        if free:
            st.button(f"Start what nobody holds ({free})", icon=":material/play_arrow:", key="room_deal_free",
                      on_click=_start, args=(act, lab, code, False))  # fmt: skip
        if left > free:
            st.button(f"Start all that is left ({left})", icon=":material/fast_forward:", key="room_deal_all",
                      on_click=_start, args=(act, lab, code, True))  # fmt: skip
        st.button("Put it away", icon=":material/close:", key="room_deal_end", on_click=act,
                  args=(put_away, code, lab.person))  # fmt: skip
    picture, told = _drawn(kind, now)
    if not isinstance(picture, str):
        st.vega_lite_chart(picture, key="room_deal_chart")
    elif picture:
        st.html(picture)
    if told:
        st.markdown(plain(as_judged(told)))
    st.html(_tiles(kind, parts, {member.run.id: member for member in now.members}))


def _begin(lab: Lab, code: str, kind: Kind, base: RunSpec, members: class_run.Members) -> None:
    try:
        lab.check_room()
        class_run.begin(lab.engine, code, lab.person, kind, base, members)
        to_the_top()
    except ChalknetError as error:
        st.error(sentence_of(error))


def _start(act: Callable[..., None], lab: Lab, code: str, also_held: bool) -> None:
    act(lambda: class_run.start(lab.engine, code, lab.person, also_held=also_held))


def _drawn(kind: Kind, now: Snapshot) -> tuple[dict[str, Any] | str, str]:
    """Picture and sentence; made anew only where another run has ended, as the wall polls often.

    A chart comes as what Vega reads of it: to make that of Altair's takes 30 ms, to send it 3.
    """
    state = (now.experiment.id, tuple(member.status.name for member in now.members if member.is_over))
    known = st.session_state.get(_PICTURE)
    if known is None or known[0] != state:
        picture = kind.picture(now)
        told = picture if isinstance(picture, str) else chart_in_words(picture).to_dict()
        known = (state, told, kind.told(now))
        st.session_state[_PICTURE] = known
    return known[1], known[2]


def _tiles(kind: Kind, parts: list[Part], members: dict[str, MemberSnapshot]) -> str:
    """A tile per run: its name, and where it is."""
    tiles = "".join(
        f'<li class="{name}"><b>{escape(part.label)}</b><span>{escape(said)}</span></li>'
        for part in parts
        for name, said in [_state(part, members.get(part.run_id))]
    )
    return f'<ul class="deal" aria-label="{escape(kind.word)} of each run">{tiles}</ul>{_STYLE}'


def _state(part: Part, member: MemberSnapshot | None) -> tuple[str, str]:
    """A style, and a word."""
    if member is None:
        return "gone", "deleted"
    if not part.is_begun:
        return "idle", "held" if part.n_holders else "nobody"
    if member.accuracy is not None:
        return "done", f"{member.accuracy:.1%}"
    name = member.status.name
    return ("runs", f"{member.share:.0%}") if name == "running" else ("waits", "waits" if name == "queued" else name)


_STYLE = """<style>
.deal { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.4rem, 1fr)); gap: 0.4rem;
  list-style: none; margin: 0 !important; padding: 0 !important; }
.deal li { display: grid; margin: 0 !important; padding: 0.2rem 0.3rem; border-radius: 0.4rem;
  text-align: center; line-height: 1.25; border: 2px dashed color-mix(in srgb, currentColor 45%, transparent); }
.deal span { font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.deal .waits, .deal .runs { border-style: solid; }
.deal .runs { border-color: light-dark(#a34700, #f0a35e); }
.deal .done { border: 2px solid light-dark(#0d8266, #7fdcbb); background: light-dark(#e3f2ec, #16372d); }
</style>"""
