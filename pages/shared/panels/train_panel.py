"""Train, Stop, and the live picture of a run."""

import time
from dataclasses import replace
from typing import Literal

import streamlit as st

from core import runs
from core.lab.words import percent
from core.runs import Run, snapshots
from core.runs.snapshots import RunSnapshot
from core.runs.status import SENTENCES, Status
from core.specs import RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import run_of, settings_address
from pages.shared.lessons import page_name
from pages.shared.panels.before_training import before_training
from pages.shared.panels.bet_on_run import RunBetting
from pages.shared.panels.elsewhere import trained_elsewhere
from pages.shared.panels.health_card import health_card
from pages.shared.panels.panel import Panel, Standing
from pages.shared.pictures.live_curves import live_picture
from pages.shared.words.curves import JUDGED, WHEN
from pages.shared.words.language import marked, say, say_of_core
from pages.shared.words.markdown import plain
from pages.shared.words.progress import run_progress
from pages.shared.words.settings import run_settings
from pages.shared.words.terms import caption_with_terms

_FIRST_LOSS_SECONDS = 0.7  # the longest that a press of Train waits for its first batch


def run_panel(lab: Lab, spec: RunSpec, *, page: str, hint: str = "") -> None:
    """Buttons, and below them the run as it goes; ``hint`` stands there before where the page has no settings."""
    panel = _RunPanel(lab, spec, page)
    panel.hint = hint or panel.hint
    panel.view(lab.run_takes(spec))


class _RunPanel(Panel[Run, RunSnapshot]):
    """A single run with these settings."""

    noun = marked("run")
    button = marked("Train")
    hint = marked("Choose the settings, then press **Train**: the curves grow here while the network learns.")
    resume_help = marked("Goes on behind its last whole epoch.")

    def __init__(self, lab: Lab, spec: RunSpec, page: str) -> None:
        super().__init__(lab, run_of(page))
        self.spec, self.page = spec, page
        self.betting = RunBetting(spec, page)

    def key(self, action: Literal["start", "stop", "resume"]) -> str:
        return "train" if action == "start" else action

    def read(self, thing: Run) -> RunSnapshot:
        now = snapshots.read(thing)
        why = None if now.status.is_finished else self.lab.engine.failure(thing.id)
        # A folder that is read-only keeps the status that it had, and only the engine knows better
        return now if why is None else replace(now, status=Status("failed", why))

    def specs(self, thing: Run, now: RunSnapshot) -> list[RunSpec]:
        return [now.spec]

    def standing(self, now: RunSnapshot) -> Standing:
        return Standing(
            goes=not now.status.is_finished,
            is_over=now.is_over,
            is_interrupted=now.status.name == "interrupted",
        )

    def teach(self) -> None:
        before_training(self.spec.data)

    def draw(self, thing: Run, now: RunSnapshot) -> None:
        if now.status.name == "done" and thing.restored_from:
            told = percent(now.accuracy) if now.rate is None else now.rate.in_full()
            then = say(
                "It has no epochs and no curves here. Of the test pictures, **{told}** are classified correctly: see "
                "**Results** and **Inside**. **Train** begins a network of your own.",
                told=say_of_core(told),
            )
            trained_elsewhere(thing, then)
            return
        if now.status.name in ("failed", "diverged"):
            why = self.lab.engine.failure(thing.id) or now.status.sentence
            st.error(plain(say_of_core(why)), icon=":material/error:")
        elif now.status.name == "interrupted":
            st.warning(plain(say_of_core(now.status.sentence)), icon=":material/power_off:")
        elif now.status.name == "stopped" and now.status.sentence != SENTENCES["stopped"]:
            st.info(plain(say_of_core(now.status.sentence)), icon=":material/stop_circle:")
        is_waiting = now.status.name == "queued"
        n_before = self.lab.engine.place(thing.id) if is_waiting else 0
        begins_in = self.lab.engine.begins_in(thing.id) if is_waiting else None
        engine = self.lab.engine
        said = run_progress(
            now, is_warm=engine.info().is_warm, n_before=n_before, is_paused=engine.is_paused, begins_in=begins_in
        )
        live_picture(now, said=said, key=f"live_{thing.id}", bet=None if self.placed is None else self.placed.bet)
        if now.status.name == "queued" and (held := engine.held_by(thing.id)):
            pages = say(" and ").join(sorted({say(page_name(run.meta.get("page"))) for run in held}))
            told = say(
                "One run of each person trains at a time here: this one waits for yours on {pages}.", pages=plain(pages)
            )
            st.caption(told)
        health_card(now)
        caption_with_terms(f"{say(WHEN)} {say(JUDGED)}" if now.spec.judges_training else say(WHEN))
        st.caption(plain(run_settings(now.spec)))

    def is_wanted(self, thing: Run, now: RunSnapshot) -> bool:
        return now.spec == self.spec

    def created(self, thing: Run) -> float:
        return float(thing.meta.get("created", 0))

    def make(self, new_id: str) -> Run:
        more = {"address": settings_address()}
        run = runs.create(
            self.spec, page=self.page, owner=self.lab.person, more=more, run_id=new_id, bet=self.bet
        )  # fmt: skip
        self.lab.engine.submit(run, self.lab.person)  # what waits of this person is replaced, what trains goes on
        return run

    def begun(self, thing: Run) -> None:
        """If it can begin at once, wait that moment, so that the first picture has a loss and not a promise."""
        engine, deadline = self.lab.engine, time.monotonic() + _FIRST_LOSS_SECONDS
        while engine.info().is_warm and engine.place(thing.id) == 0 and time.monotonic() < deadline:
            if engine.is_paused:
                return
            if thing.history().step or thing.status.is_finished:
                return
            time.sleep(0.02)

    def stop(self, thing: Run) -> None:
        self.lab.engine.stop(thing, self.lab.person)

    def resume(self, thing: Run) -> None:
        self.lab.engine.resume(thing, self.lab.person)
