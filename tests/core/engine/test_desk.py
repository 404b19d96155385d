"""core/engine/desk on a real cluster: what the teacher does to the queue, and that nobody else can."""

import pytest

from core.engine import Engine
from core.lab import owners
from core.lab.errors import NotYoursError
from core.lab.limits import HALL, LimitError

pytestmark = pytest.mark.usefixtures("module_home")
LONG = {"data": {"n_train": 2000}, "batch_size": 4, "n_epochs": 1000}  # until it is stopped


def test_the_teacher_sees_everybodys_runs_in_their_order(submit, engine, teacher, trains, new_run):
    training = submit(owner="bob", **LONG)
    trains(training)
    group = [new_run(random_state=i) for i in range(2)]
    engine.submit_group(group, "ann")
    single = submit(owner="cleo")
    places = engine.queue(teacher)
    assert [place.run_id for place in places] == [run.id for run in (training, single, *group)]
    assert [place.trains for place in places] == [True, False, False, False]
    assert len({place.who for place in places}) == 3
    assert places[0].who == owners.label(owners.owner_mark("bob"))
    assert places[0].page == "perceptron"
    assert places[0].seconds >= places[1].seconds > 0
    assert not any(place.is_gone for place in places)
    engine.stop_any([training, single, *group], teacher)


def test_nobody_else_sees_or_touches_the_queue(submit, engine, teacher, trains, new_run):
    training = submit(**LONG)
    trains(training)
    waiting = submit(owner="bob")
    for person in ("ann", "bob", "eve", ""):
        for act in (engine.queue, engine.pause, engine.resume_queue):
            with pytest.raises(NotYoursError, match="Only the teacher"):
                act(person)
        for act in (engine.move_to_front, engine.stop_any, engine.delete_any):
            with pytest.raises(NotYoursError, match="Only the teacher"):
                act([training, waiting], person)
    assert (training.status.name, waiting.status.name) == ("running", "queued")
    assert not training.stop_requested
    assert not engine.is_paused
    engine.stop_any([training], teacher)


def test_who_stops_being_the_teacher_can_do_nothing_more(engine, teacher):
    engine.teacher.admit("correct horse battery", "a second browser")
    engine.pause("a second browser")
    engine.resume_queue("a second browser")
    engine.teacher.leave("a second browser")
    with pytest.raises(NotYoursError):
        engine.pause("a second browser")
    assert not engine.is_paused


def test_what_is_moved_to_the_front_is_the_next(submit, engine, teacher, trains, ends, new_run):
    training = submit(owner="bob", **LONG)
    trains(training)
    first, second = submit(owner="cleo"), submit(owner="dan")
    group = [new_run(random_state=i) for i in range(2)]
    engine.submit_group(group, "ann")
    engine.move_to_front([second], teacher)
    assert [engine.place(run.id) for run in (second, first, *group)] == [1, 2, 3, 4]
    engine.move_to_front(group, teacher)
    assert [engine.place(run.id) for run in (*group, second, first)] == [1, 2, 3, 4]
    assert [p.run_id for p in engine.queue(teacher)] == [run.id for run in (training, *group, second, first)]
    engine.stop(training, "bob")
    order = [*group, second, first]
    assert [ends(run) for run in order] == ["done"] * 4
    began = [(run.folder / "result.json").stat().st_mtime_ns for run in order]
    assert began == sorted(began)


def test_a_paused_queue_begins_nothing_and_what_trains_goes_on(submit, engine, teacher, trains, ends):
    training = submit(owner="bob", **LONG)
    trains(training)
    before = submit(owner="cleo")
    try:
        engine.pause(teacher)
        assert engine.is_paused
        after = submit()
        trains(training, n_epochs=len(training.history().epochs) + 1)
        engine.stop(training, "bob")
        assert ends(training) == "stopped"
        engine.move_to_front([after], teacher)
        with engine.scheduler.client("test") as client:  # the worker has nothing better to do
            assert client.submit(abs, -1, priority=-100).result() == 1
        assert (before.status.name, after.status.name) == ("queued", "queued")
        assert after.history().step == before.history().step == 0
        assert [p.run_id for p in engine.queue(teacher)] == [after.id, before.id]
    finally:
        engine.resume_queue(teacher)
    assert ends(after) == ends(before) == "done"
    assert not engine.is_paused
    assert engine.queue(teacher) == []


def test_the_teacher_stops_what_trains_and_what_waits_and_models_are_kept(submit, engine, teacher, trains, ends):
    training = submit(**LONG)
    trains(training, n_epochs=1)
    waiting = submit(owner="bob")
    engine.stop_any([training, waiting], teacher)
    assert ends(waiting) == ends(training) == "stopped"
    for run in (training, waiting):
        assert run.status.sentence == "Stopped by the teacher; the network stays as it was."
    assert (training.folder / "model.pt").exists()
    assert training.probabilities().shape == (100, 10)
    assert engine.queue(teacher) == []


def test_the_teacher_frees_disk_but_deletes_neither_what_is_kept_nor_what_trains(
    submit, engine, teacher, trains, ends
):
    kept, left = submit(), submit(owner="bob")
    assert ends(kept) == ends(left) == "done"
    kept.describe("ann", kept=True)
    training = submit(**LONG)
    trains(training)
    assert engine.delete_any([kept, left, training], teacher) == 1
    assert kept.folder.exists()
    assert training.status.name == "running"
    assert not left.folder.exists()
    assert engine.delete_any([left], teacher) == 0
    engine.stop_any([training], teacher)


def test_who_is_gone_for_too_long_lets_go_of_the_workers(home, calibrated, new_run, trains, ends):
    calibrated(home)
    engine = Engine("thread", limits=HALL)
    try:
        gone, here = new_run(**LONG), new_run(owner="bob", **LONG)
        engine.submit(gone, "ann")
        engine.submit(here, "bob")
        trains(gone, n_epochs=1)
        engine.end_the_gone()
        assert not gone.stop_requested
        engine.presence._clock = lambda clock=engine.presence._clock: clock() + 60 * 15 + 1
        engine.presence.note("bob")
        engine.end_the_gone()
        assert ends(gone) == "stopped"
        assert gone.status.sentence.startswith("Stopped: its page was closed for over 15 minutes.")
        assert (gone.folder / "model.pt").exists()
        trains(here)
        engine.stop(here, "bob")
        assert ends(here) == "stopped"
        assert here.status.sentence.startswith("Stopped by hand")
    finally:
        engine.close()


def test_in_a_hall_an_experiment_has_so_many_runs_at_most(home, calibrated, new_run):
    calibrated(home)
    engine = Engine("thread", limits=HALL)
    try:
        group = [new_run() for _ in range(101)]
        with pytest.raises(LimitError, match="Choose fewer"):
            engine.submit_group(group, "ann")
        with pytest.raises(LimitError, match="101 runs"):
            engine.check_members(101, "ann")
        assert engine.waiting_members("ann") == []
    finally:
        engine.close()


def test_in_a_hall_a_person_has_one_run_that_trains_and_one_that_waits(home, calibrated, new_run, trains, ends):
    calibrated(home)
    engine = Engine("thread", limits=HALL)
    try:
        first, replaced, second = new_run(**LONG), new_run(), new_run()
        engine.submit(first, "ann")
        trains(first)
        engine.submit(replaced, "ann")
        engine.submit(second, "ann")
        assert not replaced.folder.exists()
        assert engine.held_by(second.id) == [first]
        assert engine.held_by(first.id) == engine.held_by("unknown") == []
        engine.stop(first, "ann")
        assert ends(second) == "done"
    finally:
        engine.close()
