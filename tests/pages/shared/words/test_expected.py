"""pages/shared/words/expected.py: how long it will take, or that nobody has measured yet."""

import pytest

from core.specs import CNNSpec, RunSpec
from pages.shared.words.expected import run_takes, runs_take, together_take

SPEC = RunSpec(data={"n_train": 1000, "n_test": 500}, model=CNNSpec(), n_epochs=10)  # 12 s by what was measured


@pytest.fixture
def measured(home, calibrated):
    calibrated(home)


def test_before_the_measurement_no_time_is_promised(home):
    sentence = "This machine has not been measured yet; the first run will tell how long it takes."
    assert run_takes(SPEC) == together_take([SPEC], 2) == sentence
    assert runs_take([SPEC] * 3, 2) == f"**3** runs · {sentence}"


def test_one_run_takes_its_own_time(measured):
    assert run_takes(SPEC) == "takes about **12 s** here"
    assert run_takes(SPEC.model_copy(update={"max_seconds": 3.0})) == "takes about **3.0 s** here"


@pytest.mark.parametrize(("n_workers", "time"), [(0, "49 s"), (1, "49 s"), (2, "24 s"), (9, "12 s")])
def test_many_take_turns(measured, n_workers, time):
    """Four times 12 seconds, and a quarter of a second around each."""
    assert runs_take([SPEC] * 4, n_workers, runs="networks") == f"**4** networks · takes about **{time}** here"
