"""The tab "In order": lines of a loop, shuffled, that are put in order, checked and run as they lie."""

from collections.abc import Mapping
from random import SystemRandom
from typing import Any

import streamlit as st

from core import datasets
from core.exercises.loop_order import (
    MAX_SEED,
    OrderError,
    Puzzle,
    as_letters,
    checked,
    hint,
    is_right,
    of_letters,
    shuffled,
)
from core.exercises.loop_pictures import BUILT_IN, FEWEST, fits
from core.lab.errors import ChalknetError
from pages.shared.components import component
from pages.shared.controls import lecture
from pages.shared.controls.settings import tell, told
from pages.shared.frame.frame import Lab
from pages.shared.panels.in_order_result import health_below, result_view
from pages.shared.panels.in_order_work import KIND, know_as_checked, result_of, run_now, wait_for, was_checked
from pages.shared.panels.jobs import current, tell_failure
from pages.shared.panels.progress import note_answer
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain, quoted

FAMILY = "order"
SHUFFLE, LINES = "shuffle", "lines"  # URL parameters
_FIRST = 1  # the shuffle of who comes by no link


def in_order_view(lab: Lab, puzzle: Puzzle, said: str) -> None:
    """Draw the tab; ``said`` is what the lines are."""
    seed = _seed()
    order = _order(puzzle, seed)
    dataset = _dataset(lab)
    job = current(KIND, lab.person)
    if job is None:
        tell_failure(KIND, lab.person)
    is_checked = was_checked(lab.person, puzzle, order)
    run = result_of(puzzle, order, dataset) if is_checked else None
    if not lecture.is_on():  # in a hall the lines come first, so that all of them are seen
        st.markdown(said)
    left, right = st.columns([2, 1] if lecture.is_on() else [3, 2], gap="medium")
    with left:
        _lines(puzzle, order, None if run is None else run.error_place)
    with right:
        _buttons(lab.person, puzzle, dataset, is_busy=job is not None)
        if is_checked:
            _verdict(puzzle, order)
        else:
            st.caption(
                say(
                    "When they are checked, a small network trains by the lines as they lie, beside one that trains by "
                    "a right order. The address of this page gives another student the same lines."
                )
            )
        if job is not None:
            wait_for(job)
        elif run is not None:
            result_view(puzzle, run, dataset)
        elif is_checked:  # the lab was started anew, or the pictures are others
            st.button(say("Run it"), key="order_run", on_click=run_now, args=(lab.person, puzzle, order, dataset))
    if job is None and run is not None:
        health_below(run, key=f"order_{puzzle.key}_{as_letters(order)}")
    if lecture.is_on():
        st.markdown(said)


def _buttons(person: str, puzzle: Puzzle, dataset: str, *, is_busy: bool) -> None:
    with st.container(horizontal=True):
        st.button(
            say("Check and run"), type="primary", icon=":material/play_arrow:", key="order_check",
            on_click=_check, args=(person, puzzle, dataset), disabled=is_busy,
        )  # fmt: skip
        st.button(say("Begin again"), icon=":material/undo:", key="order_again", on_click=_again)
        st.button(say("New shuffle"), icon=":material/shuffle:", key="order_new", on_click=_new)


def _seed() -> int:
    text = told(SHUFFLE)
    if text is None:
        return _FIRST
    if text.isascii() and text.isdecimal() and int(text[:9]) <= MAX_SEED and len(text) < 9:
        return int(text)
    tell({SHUFFLE: None})
    st.warning(
        say(
            "The shuffle in the link is {shown}; allowed is a whole number from 0 to {most:,}. You see the first one.",
            shown=quoted(text[:40]), most=MAX_SEED,
        )
    )  # fmt: skip
    return _FIRST


def _order(puzzle: Puzzle, seed: int) -> tuple[int, ...]:
    text = told(LINES)
    if text is None:
        return shuffled(puzzle, seed)
    try:
        return of_letters(puzzle, text)
    except OrderError as error:
        tell({LINES: None})
        st.warning(
            say("The order in the link cannot be read: {why} You see the shuffle.", why=plain(say_of_core(str(error))))
        )
        return shuffled(puzzle, seed)


def _dataset(lab: Lab) -> str:
    """The chosen pictures where they fit."""
    try:
        info = datasets.info(lab.data.dataset)
        if fits(info):
            return lab.data.dataset
        title = info.title
    except ChalknetError:
        title = lab.data.dataset
    st.caption(
        say(
            "{title} can't be used here: it is not on this machine, or has fewer than {n} training pictures. The lines "
            "run on Shapes-10.",
            title=plain(title), n=FEWEST,
        )
    )  # fmt: skip
    return BUILT_IN


def _lines(puzzle: Puzzle, order: tuple[int, ...], raised: int | None) -> None:
    key = f"line_order_{puzzle.key}"

    def moved() -> None:
        try:
            now = checked(puzzle, _said(key)[0])
        except OrderError as error:  # no browser of the lab sends it
            st.warning(plain(say_of_core(str(error))))
            return
        tell({LINES: as_letters(now)})

    data = {
        "lines": [{"text": line.text, "opens": line.opens, "closes": line.closes} for line in puzzle.lines],
        "order": order,
        "ran": order,
        "raised": raised,
        "seen": _said(key)[1],
        "label": say("The lines, from top to bottom"),
    }
    component("line_order", common=["in_lecture.js"])(key=key, data=data, on_moved_change=moved)


def _said(key: str) -> tuple[list[Any], float]:
    """The order that a browser has sent last, and when, by its clock; nothing, and 0 before."""
    moved = getattr(st.session_state.get(key), "moved", None)
    order, at = (moved.get("order"), moved.get("at")) if isinstance(moved, Mapping) else (None, None)
    return list(order) if isinstance(order, list | tuple) else [], float(at) if isinstance(at, int | float) else 0.0


def _verdict(puzzle: Puzzle, order: tuple[int, ...]) -> None:
    if is_right(puzzle, order):
        st.success(say("In order: each line has above it what it needs."), icon=":material/check_circle:")
    else:
        st.warning(plain(say_of_core(hint(puzzle, order)[1])), icon=":material/lightbulb:")


def _check(person: str, puzzle: Puzzle, dataset: str) -> None:
    """Note the answer, and run it; for callbacks."""
    order = _order(puzzle, _seed())
    task = f"{puzzle.key}.{_seed()}"
    note_answer(FAMILY, task, is_right=is_right(puzzle, order), mistake=hint(puzzle, order)[0])
    know_as_checked(person, puzzle, order)
    run_now(person, puzzle, order, dataset)


def _new() -> None:
    tell({SHUFFLE: str(SystemRandom().randint(0, MAX_SEED)), LINES: None})


def _again() -> None:
    tell({LINES: None})
