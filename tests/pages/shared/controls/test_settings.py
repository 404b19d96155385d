"""Settings and links: a page's are its own, the lab's are everybody's, and an address shows what its sender saw.

The walker goes through pages by the sidebar, by links, F5 and Back, and moves settings, against a plain model of what
each page has to show.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
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

ROOT = Path(__file__).resolve().parents[4]
PAGES = {
    "pages/1_Perceptron.py": {"learning_rate": 0.01, "n_epochs": 4, "batch_size": 32, "momentum": 0.9},
    "pages/3_CNN.py": {"learning_rate": 0.001, "n_epochs": 4, "batch_size": 32, "dropout": 0.1},
    "pages/4_Cross-validation.py": {"learning_rate": 0.001, "n_epochs": 1, "batch_size": 64},
    "pages/6_Optimizers.py": {"n_epochs": 4, "batch_size": 32, "n_contestants": 3},
}
VALUES = {
    "learning_rate": (0.1, 0.01, 0.002, 0.001), "n_epochs": (1, 2, 4, 7), "batch_size": (16, 32, 64, 128),
    "momentum": (0.0, 0.5, 0.9), "dropout": (0.1, 0.5), "n_contestants": (2, 3, 5),
}  # fmt: skip
LAB = {"dataset": "shapes10", "n_train": 5_000, "data_seed": 0}
LAB_VALUES = {"dataset": ("shapes10", "digits"), "n_train": (200, 1_000, 5_000), "data_seed": (0, 3)}
MOST_EXAMPLES = int(os.environ.get("CHALKNET_WALKS", "6"))  # of 12 steps; 500 of 20 by hand


def widget(at, name):
    """The widget of a setting, whichever kind it is."""
    for kind in (at.slider, at.select_slider, at.number_input, at.selectbox):
        for found in kind:
            if found.key == name:
                return found
    raise AssertionError(f"there is no widget {name}")


def address(at):
    return {name: text if isinstance(text, str) else text[-1] for name, text in at.query_params.items()}


def opened(path, query):
    """A page in a new session, as F5 and a link in a new window open it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.session_state["person"] = "ann"
    for name, text in query.items():
        at.query_params[name] = text
    at.switch_page(path)
    return at.run()


class Walker(RuleBasedStateMachine):
    """A person who walks through the lab, and what the pages have to show."""

    @initialize(path=st.sampled_from(list(PAGES)))
    def come(self, path):
        self.path, self.lab = path, dict(LAB)
        self.own = {page: {} for page in PAGES}
        self.seen = []  # addresses of this page, with what was shown there
        self.at = opened(path, {})

    @rule(path=st.sampled_from(list(PAGES)))
    def by_the_sidebar(self, path):
        if path == self.path:
            return
        self.path, self.seen = path, []
        for name in list(self.at.query_params):
            del self.at.query_params[name]
        self.at.switch_page(path)
        self.at.run()

    @rule(data=st.data())
    def move_a_setting(self, data):
        name = data.draw(st.sampled_from(list(PAGES[self.path])))
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

    @rule()
    def reload(self):
        """F5, or the link in a new window: another session, which knows only the address."""
        self.own = {page: (touched if page == self.path else {}) for page, touched in self.own.items()}
        self.seen = []
        self.at = opened(self.path, address(self.at))

    @precondition(lambda self: getattr(self, "seen", []))
    @rule(data=st.data())
    def back(self, data):
        """To an address that this page had before."""
        query, own, lab = self.seen.pop(data.draw(st.integers(0, len(self.seen) - 1)))
        self.own[self.path], self.lab = dict(own), dict(lab)
        self._late()
        for name in list(self.at.query_params):
            del self.at.query_params[name]
        for name, text in query.items():
            self.at.query_params[name] = text
        self.at.run()

    @rule()
    def by_a_link_with_a_wrong_value(self):
        """A link of one's own making: the wrong value is complained about, the rest counts."""
        self.own[self.path], self.lab = {"n_epochs": 2}, {**LAB, "dataset": "digits"}
        self.own = {page: (touched if page == self.path else {}) for page, touched in self.own.items()}
        self.seen = []
        self.at = opened(self.path, {"dataset": "Digits", "n_epochs": "2", "batch_size": "31"})
        assert any("Batch size" in warning.value and "31" in warning.value for warning in self.at.warning)

    @invariant()
    def the_page_shows_what_it_should(self):
        if not hasattr(self, "at"):
            return
        assert not self.at.exception
        for name, default in PAGES[self.path].items():
            assert widget(self.at, name).value == self.own[self.path].get(name, default), (self.path, name)
        for name, value in self.lab.items():
            assert widget(self.at, name).value == value, (self.path, name)

    def _remember(self):
        self.seen.append((address(self.at), dict(self.own[self.path]), dict(self.lab)))

    def _late(self):
        """Somebody who goes Back right after a change is taken for a browser that is late: so let it be later."""
        self.at.session_state["settings"].written -= 60


def test_whoever_walks_through_the_lab_sees_what_was_set_and_nothing_else(home):
    run_state_machine_as_test(
        Walker,
        settings=settings(
            max_examples=MOST_EXAMPLES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_what_nobody_touched_is_each_pages_own(home):
    at = opened("pages/1_Perceptron.py", {})
    widget(at, "learning_rate").set_value(0.5).run()
    at.switch_page("pages/3_CNN.py")
    for name in list(at.query_params):
        del at.query_params[name]
    at.run()
    assert widget(at, "learning_rate").value == 0.001


@pytest.mark.parametrize(
    ("path", "name", "text", "label"),
    [
        ("pages/6_Optimizers.py", "o1", "Banana", "Optimizer 1"),
        ("pages/6_Optimizers.py", "lr1", "7", "Learning rate 1"),
        ("pages/6_Optimizers.py", "seed", "abc", "Seed"),
        ("pages/1_Perceptron.py", "tab", "Moon", "The tab"),
    ],
)
def test_a_wrong_value_in_a_link_gets_a_sentence(home, path, name, text, label):
    at = opened(path, {name: text})
    assert any(warning.value.startswith(f"{label} in the link is `{text}`") for warning in at.warning)
