"""What is started by a button, goes by itself, is watched by its link, stops and goes on: runs, experiments, searches.

How it looks and what the buttons do is each one's own (``Panel``); when which button is there, what a double click
means and how long is polled stands here.
"""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.lab.errors import ChalknetError
from core.runs import bets
from core.runs.bets import Bet, Placed
from core.specs import RunSpec
from pages.shared.controls import lecture, places
from pages.shared.controls.attempt import attempt
from pages.shared.frame.collector import spare_the_collector
from pages.shared.frame.frame import Lab
from pages.shared.frame.shown import HasId, Shown
from pages.shared.panels.betting import Betting, bet_form, is_asked, placed_bet, take
from pages.shared.panels.gone import say_if_gone
from pages.shared.words.language import say
from pages.shared.words.markdown import sentence_of

POLL_SECONDS = 1.5  # at 1 s the drawing took 16 % of the training beside it, at 1.5 s 13 %
DOUBLE_CLICK_SECONDS = 1.0


class Startable(HasId, Protocol):
    """What a panel can be about."""

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        ...

    def belongs_to(self, owner: str) -> bool:
        """Whether the person with that key has started it."""
        ...


T = TypeVar("T", bound=Startable)  # the thing, known by its id
N = TypeVar("N")  # how it stands at one moment


@dataclass(frozen=True)
class Standing:
    """What decides about buttons and polling.

    Attributes
    ----------
    goes : bool
        It waits or works.
    is_over : bool
        Nothing more will be drawn; what was stopped may have a last thing to do.
    is_interrupted : bool
        It can be resumed.
    """

    goes: bool
    is_over: bool
    is_interrupted: bool = False


def second_button(standing: Standing, *, is_mine: bool) -> Literal["stop", "resume"] | None:
    """The button beside Start: only who has started something stops and resumes it."""
    if not is_mine:
        return None
    if not standing.is_over:
        return "stop"
    return "resume" if standing.is_interrupted else None


def answer(standing: Standing, *, is_same: bool, age: float) -> Literal["show", "replace", "leave"]:
    """What a press of Start means for something of the same person that is there already.

    Parameters
    ----------
    standing : Standing
    is_same : bool
        Whether it has the settings that are asked for.
    age : float
        Seconds since it was made: right after that, the press is the second half of a double click. Below 0 where the
        clock was set back since.

    Returns
    -------
    {"show", "replace", "leave"}
        It is what is asked for; it has to make room; it has nothing to do with the press.
    """
    if is_same and (standing.goes or abs(age) < DOUBLE_CLICK_SECONDS):
        return "show"
    return "replace" if standing.goes else "leave"


def _places_of_hall() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """For the picture, for what was bet on it, and for the next bet."""
    return st.container(), st.container(), st.container()


