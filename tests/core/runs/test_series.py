"""core/series: curves for the live picture of an experiment, against NumPy."""

import json
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.runs.history import History
from core.runs.series import Series, picture, series_of_run


def history(losses, per_epoch, seconds_per_epoch=2.0):
    """A history as a run of so many batches leaves it."""
    told = History()
    begin = {"epoch": 0, "step": 0, "seconds": 0.0, "n_steps_per_epoch": per_epoch, "n_parameters": 1}
    told.add({"event": "begin"} | begin)
    for step, loss in enumerate(losses, start=1):
        now = seconds_per_epoch * step / per_epoch
        told.add({"event": "batches", "step": step, "seconds": now, "losses": [loss], "n_correct": 0, "n_images": 1})
        if step % per_epoch == 0:
            figures = {"train_loss": loss, "test_loss": 2 * loss, "train_accuracy": 0.5, "test_accuracy": 0.4}
            told.add({"event": "epoch", "epoch": step // per_epoch, "step": step, "seconds": now} | figures)
    return told


@given(st.lists(st.floats(0, 100), max_size=700), st.integers(1, 50))
def test_the_points_are_means_that_weigh_every_batch_once(losses, per_epoch):
    curve = series_of_run(history(losses, per_epoch), "SGD").batches
    assert len(curve["batch_loss"]) <= 120
    ends = np.array([0, *curve["steps"]])
    assert list(ends) == sorted(set(ends))
    assert ends[-1] == len(losses)
    for start, end, mean in zip(ends[:-1], ends[1:], curve["batch_loss"], strict=True):
        assert math.isclose(mean, np.mean(losses[start:end]), rel_tol=1e-9, abs_tol=1e-9)
    np.testing.assert_allclose(curve["epochs"], ends[1:] / per_epoch)
    np.testing.assert_allclose(curve["seconds"], 2.0 * ends[1:] / per_epoch, atol=1e-9)


def test_epochs_are_there_once_and_on_all_axes():
    curve = series_of_run(history([3.0, 2.0, 1.0, 0.5], 2), "SGD").epochs
    assert curve == {
        "epochs": [1.0, 2.0],
        "steps": [2, 4],
        "seconds": [2.0, 4.0],
        "train_loss": [2.0, 0.5],
        "test_loss": [4.0, 1.0],
        "train_accuracy": [0.5, 0.5],
        "test_accuracy": [0.4, 0.4],
    }


def test_a_loss_that_is_no_number_becomes_none_and_the_axis_stays():
    wild, tame = history([1.0, math.nan, math.inf], 1), history([0.4] * 50, 1)
    drawn = picture([series_of_run(wild, "wild"), series_of_run(tame, "tame")])
    assert drawn["series"][0]["batches"]["batch_loss"] == [1.0, None, None]
    assert drawn["loss_top"] <= 2
    json.dumps(drawn, allow_nan=False)


def test_a_diverging_curve_does_not_flatten_the_others():
    wild, tame = history([10.0**i for i in range(30)], 5), history([2.0] * 30, 5)
    assert picture([series_of_run(wild, "wild"), series_of_run(tame, "tame")])["loss_top"] <= 10


def test_colours_follow_the_place_or_the_wish():
    first, second, third = picture([Series("a", {}), Series("b", {}), Series("c", {}, colour=0)])["series"]
    assert first["colour"] == third["colour"] != second["colour"]
    assert picture([])["series"] == []
