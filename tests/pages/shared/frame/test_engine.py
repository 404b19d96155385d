"""Where the app's runs train."""

import pytest

from pages.shared.frame.engine import ENGINE_VARIABLE, where


@pytest.mark.parametrize(
    ("value", "place"), [(None, "local"), ("", "local"), ("thread", "thread"), ("tcp://10.0.0.7:8786", "tcp://10.0.0.7:8786")]
)
def test_the_environment_says_where_else_it_is_this_machine(monkeypatch, value, place):
    if value is None:
        monkeypatch.delenv(ENGINE_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(ENGINE_VARIABLE, value)
    assert where() == place
