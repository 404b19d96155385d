"""The teacher's desk: the whole queue, what to do with it, and the disk; for everybody else the field for the key."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import runs
from core.engine.desk import Place
from core.lab import owners
from core.lab.errors import ChalknetError
from core.lab.words import count, duration
from core.runs import Run, usage
from pages.runs.shown import Shown
from pages.shared.controls.attempt import press
from pages.shared.frame.frame import Lab
from pages.shared.lessons import page_name
from pages.shared.panels.teacher_key import key_form
from pages.shared.words.markdown import plain, sentence_of
from pages.shared.words.progress import PAUSED

_POLL_SECONDS = 2.0
_MOST_ENTRIES = 60  # that are drawn with their buttons; those behind them are counted
_AGES = {"any age": 0, "older than a day": 1, "older than a week": 7, "older than 30 days": 30}  # days
_EVERYBODY = "everybody"


@dataclass(frozen=True)
class Entry:
    """A run in the queue, or what an experiment has there.

    Attributes
    ----------
    key : str
        Of the run or the experiment.
    places : tuple of Place
    """

    key: str
    places: tuple[Place, ...]

    @property
    def n_training(self) -> int:
        return sum(place.trains for place in self.places)

    @property
    def told(self) -> str:
        """As Markdown, in a line."""
        first, n = self.places[0], len(self.places)
        if first.experiment:
            state = f"{self.n_training} of {count(n, 'run')} train" if self.n_training else f"{count(n, 'run')} wait"
            what = f"experiment on {page_name(first.page)}"
        else:
            state, what = ("trains" if first.trains else "waits"), page_name(first.page)
        icon = ":material/play_arrow:" if self.n_training else ":material/hourglass_empty:"
        parts = [f"`{first.who}`", plain(what), *([plain(first.name)] if first.name else []), state]
        parts.append(f"asked for {duration(max(0.0, first.seconds))} ago")
        return f"{icon} " + " · ".join(parts) + (" · **its page is closed**" if first.is_gone else "")


def entries(places: list[Place]) -> list[Entry]:
    """The queue with each experiment as one, where its first run stands."""
    together: dict[str, list[Place]] = {}
    for place in places:
        together.setdefault(place.experiment or place.run_id, []).append(place)
    return [Entry(key, tuple(found)) for key, found in together.items()]


def teacher_desk(lab: Lab, shown: Shown) -> None:
    """The tab."""
    if not lab.engine.teacher.is_teacher(lab.person):
        key_form(lab, "teacher")
        return
    _queue(lab)
    _free_disk(lab, shown.table.runs)
    st.button(
        "Stop being the teacher", icon=":material/logout:", key="teacher_leave", on_click=lab.engine.teacher.leave,
        args=(lab.person,), help="This browser is the teacher's until you press this or the lab is started anew.",
    )  # fmt: skip


@st.fragment(run_every=_POLL_SECONDS)
def _queue(lab: Lab) -> None:
    """The whole queue, drawn anew every few seconds; the buttons are each run's own, wherever it stands by then."""
    try:
        found = entries(lab.engine.queue(lab.person))
    except ChalknetError as error:
        st.warning(sentence_of(error))
        return
    n_waiting = sum(not place.trains for entry in found for place in entry.places)
    n_training = sum(entry.n_training for entry in found)
    with st.container(horizontal=True, vertical_alignment="center"):
        if lab.engine.is_paused:
            _button(lab, "Let the queue go on", "play_circle", "queue_resume", lab.engine.resume_queue)
            st.markdown(f"**{PAUSED}** What trains goes on, nothing new begins.", width="content")
        else:
            _button(lab, "Pause the queue", "pause_circle", "queue_pause", lab.engine.pause)
        st.markdown(f"**{n_training:,}** train, **{n_waiting:,}** wait.", width="content")
    for entry in found[:_MOST_ENTRIES]:
        group, desk = _runs_of(entry), lab.engine
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(entry.told, width="stretch")
            if not all(place.trains for place in entry.places):
                _button(lab, "To the front", "vertical_align_top", f"front_{entry.key}", desk.move_to_front, group)
            _button(lab, "Stop", "stop", f"stop_any_{entry.key}", desk.stop_any, group)
    if len(found) > _MOST_ENTRIES:
        st.caption(f"And {len(found) - _MOST_ENTRIES:,} more behind these.")


def _button(lab: Lab, word: str, icon: str, key: str, action: Callable[..., object], *arguments: object) -> None:
    st.button(word, icon=f":material/{icon}:", key=key, on_click=press, args=(action, *arguments, lab.person))


def _runs_of(entry: Entry) -> list[Run]:
    found = []
    for place in entry.places:
        try:
            found.append(runs.open_run(place.run_id))
        except ChalknetError:  # deleted at this moment
            continue
    return found


def _free_disk(lab: Lab, table: pd.DataFrame) -> None:
    """Delete what is not kept: of one person or of all, of an age."""
    with st.expander(f"Free disk: all runs take {table['bytes'].sum() / 1e6:,.0f} MB", icon=":material/delete_sweep:"):
        by_owner = table.groupby("owner")["bytes"].sum().sort_values(ascending=False)
        sizes = {owners.label(str(mark)): f"{n / 1e6:,.0f} MB" for mark, n in by_owner.items()}
        whose = st.selectbox(
            "Whose", [_EVERYBODY, *sizes], key="free_whose",
            format_func=lambda who: who if who == _EVERYBODY else f"{who}: {sizes[who]}",
        )  # fmt: skip
        age = st.selectbox("Which", list(_AGES), index=1, key="free_age")
        doomed = doomed_runs(table, "" if whose == _EVERYBODY else whose, _AGES[age])
        told = f"{count(len(doomed), 'run')}, {doomed['bytes'].sum() / 1e6:,.0f} MB"
        st.markdown(f"That is **{told}**. Kept runs stay, and those that train or wait. This can't be undone.")
        sure = st.checkbox(f"Delete {told}", key=f"free_sure_{len(doomed)}_{whose}_{age}", disabled=doomed.empty)
        if st.button("Delete them", type="primary", key="free_delete", disabled=not sure):
            group = [run for run_id in doomed["id"] if (run := _opened(run_id)) is not None]
            try:
                n = lab.engine.delete_any(group, lab.person)
            except ChalknetError as error:
                st.error(sentence_of(error))
            else:
                usage.forget()
                st.success(f"{count(n, 'run')} deleted.")


def doomed_runs(table: pd.DataFrame, who: str, days: int) -> pd.DataFrame:
    """The rows of runs that are over, not kept, of one person's label (empty: of all), and so many days old."""
    found = table[~table["kept"] & ~table["status"].isin(["queued", "running"])]
    if who:
        found = found[found["owner"].map(owners.label) == who]
    return found[found["created"] <= pd.Timestamp.now(tz="UTC") - pd.Timedelta(days=days)]


def _opened(run_id: str) -> Run | None:
    try:
        return runs.open_run(run_id)
    except ChalknetError:
        return None
