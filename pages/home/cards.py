"""The questions of the handout as cards: what there is to see, how long it takes here, and the way in."""

import streamlit as st

from core.engine import calibration, expected_time
from core.engine.calibration import Calibration
from core.lab.words import count, duration
from pages.shared.frame.frame import Lab
from pages.shared.lessons import QUESTIONS, Lesson

_A_ROW = 3


def question_cards(lab: Lab) -> None:
    """Rows of three."""
    known = calibration.load()
    for begin in range(0, len(QUESTIONS), _A_ROW):
        for column, lesson in zip(st.columns(_A_ROW), QUESTIONS[begin : begin + _A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                st.markdown(f"{lesson.icon} **{lesson.heading}**")
                st.write(lesson.sentence)
                st.caption(_time(lesson, lab, known))
                st.page_link(lesson.file, label="Open", icon=":material/arrow_forward:")


def _time(lesson: Lesson, lab: Lab, known: Calibration | None) -> str:
    """How long the lesson's own experiment takes, as its page says it before anything is changed."""
    if not lesson.defaults:
        return "At once: nothing is trained."
    if known is None:
        return "How long it takes is measured when the engine is ready."
    specs = lesson.default_runs(lab.data)
    seconds = expected_time.seconds_together(specs, known, lab.engine.info().n_workers)
    what = f"on {lab.data.n_train:,} pictures" if len(specs) == 1 else count(len(specs), "network")
    return f"About {duration(seconds)} to train {what} here."
