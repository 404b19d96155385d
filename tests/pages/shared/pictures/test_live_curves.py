"""The figures of the live picture, before a run, in its middle and at its end."""

import json

import pytest
from scipy.stats import binomtest

from core.engine.worker import execute
from core.runs import snapshots
from pages.shared.pictures.live_curves import live_data


def figures(run):
    data = live_data(snapshots.read(run))
    return data["share"], dict(data["figures"])


def test_before_anything_has_happened_there_are_dashes(new_run):
    share, told = figures(new_run())
    assert share == 0
    assert set(told.values()) == {"–"}


def test_at_the_end_they_are_those_of_the_last_epoch(new_run):
    run = new_run(n_epochs=2)
    execute(str(run.folder))
    share, told = figures(run)
    last = run.history().epochs[-1]
    assert share == 1
    assert run.result["test_accuracy"] == last["test_accuracy"]
    right = round(100 * last["test_accuracy"])  # of 100 test pictures, which is few
    interval = binomtest(right, 100).proportion_ci(method="wilson")
    assert told["Test accuracy"] == f"{right} of 100"
    assert told["95 % interval"] == f"{interval.low:.0%} to {interval.high:.0%}"
    assert told["Training accuracy"] == f"{last['train_accuracy']:.1%}"
    assert told["Loss of the last batch"] == f"{run.history().losses[-1]:.3f}"


def test_inside_an_epoch_the_accuracy_is_that_of_the_pictures_so_far(new_run):
    """200 pictures in batches of 32 are 7 steps an epoch; two of the third are behind the run."""
    run = new_run(n_epochs=4)
    events = [
        {"event": "begin", "epoch": 0, "step": 0, "n_steps_per_epoch": 7, "n_parameters": 9, "seconds": 0},
        {"event": "batches", "step": 1, "seconds": 1.4, "losses": [2.5] * 14, "n_correct": 60, "n_images": 200},
        {"event": "epoch", "epoch": 2, "step": 14, "train_loss": 2.0, "train_accuracy": 0.3, "test_loss": 2.1,
         "test_accuracy": 0.25, "seconds": 1.4, "images_per_second": 1234.5, "complete": True},
        {"event": "batches", "step": 15, "seconds": 1.6, "losses": [1.0, 0.98765], "n_correct": 48, "n_images": 64},
    ]  # fmt: skip
    (run.folder / "history.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in events))
    share, told = figures(run)
    assert share == pytest.approx(16 / 28)
    assert told == {
        "Test accuracy": "25.0%", "Training accuracy": "75.0%", "Loss of the last batch": "0.988",
        "Images per second": "1,234",
    }  # fmt: skip
