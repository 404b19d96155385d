"""Walks through the lab: whichever way somebody came, a page shows what was set on it, and runs what it shows.

The walker goes by the sidebar, by tabs, links, F5 and Back, moves settings, trains and races, and opens what was
started by its link from Runs, against a plain model of what each page has to show.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from streamlit.testing.v1 import AppTest

from core import runs
from core.runs import experiments
from pages.shared.frame.links import page_parameters

ROOT = Path(__file__).resolve().parents[2]
N_WALKS = int(os.environ.get("CHALKNET_WALKS", "6"))  # by hand 500, which are longer
N_STEPS = 20 if N_WALKS >= 100 else 12

# The lab's choices, the same on every page, as they begin, and what they are moved to
LAB = {"dataset": "shapes10", "n_train": 5_000, "n_test": 1_000, "data_seed": 0}
LAB_VALUES = {
    "dataset": ("shapes10", "digits"), "n_train": (200, 1_000, 5_000), "n_test": (100, 1_000), "data_seed": (0, 3),
}  # fmt: skip
MOST = {"digits": {"n_train": 1_437, "n_test": 360}}  # there are no more of them

VALUES = {
    "learning_rate": (0.1, 0.01, 0.002, 0.001), "n_epochs": (1, 2, 4, 7), "batch_size": (16, 32, 64, 128),
    "random_state": (0, 5), "momentum": (0.0, 0.5, 0.9), "H": (32, 128), "dropout": (0.1, 0.5), "channels1": (8, 32),
    "n_folds": (2, 5), "split_seed": (0, 8), "n_contestants": (2, 3), "sweep_epochs": (1, 2),
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What the walker knows of a page.

    Attributes
    ----------
    own : dict
        The settings that are moved, with the page's own defaults.
    tabs : dict
        Titles to the settings that are drawn there.
    buttons : dict
        Titles to the button that trains there, and what of the URL names what it started.
    """

    own: dict[str, object]
    tabs: dict[str, tuple[str, ...]]
    buttons: dict[str, tuple[str, str]]


_MLP = ("learning_rate", "n_epochs", "batch_size", "random_state", "momentum", "H")
_CNN = ("learning_rate", "n_epochs", "batch_size", "random_state", "dropout", "channels1")
_FOLDS = ("learning_rate", "n_epochs", "batch_size", "random_state", "split_seed")
_RACE = ("n_epochs", "batch_size", "random_state", "n_contestants")
PAGES = {
    "pages/1_Perceptron.py": Page(
        {"learning_rate": 0.01, "n_epochs": 4, "batch_size": 32, "random_state": 0, "momentum": 0.9, "H": 128},
        {"Learn": _MLP, "Network": _MLP, "Results": (), "Compare": ()},
        {"Learn": ("train", "run")},
    ),
    "pages/3_CNN.py": Page(
        {"learning_rate": 0.001, "n_epochs": 4, "batch_size": 32, "random_state": 0, "dropout": 0.1, "channels1": 32},
        {"Learn": _CNN, "Inside": (), "Results": (), "Code": _CNN},
        {"Learn": ("train", "run")},
    ),
    "pages/4_Cross-validation.py": Page(
        {"learning_rate": 0.001, "n_epochs": 1, "batch_size": 64, "random_state": 0, "split_seed": 0, "n_folds": 5},
        {"Fewer lines": _FOLDS, "K folds": (*_FOLDS, "n_folds"), "Code": (*_FOLDS, "n_folds"), "Handout": ()},
        {"Fewer lines": ("train", "run"), "K folds": ("start_folds", "experiment")},
    ),
    "pages/6_Optimizers.py": Page(
        {"n_epochs": 4, "batch_size": 32, "random_state": 0, "n_contestants": 3, "sweep_epochs": 1},
        {"Race": _RACE, "Each at its best": (*_RACE, "sweep_epochs"), "Code": _RACE, "Handout": ()},
        {"Race": ("start_race", "experiment")},
    ),
}  # fmt: skip


