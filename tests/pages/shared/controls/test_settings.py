"""Settings and links: what nobody touched is each page's own, and what a link gets wrong is complained about.

That this holds along every way through the lab is walked in ``tests/pages/test_walks.py``.
"""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.controls import settings

ROOT = Path(__file__).resolve().parents[4]


def opened(path, query):
    """A page in a new session, as F5 and a link in a new window open it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.session_state["person"] = "ann"
    for name, text in query.items():
        at.query_params[name] = text
    at.switch_page(path)
    return at.run()


def test_what_nobody_touched_is_each_pages_own(home):
    at = opened("pages/1_Perceptron.py", {})
    at.select_slider(key="learning_rate").set_value(0.5).run()
    go(at, "pages/3_CNN.py", {})
    assert at.select_slider(key="learning_rate").value == 0.001


def go(at, path, query):
    """As the browser does: another page with this address; the sidebar's links have none."""
    for name in list(at.query_params):
        del at.query_params[name]
    for name, text in query.items():
        at.query_params[name] = text
    at.switch_page(path)
    return at.run()


def test_an_address_that_the_browser_keeps_under_another_pages_name_is_not_that_pages(home):
    """Streamlit's browser can take in a page's address while it still has the name of the page before."""
    at = opened("pages/1_Perceptron.py", {"learning_rate": "0.5", "random_state": "3"})
    go(at, "pages/3_CNN.py", {})
    at.select_slider(key="learning_rate").set_value(0.002).run()
    go(at, "pages/1_Perceptron.py", {})
    stray = dict(at.query_params)
    assert at.select_slider(key="learning_rate").value == 0.5
    go(at, "pages/3_CNN.py", stray)  # Back
    assert at.select_slider(key="learning_rate").value == 0.002
    assert at.number_input(key="random_state").value == 0
    go(at, "pages/3_CNN.py", {"learning_rate": "0.005"})  # a link of one's own is as good as ever
    assert at.select_slider(key="learning_rate").value == 0.005


class Clock:
    """A clock that goes only when it is told to."""

    now = 100.0

    def monotonic(self):
        return self.now


def slow_page():
    """Two tabs; to draw the second one takes ten seconds."""
    import streamlit as st

    from pages.shared.controls import settings
    from pages.shared.frame.tabs import tabs

    def slow():
        st.write("slow")
        settings.time.now += 10

    settings.arrive("cnn")
    tabs({"Learn": lambda: st.write("quick"), "Code": slow})


@pytest.mark.parametrize(("seconds", "due"), [(1, "slow"), (60, "quick")], ids=["late", "Back"])
def test_a_browser_is_late_by_as_much_as_the_page_takes(monkeypatch, seconds, due):
    """While a slow tab is drawn, a component can still send the address that the browser had before."""
    clock = Clock()
    monkeypatch.setattr(settings, "time", clock)
    at = AppTest.from_function(slow_page, default_timeout=60)
    at.query_params["tab"] = "Learn"
    at.run()
    before = dict(at.query_params)
    at.session_state["tab"] = "Code"
    at.run()
    assert at.markdown[0].value == "slow"
    clock.now += seconds
    for name in list(at.query_params):
        del at.query_params[name]
    for name, text in before.items():
        at.query_params[name] = text
    at.run()
    assert at.markdown[0].value == due


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


@pytest.mark.parametrize(("query", "due"), [({}, "epochs"), ({"train_for": "seconds"}, "seconds")])
def test_a_widget_that_the_browser_had_not_drawn_when_a_button_was_pressed_keeps_its_value(home, query, due):
    at = opened("pages/1_Perceptron.py", query)
    at.session_state["train_for"] = None  # what such a press sends of a row of words
    at.run()
    assert not [warning.value for warning in at.warning]
    assert at.session_state["train_for"] == due
    assert at.query_params.get("train_for", "epochs") in (due, [due])


def test_what_a_link_says_stays_in_the_address_though_it_is_a_default(home):
    """Each address that a page corrects is one more that Back goes through."""
    query = {"dataset": "Shapes-10", "n_train": "200", "data_seed": "0", "H": "128", "learning_rate": "0.5"}
    at = opened("pages/1_Perceptron.py", query)
    texts = {name: "".join(at.query_params[name]) for name in at.query_params}
    assert texts == query
    assert not [caption for caption in at.caption if "Changed there" in caption.value]  # and is nothing changed
    at.slider(key="H").set_value(64).run()
    assert "".join(at.query_params["H"]) == "64"
    at.slider(key="H").set_value(128).run()
    assert "".join(at.query_params["H"]) == "128"
    go(at, "pages/3_CNN.py", {})
    go(at, "pages/1_Perceptron.py", {"dataset": "Shapes-10"})
    assert "H" not in at.query_params
