"""Short runs in the background: what was trained once, for everybody, and a person's work at what is missing."""

from collections.abc import Callable, Sequence

import streamlit as st

from core import datasets
from core.datasets.info import DatasetInfo
from core.exercises.shelf import Shelf
from core.exercises.short_runs import BUILT_IN, FEWEST, N_SEEDS, Recipe, fits
from core.lab import paths
from core.lab.errors import ChalknetError
from core.lab.files import disk_sentence
from core.lab.jobs import Job
from pages.shared.controls.attempt import attempt
from pages.shared.panels import jobs as background
from pages.shared.panels.jobs import jobs, tell_failure, while_running
from pages.shared.words.markdown import plain

KIND = "short_runs"


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The app's."""
    return Shelf()


def chosen_set(name: str) -> DatasetInfo:
    """The data set of the sidebar where it has enough pictures; else the built-in one, and it is said."""
    try:
        info = datasets.info(name)
        if fits(info):
            return info
        title = info.title
    except ChalknetError:
        title = name
    st.caption(f"{plain(title)} has too few training pictures for these runs: they need {FEWEST:,}. These are of "
               "Shapes-10.")  # fmt: skip
    return datasets.info(BUILT_IN)


def start(person: str, title: str, recipes: Sequence[Recipe], dataset: str) -> None:
    """Train what is missing; for callbacks."""

    def work(job: Job) -> None:
        from core.inside.attribution import one_thread

        with one_thread():
            shelf().fill(recipes, dataset, on_progress=job.progress, should_stop=job.should_stop)

    attempt(lambda: jobs().start(KIND, person, title, work, unit="runs"))


def current(person: str) -> Job | None:
    """What is trained for this person; what became of the last work is told once."""
    job = background.current(KIND, person)
    if job is None:
        tell_failure(KIND, person)
    return job


def wait_for(job: Job, person: str, has_come: Callable[[], bool]) -> None:
    """Say how many runs are there, until all are, or until what the page waits for has come."""

    def draw() -> None:
        done = f"{job.done} of {job.total} runs are there" if job.total else "beginning"
        st.progress(job.share, f"{job.title}: {done}.")

    while_running(job, draw, until=has_come)
    st.button("Stop", icon=":material/stop:", key="stop_short_runs", on_click=job.stop, args=(person,))


def tell_disk() -> None:
    """Why what is trained is kept for as long as the app runs only."""
    error = shelf().disk_error
    if error is not None:
        st.warning(plain(f"{disk_sentence(error, paths.home() / 'exercises')} These curves stay until the app ends."))


def all_there(recipe: Recipe, dataset: str) -> bool:
    """Whether all seeds of a recipe are trained."""
    return len(shelf().seeds(recipe, dataset)) == N_SEEDS
