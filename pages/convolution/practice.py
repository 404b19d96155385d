"""The "Do it yourself" view of Question 2: an exercise, its answers checked one by one, and the score."""

from dataclasses import asdict
from random import SystemRandom
from typing import Any

import streamlit as st

from core.convolution.exercises import (
    LEVELS,
    MAX_EXERCISE_SEED,
    STAGES,
    Attempt,
    Exercise,
    answer_cell,
    answer_size,
    begin,
    make_exercise,
    read_exercise,
)
from core.convolution.inputs import ConvolutionError
from pages.convolution.export import for_moodle
from pages.convolution.practice_picture import practice_data
from pages.convolution.stage import picture_stage
from pages.convolution.state import clear_link, is_new_link, remember_link
from pages.convolution.task import KINDS, how_to
from pages.shared.controls.settings import has_opened, tell, told
from pages.shared.panels.progress import note_answer
from pages.shared.pictures.convolution import moving_picture, sent
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain

PICTURE = "convolution_practice_picture"
# "a" and "b" are the handout's, which have no seed
_CODE, _LINK = "exercise", "convolution_exercise_link"
_ATTEMPT, _SCORES = "convolution_attempt", "convolution_scores"


@st.fragment
def practice() -> None:
    """The exercise of the link, or of this session, or the first."""
    complaint = _open_link()
    if complaint:
        st.warning(
            say("The link cannot be read: {why} You see the first exercise instead.", why=plain(say_of_core(complaint)))
        )
    attempt = Attempt(**st.session_state[_ATTEMPT])
    exercise = read_exercise(attempt.code)
    _choice(exercise)
    with picture_stage():
        _task(exercise, attempt)
        if attempt.size[0] == "blank":
            _size_form()
        moving_picture(practice_data(exercise, attempt), PICTURE, on_answered_change=_answered)
    _score(exercise, attempt)
    for_moodle()
    tell({_CODE: exercise.code})
    remember_link(_LINK, exercise.code)
    clear_link()


def _open_link() -> str | None:
    """Begin the exercise that the link names, unless it is the one under way; returns what is wrong with the link."""
    under_way = st.session_state.get(_ATTEMPT)
    text = told(_CODE)
    complaint = None
    is_new = has_opened() or is_new_link(_LINK, text)
    if text is not None and is_new and (under_way is None or under_way["code"] != text):
        try:
            _begin(read_exercise(text))
        except ConvolutionError as error:
            complaint = str(error)
    if _ATTEMPT not in st.session_state:
        _begin(make_exercise("convolution", "a", 0, 1))
    return complaint


def _begin(exercise: Exercise) -> None:
    st.session_state[_ATTEMPT] = asdict(begin(exercise))


def _choose(kind: object, level: str, seed: int, stage: int) -> None:
    """Begin another exercise; the address follows at the end of the run."""
    exercise = make_exercise(kind, level, seed if level in "123" else 0, stage)
    _begin(exercise)
    remember_link(_LINK, told(_CODE))
    remember_link(_LINK, exercise.code)


def _choice(exercise: Exercise) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _select(say("Exercise"), "level", LEVELS, exercise.level, 200)
        _select(say("Compute"), "kind", KINDS, exercise.kind, 160)
        _select(say("Part"), "stage", STAGES, exercise.stage, 160)
        if exercise.level in "123":
            st.button(say("New numbers"), icon=":material/casino:", on_click=_new_numbers)


def _select(label: str, key: str, options: dict[Any, str], value: object, width: int) -> None:
    key = f"practice_{key}"
    st.session_state[key] = value
    told = {option: say(text) for option, text in options.items()}
    now = list(options).index(value)
    st.selectbox(label, list(options), now, format_func=told.__getitem__, key=key, width=width, on_change=_new_choice)


def _new_choice() -> None:
    old = read_exercise(st.session_state[_ATTEMPT]["code"])
    state = st.session_state
    _choose(state["practice_kind"], state["practice_level"], old.seed, state["practice_stage"])


def _new_numbers() -> None:
    old = read_exercise(st.session_state[_ATTEMPT]["code"])
    _choose(old.kind, old.level, SystemRandom().randint(0, MAX_EXERCISE_SEED), old.stage)


def _task(exercise: Exercise, attempt: Attempt) -> None:
    asks_size = attempt.size[0] == "blank"
    what = say("First its size, then all its cells") if asks_size else say("Fill the empty cells")
    st.markdown(say("{what}: {how}.", what=what, how=how_to(exercise)))


def _size_form() -> None:
    with st.form("practice_size", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(say("Rows of the map"), 0, 20, 1, width=130, key="practice_rows")
        st.number_input(say("Columns of the map"), 0, 20, 1, width=150, key="practice_columns")
        st.form_submit_button(say("Check the size"), on_click=_size_answered)


def _size_answered() -> None:
    attempt = Attempt(**st.session_state[_ATTEMPT])
    exercise = read_exercise(attempt.code)
    rows, columns = (int(st.session_state[f"practice_{name}"]) for name in ("rows", "columns"))
    _store(exercise, attempt, answer_size(exercise, attempt, rows, columns))


def _answered() -> None:
    for event in sent(PICTURE, "answered"):
        attempt = Attempt(**st.session_state[_ATTEMPT])
        exercise = read_exercise(attempt.code)
        place = (int(event["row"]), int(event["column"]))
        _store(exercise, attempt, answer_cell(exercise, attempt, place, str(event["text"])))


def _store(exercise: Exercise, old: Attempt, new: Attempt) -> None:
    """Keep the attempt, and add what was settled by this answer to the session's score and to Home's."""
    if new != old:
        note_answer("convolution", exercise.code, is_right=new.is_solved(exercise), mistake=new.mistake)
    (right_before, settled_before), (right, settled) = old.score(), new.score()
    score = st.session_state.get(_SCORES, (0, 0))
    st.session_state[_SCORES] = (score[0] + right - right_before, score[1] + settled - settled_before)
    st.session_state[_ATTEMPT] = asdict(new)


def _score(exercise: Exercise, attempt: Attempt) -> None:
    right, settled = st.session_state.get(_SCORES, (0, 0))
    if attempt.is_done(exercise):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.success(say("Done."), icon=":material/check_circle:", width=140)
            if exercise.stage < 4:
                more = say(STAGES[exercise.stage + 1])
                st.button(say("Next: {what}", what=f"{more[0].lower()}{more[1:]}"), type="primary", on_click=_choose,
                          args=(exercise.kind, exercise.level, exercise.seed, exercise.stage + 1))  # fmt: skip
            elif exercise.kind == "convolution":
                st.button(say("Next: pooling"), type="primary", on_click=_choose,
                          args=("pooling", exercise.level, exercise.seed, 1))  # fmt: skip
    st.markdown(say("**Score: {right} of {settled}** right at the first try.", right=right, settled=settled))
    st.caption(say("The address of this page gives another student the same exercise."))
