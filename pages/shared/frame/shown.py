"""What a page is about: the run, the experiment or the search of its link, else the one last started here.

Which keys of the session and of the URL say so is known here and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

import streamlit as st

from core import runs
from core.lab.errors import ChalknetError
from core.runs import Run, RunNotFoundError, experiments
from core.runs.experiments import Experiment
from core.specs import SpecError
from pages.shared.controls.setting import BET, COMPARED, DRAWN, LANG, PRESENT
from pages.shared.controls.settings import address, tell, told
from pages.shared.frame.person import person
from pages.shared.words.language import marked, say
from pages.shared.words.markdown import sentence_of
from pages.shared.words.sealed import is_sealed

RUN, EXPERIMENT, SEARCH = "run", "experiment", "search"  # URL parameters
NOTHING = "none"  # in the place of an id: the page as it stands before anything was trained
_NO_SETTINGS = (RUN, EXPERIMENT, SEARCH, PRESENT, LANG, BET, DRAWN, COMPARED)


class HasId(Protocol):
    """What a link can name."""

    @property
    def id(self) -> str:
        """24 letters and digits that nobody guesses."""
        ...


T = TypeVar("T", bound=HasId)


@dataclass(frozen=True)
class Shown(Generic[T]):
    """The one thing of its kind that a page shows.

    Attributes
    ----------
    parameter : str
        Of the URL; it holds the id.
    key : str
        Of the session, which remembers the id on the way to another page and back.
    open : callable
        From an id, which may come from anybody; raises a ``ChalknetError`` where there is no such thing.
    fits : callable
        Whether this is the page for it: a link can name an experiment of another tab.
    last : callable
        The newest that this person has made, in whichever session; looked for once a session.
    unfit : str
        What to say of a link's that does not fit; empty where it is only another tab's.
    """

    parameter: str
    key: str
    open: Callable[[str], T]
    fits: Callable[[T], bool] = lambda thing: True
    last: Callable[[], T | None] = lambda: None
    unfit: str = ""

    def shown(self) -> T | None:
        """That of the link, else the one last shown, else this person's newest; says so if the link's is gone.

        A link may ask for none, so that a class does not see what comes out before it has bet.
        """
        linked, known = told(self.parameter), st.session_state.get(self.key)
        if linked == NOTHING:
            return None
        for thing_id in dict.fromkeys(filter(None, (linked, known))):
            try:
                thing = self.open(thing_id)
            except ChalknetError as error:
                if thing_id == linked != known:
                    st.warning(sentence_of(error))
                self._let_go(thing_id)
                continue
            if self.fits(thing):
                self.show(thing)
                return thing
            if thing_id == linked and self.unfit:
                st.info(say(self.unfit))
                self._let_go(thing_id)
        if not st.session_state.get(self._sought, False):  # a new session, which knows nothing of the ones before
            st.session_state[self._sought] = True
            thing_of_before = self.last()
            if thing_of_before is not None:
                self.show(thing_of_before)
            return thing_of_before
        return None

    def show(self, thing: T) -> None:
        """Let the page be about this one from now on."""
        st.session_state[self.key] = thing.id
        tell({self.parameter: thing.id})

    def note(self) -> str:
        """The id for one that is about to be made.

        Streamlit may end a script at any access to its state, for the second half of a double click: so the id is
        noted before the thing is made, and the next script finds what this one has begun.
        """
        st.session_state[self._begun] = new_id = runs.new_id()
        return new_id

    def noted(self) -> T | None:
        """The one that was last begun here, if it was made."""
        thing_id = st.session_state.get(self._begun)
        try:
            return None if thing_id is None else self.open(thing_id)
        except ChalknetError:
            return None

    @property
    def _begun(self) -> str:
        return f"begun_{self.key}"

    @property
    def _sought(self) -> str:
        return f"sought_{self.key}"

    def _let_go(self, thing_id: str) -> None:
        if told(self.parameter) == thing_id:
            tell({self.parameter: None})
        if st.session_state.get(self.key) == thing_id:
            st.session_state.pop(self.key)


def settings_address() -> dict[str, str]:
    """The parameters of this page's address that are settings, without what the page is about."""
    return {name: text for name, text in address().items() if name not in _NO_SETTINGS}


def run_of(page: str) -> Shown[Run]:
    """The run of a page, such as ``"cnn"``."""
    other = marked(
        "The run of this link was judged on other pictures than this page shows: the sidebar's switch **Seal the test "
        "set** changes that."
    )
    return Shown(
        RUN, f"run_of_{page}", _readable_run, lambda run: is_of_this_kind(_judged_on(run)), unfit=other
    )


def is_of_this_kind(judged_on: str) -> bool:
    """Whether a run was judged on what this page shows: test pictures, or those held out while they are sealed."""
    return (judged_on == "validation") == is_sealed()


def _readable_run(run_id: str) -> Run:
    """The run of an id, where its settings can still be read: a machine that lost its power may have left half of them.

    Raises
    ------
    RunNotFoundError
        As ``core.runs.open_run``, or if its settings are damaged.
    """
    run = runs.open_run(run_id)
    try:
        _ = run.spec
    except SpecError as error:
        raise RunNotFoundError("This run can't be shown: the file with its settings is damaged.") from error
    return run


def experiment_of(page: str, kind: str) -> Shown[Experiment]:
    """The experiment of a kind on its page; a page has one of each kind."""
    return Shown(
        EXPERIMENT,
        f"{kind}_of_{page}",
        experiments.open_experiment,
        lambda found: (found.page, found.kind) == (page, kind) and _is_shown_now(found),
        lambda: _if_shown_now(experiments.latest(kind, person(), page=page)),
    )


def _is_shown_now(found: Experiment) -> bool:
    try:
        return all(is_of_this_kind(_judged_on(run)) for run in found.runs[:1])
    except (ChalknetError, OSError):  # deleted, or torn: who shows it says so
        return True


@lru_cache(maxsize=2_000)
def _judged_on(run: Run) -> str:
    """Settings never change: who looks again opens no file."""
    return run.spec.data.judged_on


def _if_shown_now(found: Experiment | None) -> Experiment | None:
    return found if found is not None and _is_shown_now(found) else None
