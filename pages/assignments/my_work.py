"""A student's side: find the assignment, see what is done, hand it in."""

import datetime

import streamlit as st

from core.assignments import desk
from core.assignments.assignment import Assignment, AssignmentError, from_json, from_link
from core.assignments.tasks import AnyTask
from core.assignments.variant import MOST_NAME, seed_of
from core.lab.words import count
from pages.assignments.answers import is_answered, task_view
from pages.assignments.hand_in import hand_in_view
from pages.assignments.run_answer import OwnRuns, runs_of
from pages.assignments.start import open_lesson
from pages.shared.controls.settings import tell, told
from pages.shared.frame.frame import Lab
from pages.shared.words.markdown import plain, sentence_of

CODE, WHOLE = "code", "work"  # what links say: the short code, or all of the assignment
_FOUND = "assignment_found"


def my_work(lab: Lab) -> None:
    """The tab."""
    work, linked = desk.current(lab.person), _linked()
    if work is not None and (linked is None or linked.code == work.assignment.code):
        _doing(lab, work)
        return
    if work is not None:
        st.info(f"You work on **{plain(work.assignment.title)}**. Begin here to go over to this one; answers stay.")
    found = linked or st.session_state.get(_FOUND)
    if found is None:
        _find()
    else:
        _offer(lab, found)


def _linked() -> Assignment | None:
    """What the address names."""
    code, whole = told(CODE), told(WHOLE)
    try:
        if whole:
            return from_link(whole)
        return desk.find(code) if code else None
    except AssignmentError as error:
        st.warning(sentence_of(error))
        return None


def _find() -> None:
    with st.form("assignment_find", border=False, width=420):
        code = st.text_input("Code of the assignment", key="assignment_code", max_chars=20, autocomplete="off")
        file = st.file_uploader("Or its file", type="json", key="assignment_file", max_upload_size=1)
        pressed = st.form_submit_button("Open", type="primary", icon=":material/assignment:")
    if pressed:
        try:
            found = from_json(file.getvalue()) if file is not None else desk.find(code)
        except AssignmentError as error:
            st.error(sentence_of(error))
            return
        st.session_state[_FOUND] = found
        st.rerun()


def _offer(lab: Lab, assignment: Assignment) -> None:
    """What it is, before somebody begins."""
    _head(assignment)
    st.markdown(f"{count(len(assignment.tasks), 'task')}, **{assignment.points:g}** points.")
    with st.form("assignment_begin", border=False, width=420):
        name = st.text_input(
            "Your name or number", key="assignment_student", max_chars=MOST_NAME, autocomplete="off",
            help="It makes your variant of the tasks, so write it alike each time. Your teacher says which to give.",
        )  # fmt: skip
        pressed = st.form_submit_button("Begin", type="primary", icon=":material/play_arrow:")
    if pressed:
        try:
            desk.begin(lab.person, assignment, name)
        except AssignmentError as error:
            st.error(sentence_of(error))
        else:
            st.session_state.pop(_FOUND, None)
            st.rerun()
    if st.session_state.get(_FOUND) is not None:
        st.button("Another assignment", key="assignment_other", type="tertiary", on_click=_put_away)
    st.caption(
        "What is kept: your name and answers, in the lab's folder on the machine that runs the lab, under a mark of "
        "this browser, until you delete them below. The teacher sees them once you hand in. Nothing is sent elsewhere."
    )


def _put_away() -> None:
    st.session_state.pop(_FOUND, None)


def _head(assignment: Assignment) -> None:
    st.header(plain(assignment.title), anchor=False)
    if assignment.text:
        st.markdown(plain(assignment.text))
    ends = assignment.ends
    if ends is not None:
        late = " It is over: what is handed in now is marked as late." if ends < _now(ends) else ""
        st.markdown(f"Until **{ends:%Y-%m-%d %H:%M}**.{late}")


def _now(like: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.now(like.tzinfo)


def _doing(lab: Lab, work: desk.Work) -> None:
    assignment = work.assignment
    tell({CODE: None, WHOLE: None})
    _head(assignment)
    runs = runs_of(lab, work)
    done = [is_answered(work, runs, number, task) for number, task in assignment.numbered()]
    st.markdown(
        f"**{plain(work.student)}**, seed **{seed_of(assignment, work.student)}** · "
        f"**{sum(done)}** of {count(len(done), 'task')} done"
    )
    open_lesson(work)
    for (number, task), is_done in zip(assignment.numbered(), done, strict=True):
        _task(lab, work, runs, number, task, is_done)
    hand_in_view(lab, work, all_done=all(done))
    with st.container(horizontal=True):
        st.button(
            "Leave this assignment", key="assignment_leave", icon=":material/logout:", on_click=desk.leave,
            args=(lab.person,), help="Settings are free again. Your answers stay, and its link opens it again.",
        )  # fmt: skip
        with st.popover("Delete my answers", icon=":material/delete:", key="ask_delete_assignment"):
            st.markdown("Your name, answers and what you handed in here are deleted. Runs stay on **Runs**.")
            st.button("Delete", type="primary", key="delete_assignment", on_click=desk.forget,
                      args=(lab.person, assignment.code))  # fmt: skip


def _task(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: AnyTask, is_done: bool) -> None:
    with st.container(border=True, key=f"assignment_task_{number}"):
        icon = ":material/check_circle:" if is_done else ":material/radio_button_unchecked:"
        points = f"{task.points:g} point{'' if task.points == 1 else 's'}"
        st.markdown(f"{icon} **{number}. {task.title}** · {points} · {'answered' if is_done else 'open'}")
        st.markdown(plain(task.text))
        task_view(lab, work, runs, number, task)
