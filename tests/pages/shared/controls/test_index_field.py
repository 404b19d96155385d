"""A thing in a row, counted from 1 by people and from 0 by code and links."""

import pytest
from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from pages.shared.controls.settings import arrive
    from pages.shared.controls.widgets import index_field, put_index

    arrive("data")
    n = st.session_state.get("n", 10)
    st.write(f"index {index_field('Picture', 'picture', n=n)}")
    st.button("Another", key="another", on_click=put_index, args=("picture", 4))


@pytest.fixture
def opened(home):
    def call(**parameters):
        at = AppTest.from_function(page, default_timeout=60)
        for name, value in parameters.items():
            at.query_params[name] = value
        return at.run()

    return call


def seen(at):
    assert not at.exception
    return at.number_input(key="picture").value, at.markdown[0].value


def test_the_first_is_number_1_and_index_0(opened):
    at = opened()
    assert seen(at) == (1, "index 0")
    at.number_input(key="picture").set_value(10).run()
    assert seen(at) == (10, "index 9")
    assert at.query_params["picture"] in ("9", ["9"])


def test_a_link_counts_from_0_so_that_old_ones_stay_true(opened):
    assert seen(opened(picture="5")) == (6, "index 5")
    assert seen(opened(picture="5.0")) == (6, "index 5")


@pytest.mark.parametrize("text", ["10", "-1", "1.5", "x", "nan"])
def test_a_link_to_what_is_not_there_is_told(opened, text):
    at = opened(picture=text)
    assert seen(at) == (1, "index 0")
    assert "allowed is a whole number from 0 to 9, as a link counts from 0" in at.warning[0].value


def test_a_callback_gives_the_index(opened):
    at = opened()
    at.button(key="another").click().run()
    assert seen(at) == (5, "index 4")


def test_where_there_are_fewer_the_last_one_is_shown(opened):
    at = opened(picture="9")
    at.session_state["n"] = 3
    at.run()
    assert seen(at) == (3, "index 2")
    assert not at.warning
