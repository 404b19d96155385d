"""core/engine on a real cluster: the queue, who goes before whom, Stop and Resume."""

import os

import psutil
import pytest

from core.engine.worker import execute
from core.lab import files
from core.runs import NotYoursError

pytestmark = pytest.mark.usefixtures("module_home")
LONG = {"data": {"n_train": 2000}, "batch_size": 4, "n_epochs": 1000}  # until it is stopped



def test_a_warm_engine_says_where_runs_train(engine):
    info = engine.info()
    assert (info.state, info.kind, info.n_workers, info.is_warm) == ("ready", "local", 1, True)
    assert info.sentence == "The engine trains one run at a time on this machine."


def test_it_listens_on_this_machine_only(clusters, family):
    (cluster,) = clusters()
    listening = [
        connection.laddr.ip
        for process in family(cluster)
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_a_run_is_trained_outside_this_process(submit, ends, clusters, family):
    run = submit()
    assert ends(run) == "done"
    assert run.history().step == 21
    assert run.result["test_accuracy"] > 0
    writer = files.read_json(run.folder / "status.json")["process"]["pid"]
    assert writer != os.getpid()
    (cluster,) = clusters()
    assert writer in [process.pid for process in family(cluster)[1:]]


def test_a_group_waits_behind_singles_and_is_stopped_as_a_whole(submit, engine, trains, ends, new_run):
    training = submit(owner="bob", **LONG)
    trains(training)
    old, group = new_run(), [new_run(random_state=i) for i in range(3)]
    engine.submit_group([old], "ann")
    engine.submit_group(group, "ann")
    assert old.status.name == "stopped"
    single = submit()
    assert [engine.place(run.id) for run in (single, *group)] == [1, 2, 3, 4]
    assert all(run.status.name == "queued" for run in (single, *group))
    engine.stop(training, "bob")
    assert ends(group[0]) == "done"
    assert single.result is not None
    engine.stop_group(group[1:], "ann")
    assert [ends(run) for run in group[1:]] == ["stopped", "stopped"] or group[1].result is not None
    assert group[0].result is not None
    with pytest.raises(NotYoursError):
        engine.submit_group([new_run(owner="bob")], "ann")


def test_a_group_trains_in_its_order(engine, new_run, wait_until):
    """So that the first seed of a race is complete before the second one begins."""
    group = [new_run(n_epochs=1) for _ in range(6)]
    engine.submit_group(group, "ann")
    wait_until(lambda: all(run.status.name == "done" for run in group), "the group has trained")
    ends = [(run.folder / "result.json").stat().st_mtime_ns for run in group]
    assert ends == sorted(ends)


def test_the_second_press_replaces_what_waits_and_not_what_trains(submit, engine, trains, ends, wait_until):
    training = submit(**LONG)
    trains(training)
    bobs = submit(owner="bob")
    first, second = submit(), submit(n_epochs=2)
    assert not first.folder.exists()
    assert training.status.name == "running"
    assert bobs.status.name == second.status.name == "queued"
    assert (engine.place(training.id), engine.place(bobs.id), engine.place(second.id)) == (0, 1, 2)
    assert engine.place("unknown") == 0
    engine.stop(training, "ann")
    assert ends(training) == "stopped"
    assert ends(bobs) == ends(second) == "done"
    assert engine.place(second.id) == 0
    assert second.history().step == 14


def test_stop_keeps_a_training_run_and_withdraws_a_waiting_one(submit, engine, trains, ends):
    training = submit(**LONG)
    trains(training)
    waiting = submit(owner="bob")
    engine.stop(waiting, "bob")
    assert (waiting.status.name, waiting.status.sentence) == ("stopped", "Stopped before it began.")
    assert waiting.history().step == 0
    engine.stop(training, "ann")
    assert ends(training) == "stopped"
    assert training.probabilities().shape == (100, 10)


def test_nobody_stops_submits_or_resumes_what_is_anothers(submit, engine, trains, new_run):
    run = submit(**LONG)
    trains(run)
    for act in (engine.stop, engine.submit, engine.resume):
        with pytest.raises(NotYoursError):
            act(run, "bob")
    assert not run.stop_requested
    assert run.status.name == "running"


def test_a_deleted_run_makes_room(submit, trains, ends):
    run = submit(**LONG)
    trains(run)
    run.delete("ann")
    assert ends(submit()) == "done"
    assert not run.folder.exists()


def test_a_failure_is_told_although_it_cannot_be_written(submit, engine, new_run, wait_until):
    run = new_run()
    (run.folder / "history.jsonl").symlink_to("/dev/full")
    engine.submit(run, "ann")
    wait_until(lambda: engine.failure(run.id), "the engine knows of the failure")
    assert engine.failure(run.id).startswith("The disk is full: ")
    assert run.status.name == "failed"
    assert engine.failure("unknown") is None


def test_a_second_press_keeps_what_a_waiting_run_has_learnt(submit, engine, trains, ends, new_run, small):
    """A run that is to be resumed waits behind another's; its owner presses Train once more."""
    trained = new_run()
    assert execute(str(trained.folder)) == "done"
    busy = submit(owner="bob", **LONG)
    trains(busy)
    engine.resume(trained, "ann")
    assert trained.status.name == "queued"
    newer = submit()
    assert trained.status.name == "interrupted"
    assert trained.history().step > 0
    engine.stop(busy, "bob")
    assert ends(newer) == "done"


def test_failures_of_long_ago_are_told_by_their_folders_alone(engine, new_run, wait_until):
    """An app runs for months: the engine remembers the last failures, and what it can it has written down."""
    failed = [new_run() for _ in range(250)]
    for run in failed:
        (run.folder / "spec.json").write_text("{")
    engine.submit_group(failed, "ann")
    wait_until(lambda: engine.failure(failed[-1].id), "the last one has failed")
    remembered = [engine.failure(run.id) is not None for run in failed]
    assert remembered == [False] * 50 + [True] * 200
    assert failed[0].status.name == "failed"
    assert failed[0].status.sentence == engine.failure(failed[-1].id)
