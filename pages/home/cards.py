"""The lessons as cards: what there is to see, how long it takes here, and the way in."""

from collections.abc import Callable

import streamlit as st

from core.lab.words import duration
from core.specs import DataSpec, RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.lessons import CARDS, Lesson
from pages.shared.words.expected import LEAST_TOLD
from pages.shared.words.language import say, say_count

_A_ROW = 3


def question_cards(lab: Lab) -> None:
    """Rows of three."""
    for begin in range(0, len(CARDS), _A_ROW):
        for column, lesson in zip(st.columns(_A_ROW), CARDS[begin : begin + _A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                st.markdown(f"{lesson.icon} **{lesson.heading}**")
                st.write(say(lesson.sentence))
                st.caption(time_of(lesson, lab.data, lab.engine.seconds))
                st.page_link(lesson.file, label=say("Open"), icon=":material/arrow_forward:")


def time_of(lesson: Lesson, data: DataSpec, seconds_of: Callable[[list[RunSpec]], float | None]) -> str:
    """How long the lesson's own experiment takes, as its page says it before anything is changed."""
    if lesson.number is None:
        return say("Each patient is a network that trains here.")
    if not lesson.defaults:
        return say("At once: nothing is trained.")
    specs = lesson.default_runs(data)
    seconds = seconds_of(specs)
    if seconds is None:
        return say("How long it takes is measured when the engine is ready.")
    if seconds < LEAST_TOLD:
        return say("Less than a second to train here.")
    if len(specs) == 1:
        return say("About {time} to train on {n:,} pictures here.", time=duration(seconds), n=data.n_train)
    return say_count(
        "About {time} to train {n:,} network here.", "About {time} to train {n:,} networks here.", len(specs),
        time=duration(seconds),
    )  # fmt: skip
