"""The questions of the handout as cards: what there is to see, how long it takes here, and the way in."""

from collections.abc import Callable

import streamlit as st

from core.lab.words import count, duration
from core.specs import DataSpec, RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.lessons import QUESTIONS, Lesson

_A_ROW = 3


def question_cards(lab: Lab) -> None:
    """Rows of three."""
    for begin in range(0, len(QUESTIONS), _A_ROW):
        for column, lesson in zip(st.columns(_A_ROW), QUESTIONS[begin : begin + _A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                st.markdown(f"{lesson.icon} **{lesson.heading}**")
                st.write(lesson.sentence)
                st.caption(time_of(lesson, lab.data, lab.engine.seconds))
                st.page_link(lesson.file, label="Open", icon=":material/arrow_forward:")


def time_of(lesson: Lesson, data: DataSpec, seconds_of: Callable[[list[RunSpec]], float | None]) -> str:
    """How long the lesson's own experiment takes, as its page says it before anything is changed."""
    if not lesson.defaults:
        return "At once: nothing is trained."
    specs = lesson.default_runs(data)
    seconds = seconds_of(specs)
    if seconds is None:
        return "How long it takes is measured when the engine is ready."
    what = f"on {data.n_train:,} pictures" if len(specs) == 1 else count(len(specs), "network")
    return f"About {duration(seconds)} to train {what} here."
