"""For who teaches: the exercises as questions of a question bank, to download."""

from collections.abc import Mapping
from typing import cast

import streamlit as st

from core.convolution.exercises import LEVELS, MAX_EXERCISE_SEED, Kind
from core.exercises.bank_csv import bank_csv
from core.exercises.convolution_bank import TITLES, convolution_questions
from core.exercises.moodle import moodle_xml
from core.exercises.question_bank import Form, Question
from pages.convolution.task import KINDS
from pages.shared.controls import lecture
from pages.shared.words.language import marked, say

MOST_EXERCISES = 50  # some seconds on a slow machine
_FORMS = {"multichoice": marked("Chosen from a list"), "numerical": marked("Typed as a number")}

_STYLE = """<style>
@media (pointer: coarse) {
  .st-key-for_moodle :is(summary, [data-testid="stDownloadButton"] button) { min-height: 44px; }
}
</style>"""


def for_moodle() -> None:
    """What the questions are made from, and the two files; nothing is computed before somebody wants one.

    Not in Lecture mode: a class needs none of it, and its files hold the answers.
    """
    if lecture.is_on():
        return
    st.html(_STYLE)
    with st.container(key="for_moodle"), st.expander(say("For Moodle")):
        st.markdown(
            say(
                "Questions for a question bank, each about one cell of a map or its size, wherever usual mistakes "
                "give at least two wrong answers. The right answers are computed; a wrong one is what a mistake gives, "
                "with the hint for it. In Moodle: Question bank, Import, Moodle XML format."
            )
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            kind = cast(Kind, _select(say("What is asked"), "kind", KINDS, 150))
            level = _select(say("Level of the questions"), "level", LEVELS, 200)
            form = cast(Form, _select(say("Answers"), "form", _FORMS, 190))
            first, n = _which_seeds() if level in "123" else (0, 1)
        if level not in "123":
            st.caption(say("The handout's numbers are fixed: all cells other than 0 are asked."))
        _downloads(kind, level, first, n, form)


def _select(label: str, key: str, options: Mapping[str, str], width: int) -> str:
    said = {option: say(text) for option, text in options.items()}
    chosen: str = st.selectbox(label, list(options), format_func=said.__getitem__, key=f"moodle_{key}", width=width)
    return chosen


def _which_seeds() -> tuple[int, int]:
    """The first exercise's number and how many there are."""
    n = st.number_input(say("Exercises"), 1, MOST_EXERCISES, 10, width=125, key="moodle_exercises")
    first = st.number_input(
        say("First number"), 0, MAX_EXERCISE_SEED, 0, width=130, key="moodle_first",
        help=say("Exercises are counted: the same first number gives the same questions, another one others."),
    )  # fmt: skip
    return int(first), int(n)


def _downloads(kind: Kind, level: str, first: int, n: int, form: Form) -> None:
    def questions() -> tuple[Question, ...]:
        return convolution_questions(kind, level, first, n, form)

    name = f"{kind}-{level}-{form}" + (f"-{first}" if level in "123" else "")
    category = f"Question 2, {TITLES[kind]}, {LEVELS[level]}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(say("Moodle XML"), lambda: moodle_xml(questions(), category), f"{name}.xml", "text/xml",
                           icon=":material/download:", on_click="ignore", key="moodle_xml")  # fmt: skip
        st.download_button(say("Questions as CSV"), lambda: bank_csv(questions()), f"{name}.csv", "text/csv",
                           icon=":material/download:", on_click="ignore", key="moodle_csv")  # fmt: skip
        st.caption(say("The questions are in English."))
