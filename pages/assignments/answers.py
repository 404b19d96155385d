"""How each kind of task is answered: one view a kind, and whether something was answered at all."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.assignments import desk
from core.assignments.submission import check_words
from core.assignments.tasks import MOST_LETTERS, AnyTask, BetTask, RunTask
from core.assignments.variant import exercise_of, network_of, patient, seed_of
from core.clinic.cases import DISEASES
from core.runs import bets
from pages.assignments.exercise_fields import convolution_fields, shape_fields
from pages.assignments.keep import field_key, keep
from pages.assignments.run_answer import OwnRuns, chosen_run, run_view
from pages.shared.frame.frame import Lab
from pages.shared.lessons import lesson
from pages.shared.words.markdown import plain

_LETTERS_OF_A_PHONE = 25  # that a box with choices shows there; what is longer stands below it in full

def task_view(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: AnyTask) -> None:
    """Draw the fields of a task."""
    _VIEWS[task.kind](lab, work, runs, number, task)


def is_answered(work: desk.Work, runs: OwnRuns, number: int, task: AnyTask) -> bool:
    """Whether there is something to hand in: all fields, a run that fits, a bet."""
    if isinstance(task, RunTask):
        return chosen_run(work, runs, number) is not None
    if isinstance(task, BetTask):
        return _bet(work, runs, task) is not None
    told = work.answers.get(number, {})
    return bool(told) and all(_is_filled(told, key) for key in _fields(work, number, task))


def _fields(work: desk.Work, number: int, task: AnyTask) -> list[tuple[str, Any]]:
    """What has to be filled in: of which part of the answer, and where in it."""
    seed = seed_of(work.assignment, work.student)
    match task.kind:
        case "words":
            return [("text", None)]
        case "convolution":
            return [("cells", f"{row},{column}") for row, column in exercise_of(task, seed, number).blanks]
        case "shapes":
            n = len(network_of(task, seed, number).rows)
            return [(part, i) for part in ("shape", "count") for i in range(n)]
    return [("disease", None)]


def _is_filled(told: dict[str, Any], where: tuple[str, Any]) -> bool:
    part, place = where
    value = told.get(part)
    if isinstance(value, dict):
        value = value.get(place)
    elif isinstance(value, list):
        value = value[place] if place < len(value) else ""
    return bool(str(value or "").strip())


def _words(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: Any) -> None:
    key = field_key(work, number)
    st.text_area(
        "Your answer", work.answers.get(number, {}).get("text", ""), key=key, max_chars=MOST_LETTERS, height=140,
        on_change=keep,
        args=(lab.person, work, number, lambda: {"text": check_words(st.session_state[key] or "")}),
    )  # fmt: skip


def _patient(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: Any) -> None:
    who = patient(task, seed_of(work.assignment, work.student), number)
    st.page_link(
        lesson("clinic").file, label=f"Examine patient {who.code}", icon=":material/stethoscope:",
        query_params={"patient": who.code},
    )  # fmt: skip
    told = work.answers.get(number, {})
    names, disease, evidence = list(DISEASES), field_key(work, number, "disease"), field_key(work, number, "evidence")

    def made() -> dict[str, Any]:
        return {"disease": st.session_state[disease] or "", "evidence": (st.session_state[evidence] or "").strip()}

    chosen = st.selectbox(
        "What is wrong?", names, names.index(told["disease"]) if told.get("disease") in names else None, key=disease,
        format_func=DISEASES.__getitem__, placeholder="Choose a disease, or none", on_change=keep,
        args=(lab.person, work, number, made),
    )  # fmt: skip
    if len(DISEASES.get(str(chosen), "")) > _LETTERS_OF_A_PHONE:
        st.caption(f"Your answer: {plain(DISEASES[str(chosen)])}")
    st.text_input(
        "Which test shows it, and how?", told.get("evidence", ""), key=evidence, max_chars=300, autocomplete="off",
        on_change=keep, args=(lab.person, work, number, made),
    )  # fmt: skip


def _bet(work: desk.Work, runs: OwnRuns, task: BetTask) -> bets.Placed | None:
    own = chosen_run(work, runs, task.run)
    return None if own is None else bets.read(own.run.folder)


def _bets(lab: Lab, work: desk.Work, runs: OwnRuns, number: int, task: Any) -> None:
    placed = _bet(work, runs, task)
    if placed is None:
        st.markdown(
            f"No bet yet on the run of task {task.run}. Turn on **Bet first** in the sidebar and bet before you press "
            "**Train**: a bet behind the first batch does not count."
        )
        return
    why = f" You said: {plain(placed.why)}" if placed.why else ""
    st.markdown(f"A bet lies in the run of task {task.run}.{why}")


_VIEWS: dict[str, Callable[[Lab, desk.Work, OwnRuns, int, Any], None]] = {
    "run": run_view, "bet": _bets, "words": _words, "convolution": convolution_fields, "shapes": shape_fields,
    "patient": _patient,
}  # fmt: skip