def widget(at, name):
    """The widget of a setting, whichever kind it is."""
    for kind in (at.slider, at.select_slider, at.number_input, at.selectbox):
        for found in kind:
            if found.key == name:
                return found
    raise AssertionError(f"there is no widget {name}")


def address(at):
    return {name: text if isinstance(text, str) else text[-1] for name, text in at.query_params.items()}


def is_over(run):
    return run.status.is_finished and not run.is_being_written


def held(found: list[runs.Run]) -> dict[str, object]:
    """What the specs of what was started hold, by the names of the settings."""
    first = found[0].spec
    told = first.model.model_dump() | first.optimizer.model_dump() | first.model_dump()
    of_pictures = {"dataset": first.data.dataset, "data_seed": first.data.random_state}
    of_pictures |= {"n_train": first.data.n_train, "n_test": first.data.n_test}
    return told | of_pictures | {"n_folds": len(found), "n_contestants": len(found)}


class Walker(RuleBasedStateMachine):
    """A person who walks through the lab, and what the pages have to show."""

    n_walks = 0
    wait_until: Callable[..., None]  # the fixture

    @initialize(path=st.sampled_from(list(PAGES)))
    def come(self, path):
        Walker.n_walks += 1
        self.person = f"walker {Walker.n_walks}"
        self.lab = dict(LAB)
        self.newest = {}  # by page: the person's newest experiment
        self.links = []  # of what was started: page, its tab, the run, and what had been set
        self._new_session(path, {})

    @rule(path=st.sampled_from(list(PAGES)))
    def by_the_sidebar(self, path):
        if path == self.path:
            return
        self.path, self.seen = path, []
        self._set_address({})
        self.at.switch_page(path)
        self.at.run()

    @rule(data=st.data())
    def open_a_tab(self, data):
        self._remember()
        self.tab[self.path] = data.draw(st.sampled_from(list(PAGES[self.path].tabs)))
        self.at.session_state["tab"] = self.tab[self.path]
        self.at.run()

    @precondition(lambda self: self._drawn())
    @rule(data=st.data())
    def move_a_setting(self, data):
        name = data.draw(st.sampled_from(self._drawn()))
        value = data.draw(st.sampled_from(VALUES[name]))
        self._remember()
        widget(self.at, name).set_value(value).run()
        self.own[self.path][name] = value

    @rule(data=st.data())
    def choose_pictures(self, data):
        name = data.draw(st.sampled_from(list(LAB)))
        value = data.draw(st.sampled_from(LAB_VALUES[name]))
        self._remember()
        widget(self.at, name).set_value(value).run()
        self.lab[name] = value

    @precondition(lambda self: self._button())
    @rule()
    def train(self):
        """What runs is what the page shows."""
        key, parameter = self._button()
        self._remember()
        self.at.button(key=key).click().run()
        assert not self.at.exception
        assert not self.at.error
        thing_id = address(self.at)[parameter]
        started = [runs.open_run(thing_id)] if parameter == "run" else experiments.open_experiment(thing_id).runs
        for run in started:
            run.request_stop(self.person)
        self.wait_until(lambda: all(map(is_over, started)), "what was started has stopped")
        found = held(started)
        for name in self._drawn():
            assert found[name] == self._own(name), (self.path, name)
        for name, value in self._lab_of_the_run().items():
            assert found[name] == value, (self.path, name)
        self.thing[self.path, parameter] = thing_id
        if parameter == "experiment":
            self.newest[self.path] = thing_id
        what = (self.path, self._tab(), parameter, thing_id, started[0], dict(self.own[self.path]), dict(self.lab))
        self.links.append(what)
        self.at.run()

    @precondition(lambda self: getattr(self, "links", []))
    @rule(data=st.data())
    def by_the_link_of_a_run(self, data):
        """As Runs makes it, in a new window: the page stands as it stood at that start."""
        path, tab, parameter, thing_id, run, own, lab = data.draw(st.sampled_from(self.links))
        self.lab = dict(lab)
        self._new_session(path, page_parameters(run), own=own, tab=tab)
        self.thing[path, parameter] = thing_id
        assert address(self.at)[parameter] == thing_id

    @rule()
    def reload(self):
        """F5, or the link in a new window: another session, which knows only the address."""
        told = address(self.at)
        kept = {name: told[name] for name in ("run", "experiment") if name in told}
        self._new_session(self.path, told, own=self.own[self.path], tab=self._tab())
        self.thing |= {(self.path, name): thing_id for name, thing_id in kept.items()}

    @precondition(lambda self: getattr(self, "seen", []))
    @rule(data=st.data())
    def back(self, data):
        """To an address that this page had before."""
        query, own, lab, tab = self.seen.pop(data.draw(st.integers(0, len(self.seen) - 1)))
        self.own[self.path], self.lab, self.tab[self.path] = dict(own), dict(lab), tab
        for name in ("run", "experiment"):
            if name in query:
                self.thing[self.path, name] = query[name]
        # Somebody who goes Back right after a change is taken for a browser that is late: so let it be later
        self.at.session_state["settings"].written -= 60
        self._set_address(query)
        self.at.run()

    @rule()
    def by_a_link_with_a_wrong_value(self):
        """A link of one's own making: the wrong value is complained about, the rest counts."""
        self.lab = {**LAB, "dataset": "digits"}
        self._new_session(self.path, {"dataset": "Digits", "n_epochs": "2", "batch_size": "31"}, own={"n_epochs": 2})
        if self._drawn():
            assert any("Batch size" in warning.value and "31" in warning.value for warning in self.at.warning)

    @invariant()
    def the_page_shows_what_it_should(self):
        if not hasattr(self, "at"):
            return
        assert not self.at.exception
        told = address(self.at)
        assert told.get("tab", self._first_tab()) == self._tab()
        for name in self._drawn():
            assert widget(self.at, name).value == self._own(name), (self.path, name)
        for name, value in self.lab.items():
            assert widget(self.at, name).value == value, (self.path, name)
        if self._button():
            parameter = self._button()[1]
            due = self.thing.get((self.path, parameter))
            if due is None and parameter == "experiment":
                due = self.thing[self.path, parameter] = self.newest.get(self.path)
            assert told.get(parameter) == due, (self.path, parameter)

    def _new_session(self, path, query, *, own=None, tab=None):
        """A page in a new window, as F5 and a link open it: what the session knew is gone."""
        self.path, self.seen, self.thing = path, [], {}
        self.own = {page: {} for page in PAGES} | {path: dict(own or {})}
        self.tab = {path: tab} if tab else {}
        self.at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        self.at.session_state["person"] = self.person
        self._set_address(query)
        self.at.switch_page(path)
        self.at.run()

    def _set_address(self, query):
        for name in list(self.at.query_params):
            del self.at.query_params[name]
        for name, text in query.items():
            self.at.query_params[name] = text

    def _remember(self):
        self.seen.append((address(self.at), dict(self.own[self.path]), dict(self.lab), self._tab()))

    def _first_tab(self):
        return next(iter(PAGES[self.path].tabs))

    def _tab(self):
        return self.tab.get(self.path, self._first_tab())

    def _drawn(self):
        return PAGES[self.path].tabs[self._tab()] if hasattr(self, "at") else ()

    def _button(self):
        return PAGES[self.path].buttons.get(self._tab()) if hasattr(self, "at") else None

    def _own(self, name):
        return self.own[self.path].get(name, PAGES[self.path].own[name])

    def _lab_of_the_run(self):
        most = MOST.get(self.lab["dataset"], {})
        return {name: min(value, most[name]) if name in most else value for name, value in self.lab.items()}


def test_whoever_walks_through_the_lab_sees_what_was_set_and_nothing_else(home, wait_until, monkeypatch):
    monkeypatch.setattr(Walker, "wait_until", staticmethod(wait_until), raising=False)
    run_state_machine_as_test(
        Walker,
        settings=settings(
            max_examples=N_WALKS,
            stateful_step_count=N_STEPS,
            deadline=None,
            phases=[Phase.generate],  # a failing walk is told as it is: looking for a shorter one takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
