"""The shape doctor: predict every shape and every number of parameters; a wrong answer is told its mistake, and torch's
own error for it."""

from random import SystemRandom

import streamlit as st

from core.exercises.shape_attempt import QUESTIONS, Attempt, Question, answer
from core.exercises.shapes import HANDOUT, LEVELS, MAX_SEED, Task, TaskError, read_task
from core.lab.remembered import Remembered
from core.lab.words import count, shape
from pages.cnn.shape_rows import shape_rows
from pages.cnn.shape_says import says
from pages.shared.controls.settings import tell, told
from pages.shared.frame.frame import Lab
from pages.shared.panels.headline import headline
from pages.shared.panels.progress import note_answer
from pages.shared.words.markdown import sentence_of

TASK = "shapes"  # URL parameter; what names none there is the handout's network
_LABELS: dict[Question, str] = {"shape": "Shape that comes out, of one picture", "count": "Parameters"}


@st.cache_resource(show_spinner=False)
def attempts() -> Remembered[tuple[str, str], Attempt]:
    """What all persons have answered: a reload finds it."""
    return Remembered(2_000)


def shape_doctor(lab: Lab) -> None:
    """The network, the row that is asked, what was said to the last answers, and all rows."""
    with st.container(key="shape_doctor"):
        st.html(_STYLE)
        _doctor(lab, _task())


def _doctor(lab: Lab, task: Task) -> None:
    attempt = attempts().get((lab.person, task.code)) or Attempt(task)
    _choice(lab, attempt)
    st.markdown(
        f"A batch of **{task.batch_size}** pictures comes in: **{shape(task.batch_size, *task.shape_in)}**. What comes "
        "out of each layer for one picture, and how many parameters does the layer learn? Activations and dropout are "
        "left out: they keep the shape and learn nothing."
    )
    if attempt.row is None:
        _done(attempt)
    else:
        _form(lab, attempt, attempt.row)
    says(attempt)
    first, settled, all_of_them = attempt.score()
    st.markdown(f"**Score: {first} of {settled}** right at the first try; {all_of_them} are asked.")
    shape_rows(attempt)
    st.caption("The address of this page gives another student the same network.")


def _task() -> Task:
    code = told(TASK)
    if code is not None:
        try:
            return read_task(code)
        except TaskError as error:
            st.warning(f"{sentence_of(error)} You see the handout's network instead.")
            tell({TASK: None})
    return read_task(HANDOUT)


def _choice(lab: Lab, attempt: Attempt) -> None:
    code = attempt.task.code
    with st.container(horizontal=True, gap="small"):
        st.button("Handout's network", key="shapes_handout", on_click=_show, args=(HANDOUT,), disabled=code == HANDOUT)
        for level, name in LEVELS.items():
            st.button(
                f"New {name}", key=f"shapes_new_{level}", icon=":material/casino:", on_click=_new, args=(level,)
            )
        st.button("Start again", key="shapes_again", icon=":material/restart_alt:", on_click=_start_again,
                  args=(lab.person, code), disabled=not attempt.asked)  # fmt: skip


def _show(code: str) -> None:
    tell({TASK: None if code == HANDOUT else code})


def _new(level: str) -> None:
    _show(f"{level}.{SystemRandom().randint(0, MAX_SEED)}")


def _start_again(person: str, code: str) -> None:
    attempts().forget((person, code))
    for question in QUESTIONS:
        st.session_state.pop(_field(code, question), None)


def _field(code: str, question: Question) -> str:
    """The key of a field; that of the next row is the same, so that it keeps the keyboard."""
    return f"shapes_{question}_{code.replace('.', '_')}"


def _form(lab: Lab, attempt: Attempt, index: int) -> None:
    row, code = attempt.task.rows[index], attempt.task.code
    st.markdown(f"**Layer {index + 1} of {len(attempt.task.rows)}, {row.name}**: `{row.layer.code()}`, "
                f"fed with {shape(*row.shape_in)}")  # fmt: skip
    with (
        st.form(f"shapes_form_{code.replace('.', '_')}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        for question in QUESTIONS:
            key, asked = _field(code, question), attempt.of(index, question)
            if key not in st.session_state:
                st.session_state[key] = asked.text
            st.text_input(_LABELS[question], key=key, disabled=asked.is_settled, max_chars=60, autocomplete="off")
        st.form_submit_button("Check", type="primary", on_click=_check, args=(lab.person, code))
    if attempt.asked:
        st.html(f"<script>/* {code}, row {index} */ {_TO_THE_FIRST_FIELD}</script>", unsafe_allow_javascript=True)


def _check(person: str, code: str) -> None:
    """Judge what is in the fields, and keep it."""
    task = read_task(code)
    attempt = attempts().get((person, code)) or Attempt(task)
    index = attempt.row
    for question in QUESTIONS:
        if attempt.row != index:
            break
        attempt, verdict = answer(attempt, question, st.session_state.get(_field(code, question)) or "")
        if verdict is not None:
            mistake = verdict.mistakes[0] if len(verdict.mistakes) == 1 else ""  # of two nobody knows which it was
            note_answer("shapes", code, is_right=attempt.is_solved, mistake=mistake)
    attempts().put((person, code), attempt)
    for question in QUESTIONS:
        if attempt.row != index:
            st.session_state[_field(code, question)] = ""


def _done(attempt: Attempt) -> None:
    total = sum(row.n_parameters for row in attempt.task.rows)
    end = shape(*attempt.task.rows[-1].shape)
    solved = "All found" if attempt.is_solved else "To its end, with help"
    headline(f"{solved}: {end} at the end, {count(total, 'parameter')}.", "A new network has other layers.")


# A new row begins with its shape: who types stays at the keys. It runs when its text, which names the row, is another
_TO_THE_FIRST_FIELD = """(() => {
    const form = document.querySelector('.st-key-shape_doctor [data-testid="stForm"]');
    if (form?.contains(document.activeElement)) form.querySelector('input:not(:disabled)')?.focus();
})()"""
# A finger needs 44 pixels; letters on the dark theme's green have to be dark
_STYLE = """<style>
@media (max-width: 640px) {
  .st-key-shape_doctor :is(button, [data-testid="stTextInputRootElement"]) { min-height: 44px; }
}
.st-key-shape_doctor [kind="primaryFormSubmit"] p { color: light-dark(#ffffff, #0d1f18); }
</style>"""