class Panel(ABC, Generic[T, N]):
    """Start, Stop, Resume and the picture of one kind of thing."""

    noun: str
    button: str
    hint: str
    betting: Betting[N] | None = None  # what can be bet on it
    bet: Bet | None = None  # on the one that a press would start
    placed: Placed | None = None  # on the one that is shown
    poll_seconds = POLL_SECONDS

    def __init__(self, lab: Lab, shown: Shown[T]) -> None:
        self.lab = lab
        self.shown = shown

    # What each kind of thing says for itself

    @abstractmethod
    def key(self, action: Literal["start", "stop", "resume"]) -> str:
        """The button's key."""

    @abstractmethod
    def read(self, thing: T) -> N:
        """How it stands now; called once a poll. A ``ChalknetError`` where it was deleted."""

    @abstractmethod
    def standing(self, now: N) -> Standing:
        """What of it decides about the buttons."""

    @abstractmethod
    def draw(self, thing: T, now: N) -> None:
        """What there is to see; drawn again with each poll."""

    @abstractmethod
    def is_wanted(self, thing: T, now: N) -> bool:
        """Whether it has the settings that are asked for."""

    @abstractmethod
    def created(self, thing: T) -> float:
        """When it was made, in seconds since 1970."""

    @abstractmethod
    def make(self, new_id: str) -> T:
        """Make one by the present settings, under this id, and let it begin."""

    @abstractmethod
    def stop(self, thing: T) -> None:
        """Let it end."""

    def resume(self, thing: T) -> None:
        """Let it go on, if it was interrupted."""
        raise NotImplementedError

    def specs(self, thing: T, now: N) -> list[RunSpec]:
        """Of the runs that it is about: their pictures may be gone."""
        return []

    resume_help = ""

    def resume_word(self, now: N) -> str:
        """What the button of ``resume`` says."""
        return say("Resume")

    def warning(self, thing: T | None, now: N | None) -> str:
        """What a press of Start would take away, as Markdown; it stands beside the button."""
        return ""

    def prepare(self) -> None:
        """Called when it is certain that a new one begins."""

    def make_room(self, thing: T) -> None:
        """Called with what still goes when another one is to begin."""

    def begun(self, thing: T) -> None:
        """Called once when it has begun."""

    def teach(self) -> None:
        """What there is to see as long as nothing was started."""

    # What is alike for all

    def view(self, expectation: str, *, can_start: bool = True) -> N | None:
        """Draw it.

        Parameters
        ----------
        expectation : str
            Beside the button, as Markdown: how long it will take. Beside what goes on it would be taken for that.
        can_start : bool
            Whether there is anything to start.

        Returns
        -------
        How it stood when it was drawn; None where there is nothing to show.
        """
        thing = self.shown.shown()
        # In a hall what was bet, and the next bet, stand below the picture, which has the screen
        lesson, about, form = _places_of_hall() if lecture.is_on() and thing is not None else (None, None, None)
        if self.betting is not None and is_asked() and can_start:
            with form or nullcontext():
                self.bet = bet_form(self.betting, key=self.key("start"), has_one=thing is not None)
            can_press = self.bet is not None
        else:
            can_press = can_start
        with places.row():
            pressed = st.button(
                say(self.button), type="primary", icon=":material/play_arrow:", key=self.key("start"),
                disabled=not can_press,
            )  # fmt: skip
            place = st.empty()
            beside = st.container(width="content")
        told = st.empty()
        if pressed and can_press:
            thing = self._press(thing)
        now = self._now(thing)
        if expectation and (now is None or not self.standing(now).goes):
            beside.markdown(expectation, width="content")
        warned = [self._of_others(thing, now), self.warning(thing, now)] if can_start else []
        if any(warned):
            told.caption(" ".join(filter(None, warned)))
        if thing is None:
            st.info(say(self.hint))
            self.teach()
            return None
        if now is None:
            st.warning(say("This {thing} was deleted.", thing=say(self.noun)))
            return None
        say_if_gone(self.specs(thing, now), whose=f"this {self.noun}")
        is_mine = thing.belongs_to(self.lab.person)
        self._second_button(thing, now, second_button(self.standing(now), is_mine=is_mine), place)
        with about or nullcontext():
            self._placed_bet(thing, now, is_mine=is_mine)
        with lesson or nullcontext():
            self._poll(thing, now)
        if not is_mine:
            st.caption(say("Somebody else's {thing}, for watching.", thing=say(self.noun)))
        return now

    def _of_others(self, thing: T | None, now: N | None) -> str:
        """That what is shown is not what the settings beside it would give; nothing where it is."""
        try:
            is_same = thing is None or now is None or self.is_wanted(thing, now)
        except ChalknetError:  # there can be nothing of these settings: that is told where they are
            is_same = True
        return "" if is_same else say("What you see was trained with other settings than those chosen here.")

    def _press(self, shown: T | None) -> T | None:
        """Start, unless the press asks for what is there already; returns what is to be shown."""
        try:
            for known in (shown, self.shown.noted()):
                now = self._now(known)
                if known is None or now is None or not known.belongs_to(self.lab.person):
                    continue
                age = time.time() - self.created(known)
                match answer(self.standing(now), is_same=self.is_wanted(known, now), age=age):
                    case "show":
                        self.shown.show(known)
                        return known
                    case "replace":
                        self.make_room(known)
            self.lab.check_room()
            self.prepare()
            thing = self.make(self.shown.note())
        except ChalknetError as error:
            st.error(sentence_of(error))
            return shown
        self.shown.show(thing)
        self.begun(thing)
        if self.bet is not None:
            take(self.key("start"))
            st.rerun()  # the form begins anew
        return thing

    def _placed_bet(self, thing: T, now: N, *, is_mine: bool) -> None:
        """What was bet on what is shown; at the end how far it was."""
        self.placed = bets.read(thing.folder)
        if self.placed is not None and self.betting is not None:
            verdict = self.betting.verdict(self.placed.bet, now) if self.standing(now).is_over else ""
            placed_bet(thing.folder, self.placed, verdict, is_mine=is_mine)

    def _now(self, thing: T | None) -> N | None:
        """How it stands; None where it is not there (any more)."""
        try:
            return None if thing is None else self.read(thing)
        except (ChalknetError, OSError):
            return None

    def _second_button(
        self, thing: T, now: N, which: Literal["stop", "resume"] | None, place: DeltaGenerator
    ) -> None:
        if which == "stop":
            place.button(
                say("Stop"), icon=":material/stop:", key=self.key("stop"), on_click=self._do,
                args=(self.stop, thing.id),
            )  # fmt: skip
        elif which == "resume":
            place.button(
                self.resume_word(now), icon=":material/resume:", key=self.key("resume"), on_click=self._do,
                args=(self.resume, thing.id), help=say(self.resume_help),
            )  # fmt: skip

    def _do(self, action: Callable[[T], None], thing_id: str) -> None:
        """A callback: the button was drawn a while ago."""
        attempt(lambda: action(self.shown.open(thing_id)))

    def _poll(self, thing: T, first: N) -> None:
        """Draw what there is to see, again and again until it is over."""
        over = self.standing(first).is_over
        known = [first]  # for the first drawing; every later one reads anew

        def draw() -> None:
            self.lab.engine.presence.note(self.lab.person)
            spare_the_collector()
            now = known.pop() if known else self._now(thing)
            if now is None:
                st.warning(say("This {thing} was deleted.", thing=say(self.noun)))
                return
            self.draw(thing, now)
            if not over and self.standing(now).is_over:
                st.rerun()  # the whole page: what waits for the end has something new

        st.fragment(draw, run_every=None if over else self._seconds_between())()

    def _seconds_between(self) -> float:
        """Between two polls; in a hall each page has its own, so that a class that pressed at once isn't one crowd."""
        return self.poll_seconds * (random.uniform(1, 1.5) if self.lab.engine.limits.is_hall else 1)
