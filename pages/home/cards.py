"""The questions of the handout as cards: what there is to see, how long it takes here, and the way in."""

import streamlit as st

from core.engine import calibration, expected_time
from core.engine.calibration import Calibration
from core.lab.words import count, duration
from core.specs import DataSpec
from pages.shared.frame.frame import Lab
from pages.shared.lessons import QUESTIONS, Lesson

_A_ROW = 3


def question_cards(lab: Lab) -> None:
    """Rows of three."""
    known, n_workers = calibration.load(), lab.engine.info().n_workers
    for begin in range(0, len(QUESTIONS), _A_ROW):
        for column, lesson in zip(st.columns(_A_ROW), QUESTIONS[begin : begin + _A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                st.markdown(f"{lesson.icon} **{lesson.heading}**")
                st.write(lesson.sentence)
                st.caption(time_of(lesson, lab.data, known, n_workers))
                st.page_link(lesson.file, label="Open", icon=":material/arrow_forward:")


def time_of(lesson: Lesson, data: DataSpec, known: Calibration | None, n_workers: int) -> str:
    """How long the lesson's own experiment takes, as its page says it before anything is changed."""
    if not lesson.defaults:
        return "At once: nothing is trained."
    if known is None:
        return "How long it takes is measured when the engine is ready."
    specs = lesson.default_runs(data)
    if len(specs) == 1:
        seconds, what = expected_time.seconds(specs[0], known), f"on {data.n_train:,} pictures"
    else:
        seconds = expected_time.seconds_together(specs, known, n_workers)
        what = count(len(specs), "network")
    return f"About {duration(seconds)} to train {what} here."
