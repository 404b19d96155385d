"""The fields of one task of a draft."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.assignments.tasks import KINDS
from pages.assignments.draft import Draft
from pages.shared.lessons import lesson

_LEVELS = {"1": "1, small", "2": "2, bias, padding, stride", "3": "3, all of it"}
_STAGES = {1: "One cell", 2: "One row", 3: "The whole map"}
_ANY, _ACCURACY, _LOSS = "Any run that goes through", "An accuracy of at least", "A training loss of at most"


def task_fields(now: Draft, place: int, task: dict[str, Any]) -> None:
    """Draw them; what is typed is in the draft at once.

    Parameters
    ----------
    now : Draft
    place : int
        From 1, as students will see it.
    task : dict
        Of the draft.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{place}. {KINDS[task['kind']].title}**")
        st.button("Up", icon=":material/arrow_upward:", key=_key(task, "up"), on_click=now.move_up,
                  args=(task["number"],), disabled=place == 1, type="tertiary")  # fmt: skip
        st.button("Remove", icon=":material/close:", key=_key(task, "remove"), on_click=now.remove,
                  args=(task["number"],), type="tertiary")  # fmt: skip
    task["text"] = st.text_area("What is asked", task["text"], key=_key(task, "text"), max_chars=2_000, height=80)
    with st.container(horizontal=True):
        task["points"] = st.number_input(
            "Points", 0.0, 100.0, float(task["points"]), 0.5, key=_key(task, "points"), width=120, format="%g"
        )
        _FIELDS[task["kind"]](now, task)


def _key(task: dict[str, Any], what: str) -> str:
    return f"draft_task_{task['number']}_{what}"


def _choice(task: dict[str, Any], name: str, label: str, options: dict[Any, str], width: int = 240) -> None:
    every = list(options)
    task.setdefault(name, every[0])
    task[name] = st.selectbox(
        label, every, every.index(task[name]), key=_key(task, name), format_func=options.__getitem__, width=width
    )


def _run(now: Draft, task: dict[str, Any]) -> None:
    _choice(task, "page", "Page", {key: lesson(key).name for key in ("perceptron", "cnn")}, 160)
    goal = task.get("goal")
    known = _ANY if goal is None else _ACCURACY if task.get("metric", "test_accuracy") == "test_accuracy" else _LOSS
    goals = [_ANY, _ACCURACY, _LOSS]
    chosen = st.selectbox("Goal", goals, goals.index(known), key=_key(task, "goal"), width=260)
    if chosen == _ANY:
        task["goal"], task["metric"] = None, "test_accuracy"
    elif chosen == _ACCURACY:
        percent = 50.0 if goal is None or known != chosen else 100 * goal
        reached = st.number_input(
            "Percent", 0.0, 100.0, percent, 1.0, key=_key(task, "percent"), width=120, format="%g"
        )
        task["goal"], task["metric"] = reached / 100, "test_accuracy"
    else:
        loss = 1.5 if goal is None or known != chosen else float(goal)
        task["goal"] = st.number_input("Loss", 0.0, 100.0, loss, 0.1, key=_key(task, "loss"), width=120, format="%g")
        task["metric"] = "train_loss"


def _bet(now: Draft, task: dict[str, Any]) -> None:
    runs = {place: f"Task {place}" for place, one in enumerate(now.tasks, 1) if one["kind"] == "run"}
    if not runs:
        st.markdown("A bet needs a task that asks for a run.")
        task["run"] = 1
        return
    if task.get("run") not in runs:
        task["run"] = next(iter(runs))
    _choice(task, "run", "On the run of", runs, 160)


def _words(now: Draft, task: dict[str, Any]) -> None:
    task["rubric"] = st.text_area(
        "Rubric, for who marks", task.get("rubric", ""), key=_key(task, "rubric"), max_chars=2_000, height=80,
        help="Students don't see it on the page; it is in the assignment's file and link.",
    )  # fmt: skip


def _convolution(now: Draft, task: dict[str, Any]) -> None:
    _choice(task, "exercise", "Exercise", {"convolution": "Convolution", "pooling": "Pooling"}, 160)
    task.setdefault("level", "2")
    _choice(task, "level", "Level", _LEVELS)
    task.setdefault("stage", 2)
    _choice(task, "stage", "Asked", _STAGES, 160)


def _shapes(now: Draft, task: dict[str, Any]) -> None:
    _choice(task, "level", "Level", {"2": "middle", "3": "hard"}, 160)


def _patient(now: Draft, task: dict[str, Any]) -> None:
    _choice(task, "level", "Level", {level: level for level in ("easy", "middle", "hard")}, 160)


_FIELDS: dict[str, Callable[[Draft, dict[str, Any]], None]] = {
    "run": _run, "bet": _bet, "words": _words, "convolution": _convolution, "shapes": _shapes, "patient": _patient,
}  # fmt: skip
