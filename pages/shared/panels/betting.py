"""Bets: what somebody expects is asked before the press, lies beside what is trained, and is judged at the end.

What can be bet on is each page's own; where it is asked, kept and judged stands here.
"""

from abc import ABC, abstractmethod
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import streamlit as st

from core.runs import bets
from core.runs.bet_verdicts import bet_told
from core.runs.bets import Bet, Placed
from pages.shared.controls.attempt import attempt
from pages.shared.controls.setting import BET
from pages.shared.controls.settings import is_on
from pages.shared.controls.widgets import choice_slider
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain

NOTHING_YET = -1  # of a slider of percents
_PERCENTS = (NOTHING_YET, *range(101))
_TAKEN = "bet_taken"  # of the session: whose bet was taken at the last press

N = TypeVar("N")


class Betting(ABC, Generic[N]):
    """What can be bet on one kind of run or experiment."""

    @abstractmethod
    def ask(self) -> Bet | None:
        """Draw what can be bet; what stands there now, None as long as nothing does."""

    @abstractmethod
    def forget(self) -> None:
        """Begin anew: the bet was taken. Called before ``ask`` draws."""

    @abstractmethod
    def verdict(self, bet: Bet, now: N) -> str:
        """How far it was, once it is over."""

    def marks(self, bet: Bet) -> dict[str, str]:
        """What stands behind the names of curves."""
        return {}


def bet_form(betting: Betting[N], *, key: str, has_one: bool) -> Bet | None:
    """Ask for a bet on the next one; folded where there is one to look at."""
    if st.session_state.pop(f"{_TAKEN}_{key}", False):
        betting.forget()
    title = say("Your bet on the next one") if has_one else say("Your bet")
    with st.expander(title, icon=":material/casino:", expanded=not has_one, key=f"bet_form_{key}_{has_one}"):
        bet = betting.ask()
    if bet is None:
        st.caption(say("Bet first, then press the button: what do you expect?"))
    return bet


def percent_slider(label: str, key: str) -> float | None:
    """A share from 0 to 1; None as long as nobody has touched it."""
    percent = choice_slider(
        label, key, options=_PERCENTS, default=NOTHING_YET,
        format_option=lambda one: "–" if one == NOTHING_YET else f"{one} %",
    )  # fmt: skip
    return None if percent == NOTHING_YET else percent / 100


@lru_cache(maxsize=500)
def bet_on(folder: Path) -> Bet | None:
    """What was bet on an experiment, for pictures that are drawn again and again: it is placed with it and stays."""
    placed = bets.read(folder)
    return None if placed is None else placed.bet


def is_asked() -> bool:
    """Whether this page asks for bets."""
    return is_on(BET)


def take(key: str) -> None:
    """The bet of a form was placed: it begins anew at the next drawing."""
    st.session_state[f"{_TAKEN}_{key}"] = True


def placed_bet(folder: Path, placed: Placed, verdict: str, *, is_mine: bool) -> None:
    """What was bet, and at the end how far it was and why.

    Parameters
    ----------
    folder : Path
        Of the run or the experiment.
    placed : Placed
    verdict : str
        Empty while it is under way.
    is_mine : bool
        Whether this person may say why.
    """
    st.html(_STYLE)
    with st.container(key="placed_bet"):
        told = f":material/casino: {plain(say_of_core(bet_told(placed.bet)))}"
        st.markdown(f"{told} **{plain(say_of_core(verdict))}**" if verdict else told)
        if not verdict:
            return
        if is_mine:
            key = f"why_{folder.name}"
            st.text_input(
                say("Why?"), placed.why, max_chars=bets.MOST_WHY, key=key, on_change=_said, args=(folder, key),
                placeholder=say("One line; it goes into the report."),
            )  # fmt: skip
        elif placed.why:
            st.markdown(say("Why? {line}", line=plain(placed.why)))


def _said(folder: Path, key: str) -> None:
    attempt(bets.say_why, folder, str(st.session_state[key]))


_STYLE = """<style>
.st-key-placed_bet { border: 2px dashed color-mix(in srgb, currentColor 45%, transparent); border-radius: 0.5rem;
  padding: 0.5rem 0.9rem 0.7rem; }
</style>"""
