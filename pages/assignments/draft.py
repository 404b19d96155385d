"""What a teacher is writing: kept in the session, so that a visit to another page loses nothing."""

import datetime
import itertools
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.assignments.assignment import OWN_SEED, Assignment, AssignmentError, from_dict
from core.specs import DataSpec
from pages.shared.controls.setting import DRAWN, LANG, PRESENT
from pages.shared.controls.settings import left
from pages.shared.frame.links import settings_parameters
from pages.shared.frame.shown import EXPERIMENT, RUN
from pages.shared.frame.tabs import TAB
from pages.shared.lessons import lesson

_KEY = "assignment_draft"
_NO_SETTINGS = {TAB, RUN, EXPERIMENT, PRESENT, LANG, DRAWN}
_OF_A_SPEC = ("perceptron", "cnn")  # pages whose settings are all known from their default run
# Settings of these pages that have a field, as people call them
LABELS = {
    "dataset": "Data set", "n_train": "Training pictures", "n_test": "Test pictures", "data_seed": "Random seed",
    "learning_rate": "Learning rate", "train_for": "Train for", "n_epochs": "Epochs", "seconds": "Seconds",
    "H": "H, hidden units", "momentum": "Momentum", "channels1": "Filters, convolutions 1 and 2",
    "channels2": "Filters, convolutions 3 and 4", "batch_norm": "Batch norm", "dropout": "Dropout",
    "batch_size": "Batch size", "random_state": "Seed", "sealed": "Seal the test set", "bet": "Bet first",
}  # fmt: skip
_NUMBERS = itertools.count(1)


@dataclass
class Draft:
    """An assignment that need not be whole yet.

    Attributes
    ----------
    title, text, page : str
    texts : dict of str to str
        Settings of the page, as they were left there.
    states : dict of str to str
        Those that are not free.
    own_seed : bool
    until : datetime or None
    tasks : list of dict
        As ``Assignment`` takes them, each with a ``number`` of its own that stays while others come and go.
    number : int
        Another draft's fields are other widgets.
    """

    title: str = ""
    text: str = ""
    page: str = "perceptron"
    texts: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    own_seed: bool = True
    until: datetime.datetime | None = None
    tasks: list[dict[str, Any]] = field(default_factory=list)
    number: int = field(default_factory=lambda: next(_NUMBERS))

    def add(self, kind: str) -> None:
        """A task more, at the end."""
        self.tasks.append({"kind": kind, "text": "", "points": 1.0, "number": next(_NUMBERS)})

    def remove(self, number: int) -> None:
        """Without a task."""
        self.tasks = [task for task in self.tasks if task["number"] != number]

    def move_up(self, number: int) -> None:
        """A task one place nearer to the first."""
        at = next(i for i, task in enumerate(self.tasks) if task["number"] == number)
        if at:
            self.tasks[at - 1], self.tasks[at] = self.tasks[at], self.tasks[at - 1]

    def made(self) -> Assignment:
        """The assignment.

        Raises
        ------
        AssignmentError
            A sentence for each thing that is missing or wrong.
        """
        missing = [] if self.title.strip() else ["Give it a title."]
        missing += [] if self.tasks else ["Add a task."]
        silent = [str(place) for place, task in enumerate(self.tasks, 1) if not task["text"].strip()]
        missing += [f"Say what is asked in task {place}." for place in silent]
        if missing:
            raise AssignmentError(" ".join(missing))
        settings = [
            {"name": name, "text": text, "state": self.states.get(name, "free")}
            for name, text in self.texts.items()
            if not (name == OWN_SEED and self.own_seed)
        ]
        return from_dict(
            {
                "title": " ".join(self.title.split()),
                "text": self.text.strip(),
                "page": self.page,
                "settings": settings,
                "own_seed": self.own_seed,
                "tasks": [{name: v for name, v in task.items() if name != "number"} for task in self.tasks],
                "until": "" if self.until is None else self.until.isoformat(timespec="minutes"),
            }
        )


def draft() -> Draft:
    """The one of this session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = begun = Draft()
        take_settings(begun)
    now: Draft = st.session_state[_KEY]
    return now


def begin_with(assignment: Assignment | None) -> None:
    """Write on at an assignment that there is, or a new one."""
    if assignment is None:
        st.session_state.pop(_KEY, None)
        return
    tasks = [task.model_dump(mode="json") | {"number": next(_NUMBERS)} for task in assignment.tasks]
    st.session_state[_KEY] = Draft(
        assignment.title,
        assignment.text,
        assignment.page,
        {one.name: one.text for one in assignment.settings},
        {one.name: one.state for one in assignment.settings if one.state != "free"},
        assignment.own_seed,
        assignment.ends,
        tasks,
    )


def take_settings(now: Draft) -> None:
    """Take the page's settings as this session has left them; what was never touched is at its default."""
    told = {name: text for name, text in left(now.page).items() if name not in _NO_SETTINGS}
    if now.page in _OF_A_SPEC:
        usual = settings_parameters(lesson(now.page).default_runs(DataSpec())[0])
        told = {name: text for name, text in (usual | told).items() if name in LABELS}
    now.texts = told
    now.states = {name: state for name, state in now.states.items() if name in told}
