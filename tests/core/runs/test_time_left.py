"""core/runs/time_left.py: what is left follows the speed of the last seconds."""

import pytest

from core.runs.history import History
from core.runs.time_left import seconds_left
from core.specs import DataSpec, RunSpec

SPEC = RunSpec(data=DataSpec(n_train=3_200, n_test=320), n_epochs=4, batch_size=32)  # 100 batches an epoch


def told(*paces, judging=2.0, n_judged=320):
    """A history in which each pace is that of 50 batches; every 100 batches the test pictures are judged."""
    history, clock = History(), 0.0
    history.add({"event": "begin", "epoch": 0, "step": 0, "n_steps_per_epoch": 100, "n_parameters": 1, "seconds": 0.0,
                 "n_judged": n_judged})  # fmt: skip
    for number, pace in enumerate(paces):
        for part in range(10):
            clock += 5 * pace
            step = 50 * number + 5 * part + 1
            history.add({"event": "batches", "step": step, "seconds": clock, "losses": [1.0] * 5, "n_correct": 1,
                         "n_images": 160})  # fmt: skip
        if number % 2:
            clock += judging
            history.add({"event": "epoch", "epoch": number // 2 + 1, "step": 50 * number + 50, "complete": True,
                         "seconds": clock})  # fmt: skip
    return history


def test_nothing_is_told_before_the_first_batch():
    assert seconds_left(SPEC, History()) is None
    assert seconds_left(SPEC, told()) is None
    assert seconds_left(SPEC.model_copy(update={"max_seconds": 5.0}), told()) is None


def test_an_even_run_takes_what_it_took():
    """300 batches of 0.05 s and three times two seconds of judging are left."""
    assert seconds_left(SPEC, told(0.05, 0.05)) == pytest.approx(300 * 0.05 + 3 * 2.0)
    assert seconds_left(SPEC, told(*[0.05] * 8)) == pytest.approx(0.0)


def test_before_an_epoch_is_over_judging_is_a_third_of_training_per_picture():
    assert seconds_left(SPEC, told(0.05)) == pytest.approx(350 * 0.05 + 4 * 320 / 32 * 0.05 / 3)


@pytest.mark.parametrize(("before", "now"), [(0.02, 0.1), (0.1, 0.02)])
def test_a_machine_that_has_become_slower_or_faster_shows_in_what_is_left(before, now):
    """The first 300 batches went at another pace than the last 50."""
    left = seconds_left(SPEC, told(*[before] * 6, now))
    if now > before:  # 50 batches of 0.1 s are the last five seconds
        assert left == pytest.approx(50 * now + 2.0)
    else:  # 50 of 0.02 s are the last one; four more were of the earlier pace
        assert 50 * now + 2.0 < left < 50 * before + 2.0


def test_a_clock_ends_a_run_whatever_its_pace():
    timed = SPEC.model_copy(update={"max_seconds": 20.0})
    history = told(0.05, 0.05)
    assert seconds_left(timed, history) == pytest.approx(20.0 - history.seconds)
    assert seconds_left(timed.model_copy(update={"max_seconds": 1.0}), history) == 0


def test_what_went_on_from_a_checkpoint_has_the_pace_of_now():
    history = told(0.5, 0.5)
    history.add({"event": "begin", "epoch": 1, "step": 100, "n_steps_per_epoch": 100, "n_parameters": 1,
                 "seconds": 60.0, "n_judged": 320})  # fmt: skip
    assert seconds_left(SPEC, history) is None
    history.add({"event": "batches", "step": 101, "seconds": 60.5, "losses": [1.0] * 10, "n_correct": 1,
                 "n_images": 320})  # fmt: skip
    assert seconds_left(SPEC, history) == pytest.approx(290 * 0.05 + 3 * 2.0)
