"""pages/shared/words/expected.py: how long it will take and when it begins, or that nobody has measured yet."""

from core.engine.forecast import Forecast
from pages.shared.words.expected import runs_take, takes


def test_before_the_measurement_no_time_is_promised():
    sentence = "This machine has not been measured yet; the first run will tell how long it takes."
    assert takes(None) == sentence
    assert runs_take(3, None) == f"**3** runs · {sentence}"


def test_what_begins_at_once_has_its_time_alone():
    assert takes(Forecast(12.0)) == "takes about **12 s** here"
    assert takes(Forecast(0.2)) == "takes **less than a second** here"
    assert takes(Forecast(0.6)) == "takes about **0.6 s** here"
    assert runs_take(4, Forecast(24.4), runs="networks") == "**4** networks · takes about **24 s** here"


def test_what_waits_says_for_how_long_and_for_how_many():
    told = takes(Forecast(40.0, begins_in=180.0, n_before=12))
    assert told == "takes about **40 s** here · begins in about **3 min 0 s**, 12 turns before it"
    assert takes(Forecast(40.0, 3.0, 1)).endswith("begins in about **3.0 s**, 1 turn before it")
