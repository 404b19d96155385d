"""What runs behind the tab "In order": a person's order and a right one, in the background, each remembered."""

from typing import TYPE_CHECKING

import streamlit as st

from core.exercises.loop_order import Puzzle
from core.exercises.loop_pictures import pictures_of
from core.lab.errors import ChalknetError
from core.lab.jobs import Job
from core.lab.remembered import Remembered
from pages.shared.panels.jobs import jobs, while_running
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain

if TYPE_CHECKING:  # its module needs torch
    from core.exercises.loop_runs import LoopRun

KIND = "order"
_MOST = 500  # runs of about 50 kB

_Order = tuple[int, ...]


@st.cache_resource(show_spinner=False)
def _runs() -> "Remembered[tuple[str, _Order, str], LoopRun]":
    """What orders did: the same for everybody, as a run follows from its order and its pictures."""
    return Remembered(_MOST)


@st.cache_resource(show_spinner=False)
def checked_orders() -> Remembered[tuple[str, str, _Order], bool]:
    """Who has checked what: a reload finds it."""
    return Remembered(20 * _MOST)


def know_as_checked(person: str, puzzle: Puzzle, order: _Order) -> None:
    """This person has asked about this order."""
    checked_orders().put((person, puzzle.key, order), True)


def was_checked(person: str, puzzle: Puzzle, order: _Order) -> bool:
    """Whether they have."""
    return checked_orders().get((person, puzzle.key, order)) is not None


def result_of(puzzle: Puzzle, order: _Order, dataset: str) -> "LoopRun | None":
    """What an order did on a data set, where that is known."""
    return _runs().get((puzzle.key, order, dataset))


def run_now(person: str, puzzle: Puzzle, order: _Order, dataset: str) -> None:
    """Run an order, and a right one to hold it against, unless both are known; for callbacks."""

    def work(job: Job) -> None:
        from core.exercises.loop_runs import run_order
        from core.inside.attribution import one_thread

        pictures = pictures_of(dataset)
        with one_thread():
            for wanted in (puzzle.right, order):
                if result_of(puzzle, wanted, dataset) is None:
                    run = run_order(
                        puzzle, wanted, pictures, on_progress=job.progress, should_stop=job.should_stop
                    )
                    _runs().put((puzzle.key, wanted, dataset), run)

    if any(result_of(puzzle, wanted, dataset) is None for wanted in (puzzle.right, order)):
        try:
            jobs().start(KIND, person, say("The lines are run"), work, unit="batches")
        except ChalknetError as error:
            st.error(plain(say_of_core(str(error))))


def wait_for(job: Job) -> None:
    """A bar while it runs; the whole page once it is over."""
    while_running(job, lambda: st.progress(job.share, plain(f"{job.title} …")))
