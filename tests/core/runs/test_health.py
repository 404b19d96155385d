"""core/runs/health.py: each row, of runs that were trained for it, sound and sick."""

import math
from dataclasses import replace

import pytest

from core import runs
from core.engine.worker import execute
from core.runs import health, snapshots
from core.runs.health import TEXTS, Row
from core.runs.status import Status
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec
from core.specs.optimizers import AdamSpec

NAMES = {name: TEXTS[name] for name in ("first", "gradient", "update", "dead", "classes", "losses", "judged")}


def rows_of(spec: RunSpec) -> dict[str, Row]:
    run = runs.create(spec, page="perceptron", owner="0" * 32)
    execute(str(run.folder))
    return {row.name: row for row in health.health(snapshots.read(run))}


def spec(**settings: object) -> RunSpec:
    given = {"data": DataSpec(n_train=2000, n_test=500), "model": MLPSpec(H=64), "n_epochs": 4, "n_threads": 1}
    return RunSpec(**given | settings)


def ambers(rows: dict[str, Row]) -> set[str]:
    return {name for name, row in rows.items() if row.is_amber}


@pytest.mark.parametrize("optimizer", [SGDSpec(), AdamSpec()], ids=["SGD", "Adam"])
@pytest.mark.parametrize("random_state", [0, 1])
def test_a_sound_run_is_never_called_sick(home, optimizer, random_state):
    rows = rows_of(spec(optimizer=optimizer, random_state=random_state, judges_training=True))
    assert list(rows) == list(NAMES.values())
    assert ambers(rows) == set()
    loss = float(rows[NAMES["first"]].value.split()[1])
    assert loss == pytest.approx(math.log(10), abs=0.1)
    assert "ln 10 = 2.303" in rows[NAMES["first"]].sentence


def test_a_rate_far_too_low_shows_in_the_updates_and_the_classes(home):
    rows = rows_of(spec(optimizer=SGDSpec(learning_rate=1e-5)))
    assert ambers(rows) == {NAMES["update"], NAMES["classes"]}
    assert "too low" in rows[NAMES["update"]].sentence


def test_a_rate_far_too_high_kills_units(home):
    rows = rows_of(spec(optimizer=AdamSpec(learning_rate=0.1)))
    assert {NAMES["gradient"], NAMES["update"], NAMES["dead"], NAMES["classes"]} <= ambers(rows)
    assert "too high" in rows[NAMES["dead"]].sentence
    assert "gets none" in rows[NAMES["gradient"]].sentence


def test_a_diverged_run_says_after_which_batch(home):
    rows = rows_of(spec(optimizer=SGDSpec(learning_rate=1.0)))
    assert NAMES["losses"] in ambers(rows)
    assert "stopped being a number" in rows[NAMES["losses"]].sentence


def test_overfitting_is_said_with_the_epoch_and_its_losses(home):
    # Few pictures, many epochs, a wide network: the textbook's case
    run_spec = spec(data=DataSpec(n_train=300, n_test=500), model=MLPSpec(H=256), optimizer=AdamSpec(), n_epochs=30)
    run = runs.create(run_spec, page="perceptron", owner="0" * 32)
    execute(str(run.folder))
    now = snapshots.read(run)
    row = {row.name: row for row in health.health(now)}[NAMES["losses"]]
    losses = [epoch["test_loss"] for epoch in now.history.epochs]
    n_epoch = losses.index(min(losses)) + 1
    assert row.is_amber
    assert f"since epoch {n_epoch}, from {min(losses):.3f} to {losses[-1]:.3f}" in row.sentence
    assert row.sentence.endswith("overfitting.")


def test_what_an_earlier_lab_has_trained_has_the_rows_that_its_losses_give(home):
    run = runs.create(spec(n_epochs=1), page="perceptron", owner="0" * 32)
    execute(str(run.folder))
    now = snapshots.read(run)
    old = [{name: value for name, value in epoch.items() if name != "health"} for epoch in now.history.epochs]
    rows = health.health(replace(now, history=replace(now.history, epochs=old)))
    assert [row.name for row in rows] == [NAMES["losses"]]
    assert health.health(replace(now, history=replace(now.history, losses=[], epochs=[]))) == []


def test_each_sentence_can_be_said():
    """Rows that no run above gives, from figures like theirs."""
    layers = [("linear1", 1e5, 1e-3), ("linear2", 1.0, 1e-3)]
    assert health._gradients(layers, False).is_amber
    assert "linear1" in health._gradients(layers, False).sentence
    assert not health._gradients([("linear1", 1e-6, 1e-3)], True).is_amber
    assert health._first(11.1, 10).is_amber
    assert not health._first(0.4, 10).is_amber
    assert "before" in health._first(0.4, 10).sentence
    assert Status("done", "").is_finished
