"""What is loaded is no part of the garbage collector's rounds, and Streamlit makes none of its own."""

import gc
import sys
from types import ModuleType

from streamlit import config

from pages.shared.frame.collector import spare_the_collector


def is_looked_at(thing):
    return any(each is thing for each in gc.get_objects())


def test_what_is_loaded_behind_the_first_visit_is_spared_at_the_next_poll(monkeypatch):
    """The engine's thread imports Dask when the first page has long been drawn."""
    spare_the_collector()
    loaded = [ModuleType(f"loaded_since_{i}") for i in range(300)]
    spare_the_collector()
    assert is_looked_at(loaded[0])
    for module in loaded:
        monkeypatch.setitem(sys.modules, module.__name__, module)
    spare_the_collector()
    assert not is_looked_at(loaded[0])


def test_streamlit_makes_no_round_after_each_poll():
    assert not config.get_option("runner.postScriptGC")
