"""The answer to a task that asks for a run: one of the person's own, with what the assignment fixes."""

import datetime
from collections.abc import Mapping

import streamlit as st

from core.assignments import desk
from core.assignments.assignment import AssignmentError
from core.assignments.own_runs import OwnRun, own_runs
from core.assignments.tasks import RunTask
from core.assignments.variant import seed_of
from core.lab.words import decimal, percent
from pages.shared.frame.frame import Lab
from pages.shared.lessons import lesson
from pages.shared.words.markdown import plain, sentence_of

_METRICS = {"test_accuracy": "accuracy", "train_loss": "training loss"}


OwnRuns = Mapping[int, list[OwnRun]]  # of each task that asks for one


def runs_of(lab: Lab, work: desk.Work) -> OwnRuns:
    """The person's runs for each task that asks for one; looked up once for all that a drawing shows."""
    seed = seed_of(work.assignment, work.student)
    return {
        number: own_runs(lab.person, work.assignment, seed, task)
        for number, task in work.assignment.numbered()
        if isinstance(task, RunTask)
    }


def chosen_run(work: desk.Work, runs: OwnRuns, number: int) -> OwnRun | None:
    """The run that is handed in: the chosen one, else the best that fits; None where none does."""
    fitting = [one for one in runs.get(number, []) if not one.why_not]
    chosen = next((one for one in fitting if one.run.id == work.runs.get(number)), None)
    return chosen or (fitting[0] if fitting else None)


def run_view(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: RunTask) -> None:
    """The goal, the runs that fit, and why the newest one does not."""
    st.markdown(_goal(task))
    every = runs[number]
    fitting = {one.run.id: one for one in every if not one.why_not}
    now = chosen_run(work, runs, number)
    if now is None:
        st.markdown("No run of yours can be handed in yet." if not every else "Of your runs none can be handed in:")
        for one in every[:3]:
            st.markdown(f"- {_name(one, task)}: {plain(' '.join(one.why_not))}")
        return
    key = f"answer_run_{work.assignment.code}_{seed_of(work.assignment, work.student)}_{number}"

    def keep() -> None:
        try:
            desk.choose_run(lab.person, work.assignment.code, number, st.session_state[key])
        except AssignmentError as error:
            st.error(sentence_of(error))

    if len(fitting) > 1:
        ids = list(fitting)
        st.selectbox("The run to hand in", ids, ids.index(now.run.id), key=key, on_change=keep,
                     format_func=lambda run_id: _name(fitting[run_id], task))  # fmt: skip
    else:
        st.markdown(f"To hand in: {_name(now, task)}.")
    if task.goal is not None:
        st.markdown("It reaches the goal." if now.reaches(task) else "It does not reach the goal yet.")


def _goal(task: RunTask) -> str:
    page = lesson(task.page).name
    if task.goal is None:
        return f"Any run of **{page}** that goes through."
    if task.metric == "test_accuracy":
        return f"Goal: an accuracy of at least **{percent(task.goal)}** after the last epoch, on **{page}**."
    return f"Goal: a training loss of at most **{decimal(task.goal)}** in the last epoch, on **{page}**."


def _name(one: OwnRun, task: RunTask) -> str:
    told = percent(one.value) if task.metric == "test_accuracy" else f"{one.value:.4g}"
    when = float(one.run.meta.get("created", 0))
    name = str(one.run.meta.get("name") or "")
    return f"{_METRICS[task.metric]} {told}, begun {_clock(when)}" + (f", {plain(name)}" if name else "")


def _clock(when: float) -> str:
    return f"{datetime.datetime.fromtimestamp(when):%Y-%m-%d %H:%M:%S}"
