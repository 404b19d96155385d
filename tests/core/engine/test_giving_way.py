"""Turns with real processes: a run that has had its share gives way, waits, and goes on bit for bit."""

import os
import signal

import pytest

from core.engine import Engine
from core.engine.worker import GAVE_WAY, execute
from core.lab import files
from core.training.training import train

pytestmark = pytest.mark.usefixtures("module_home")
LONG = {"batch_size": 4, "n_epochs": 80}  # some seconds
ENDLESS = {"data": {"n_train": 500}, "batch_size": 4, "n_epochs": 1000}  # until it is stopped


@pytest.fixture(autouse=True)
def short_shares(monkeypatch):
    for name in ("turns.SHARE_SECONDS", "turns.MEMBERS_WAIT_SECONDS"):
        monkeypatch.setattr(f"core.engine.{name}", 0.3)
    monkeypatch.setattr("core.engine.engine._LOOK_SECONDS", 0.05)


def each_epoch_once(run):
    return [e["epoch"] for e in run.history().epochs] == list(range(1, run.spec.n_epochs + 1))


def losses_of(spec):
    losses = []
    train(spec, lambda event: losses.append(event.loss) if type(event).__name__ == "BatchEnd" else None)
    return losses


def test_a_long_run_lets_short_ones_go_first_and_loses_nothing(submit, engine, trains, ends, wait_until, worker):
    long = submit(**LONG)
    trains(long, n_epochs=1)
    shorts = [submit(owner=owner) for owner in ("bob", "cat")]
    assert [ends(run) for run in shorts] == ["done", "done"]
    assert not long.status.is_finished
    wait_until(lambda: long.history().n_sittings >= 2, "it goes on")
    os.kill(files.read_json(long.folder / "alive.json")["pid"], signal.SIGKILL)
    assert ends(long) == "done"
    assert long.history().n_sittings >= 3
    assert each_epoch_once(long)
    assert list(long.history().losses) == losses_of(long.spec)
    assert not (long.folder / "give_way").exists()


def test_long_runs_take_turns_and_an_experiment_gets_its_own(submit, engine, ends, new_run, wait_until):
    both = [submit(owner=owner, **ENDLESS, random_state=i) for i, owner in enumerate(("ann", "bob"))]
    members = [new_run(owner="cat", n_epochs=1) for _ in range(3)]
    engine.submit_group(members, "cat")
    assert [ends(run) for run in members] == ["done"] * 3
    assert [run.status.is_finished for run in both] == [False, False]
    wait_until(lambda: all(run.history().n_sittings >= 2 for run in both), "both have had two turns")
    for run, owner in zip(both, ("ann", "bob"), strict=True):
        engine.stop(run, owner)
    assert [ends(run) for run in both] == ["stopped", "stopped"]
    for run in both:
        numbers = [e["epoch"] for e in run.history().epochs]
        assert numbers == list(range(1, len(numbers) + 1))


def test_one_that_waits_for_its_turn_keeps_its_curves_and_is_stopped_with_its_model(
    submit, engine, trains, ends, wait_until, opened_files
):
    first = submit(**ENDLESS)
    trains(first, n_epochs=1)
    other = submit(owner="bob", **ENDLESS)
    wait_until(lambda: other.history().step and first.status.name == "queued", "the other has its turn")
    n_epochs = len(first.history().epochs)
    assert n_epochs >= 1
    assert engine.place(first.id) == 1
    assert opened_files(lambda: engine.place(first.id)) == []
    again = submit(n_epochs=2)  # the same person presses Train once more: what has begun is not replaced
    assert first.folder.exists()
    engine.stop(first, "ann")
    assert ends(first) == "stopped"
    assert first.status.sentence == "Stopped by hand; the network stays as it was."
    assert first.probabilities().shape == (100, 10)
    assert len([e for e in first.history().epochs if e["complete"]]) >= n_epochs
    assert ends(again) == "done"
    engine.stop(other, "bob")
    assert ends(other) == "stopped"


def test_many_that_wait_are_asked_of_memory_alone(submit, engine, trains, new_run, opened_files):
    busy = submit(owner="bob", **ENDLESS)
    trains(busy)
    group = [new_run() for _ in range(20)]
    engine.submit_group(group, "ann")
    assert opened_files(lambda: [engine.place(run.id) for run in group] + [engine.waiting_members("ann")]) == []
    engine.submit_group(group, "ann")  # pressed twice, they wait once
    assert [run.id for run in engine.waiting_members("ann")] == [run.id for run in group]
    engine.stop_group(group, "ann")


def test_a_thread_takes_turns_too(new_run, wait_until, ends):
    engine = Engine("thread")
    long, short = new_run(**LONG), new_run(owner="bob")
    engine.submit(long, "ann")
    wait_until(lambda: long.history().epochs, "it trains")
    engine.submit(short, "bob")
    assert ends(short) == "done"
    assert not long.status.is_finished
    assert ends(long) == "done"
    assert each_epoch_once(long)
    engine.close()


def test_it_gives_way_behind_a_whole_epoch_and_not_behind_the_last(new_run):
    run = new_run(n_epochs=2)
    run.ask_to_give_way()
    assert execute(str(run.folder)) == GAVE_WAY
    assert (run.status.name, run.status.sentence) == ("queued", "Waiting for its turn.")
    assert [e["epoch"] for e in run.history().epochs] == [1]
    assert run.history().end is None
    run.ask_to_give_way()
    assert execute(str(run.folder)) == "done"
    assert each_epoch_once(run)
    assert list(run.history().losses) == losses_of(run.spec)
