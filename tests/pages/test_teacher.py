"""The teacher's tab in AppTest: who has the key sees and steers the queue, everybody else sees a field for the key."""

from dataclasses import replace

import pandas as pd
import pytest

from core import runs
from core.lab import owners
from core.lab.errors import NotYoursError
from core.lab.limits import HALL
from core.runs import snapshots, usage
from core.runs.experiments import Progress
from pages.runs.teacher import doomed_runs, entries
from pages.shared.frame.engine import engine, is_hall, limits
from pages.shared.words.progress import experiment_progress, run_progress

PAGE = "90_Runs"
LONG = {"data": {"n_train": 2000}, "batch_size": 4, "n_epochs": 1000}  # until it is stopped


@pytest.fixture
def busy(home, new_run, wait_until):
    """Bob's long run trains, Cleo's waits, as does Dan's experiment of two; all are over afterwards."""
    training, waiting = new_run(owner="bob", **LONG), new_run(owner="cleo")
    waiting.describe("cleo", name="*mine*")
    group = [runs.create(new_run().spec, page="optimizers", owner="dan", more={"experiment": "a" * 24}) for _ in "ab"]
    engine().submit(training, "bob")
    wait_until(lambda: training.history().step, "it trains")
    engine().submit(waiting, "cleo")
    engine().submit_group(group, "dan")
    yield training, waiting, group
    for run, owner in ((waiting, "cleo"), *((run, "dan") for run in group), (training, "bob")):
        if not run.status.is_finished:
            engine().stop(run, owner)
    wait_until(lambda: not training.is_being_written, "it is over")


@pytest.fixture
def teacher():
    """Tess, who has shown the key; she is nobody's teacher afterwards."""
    engine().teacher.admit(engine().teacher.made_up, "tess")
    yield "tess"
    if engine().is_paused:
        engine().resume_queue("tess")
    engine().teacher.leave("tess")


def keys(at):
    return [button.key for button in at.button]


def test_without_the_key_there_is_nothing_of_others_and_a_wrong_one_gets_a_sentence(visit, busy, texts):
    at = visit(PAGE, tab="Teacher", person="eve")
    assert not at.exception
    label = owners.label(owners.owner_mark("bob"))
    assert label not in texts(at)
    assert not {"queue_pause", "free_delete", "teacher_leave"} & set(keys(at))
    assert owners.label(owners.owner_mark("eve")) in texts(at)
    at.text_input(key="teacher_key").set_value("not the key")
    at.button(key="FormSubmitter:teacher_form-Open the desk").click().run()
    assert [error.value for error in at.error] == [
        "This is not the teacher's key. It stands on the console of the lab's server."
    ]
    assert not engine().teacher.is_teacher("eve")


def test_the_key_opens_the_desk_and_stands_nowhere_afterwards(visit, home, texts):
    at = visit(PAGE, tab="Teacher", person="tom")
    key = engine().teacher.made_up
    at.text_input(key="teacher_key").set_value(key)
    at.button(key="FormSubmitter:teacher_form-Open the desk").click().run()
    assert not at.exception
    assert "queue_pause" in keys(at)
    assert key not in texts(at)
    assert key not in str(at.query_params)
    assert "teacher_key" not in at.session_state
    again = visit(PAGE, tab="Teacher", person="tom")  # a reload, with the same cookie
    assert "queue_pause" in keys(again)
    again.button(key="teacher_leave").click().run()
    assert not {"queue_pause", "free_delete"} & set(keys(again))


def test_the_desk_shows_the_queue_and_its_buttons_steer_it(visit, busy, teacher, texts, wait_until):
    training, waiting, group = busy
    at = visit(PAGE, tab="Teacher", person=teacher)
    assert not at.exception
    said = texts(at)
    assert "**1** train, **3** wait." in said
    for owner in ("bob", "cleo", "dan"):
        assert f"`{owners.label(owners.owner_mark(owner))}`" in said
    assert "experiment on 6 Optimizers · 2 runs wait" in said
    assert r"\*mine\*" in said
    assert f"front_{training.id}" not in keys(at)
    at.button(key="front_" + "a" * 24).click().run()
    assert [engine().place(run.id) for run in (*group, waiting)] == [1, 2, 3]
    at.button(key=f"stop_any_{waiting.id}").click().run()
    assert waiting.status.sentence == "Stopped by the teacher; the network stays as it was."
    at.button(key=f"stop_any_{training.id}").click().run()
    wait_until(lambda: training.status.name == "stopped", "it is stopped")
    shown = visit("1_Perceptron", person="bob", run=training.id)
    assert "Stopped by the teacher" in texts(shown)


def test_a_paused_queue_is_said_to_who_waits(visit, busy, teacher, texts):
    at = visit(PAGE, tab="Teacher", person=teacher)
    at.button(key="queue_pause").click().run()
    assert not at.exception
    assert "The teacher has paused the queue." in texts(at)
    now = snapshots.read(busy[1])
    said = run_progress(now, is_warm=True, n_before=engine().place(busy[1].id), is_paused=engine().is_paused)
    assert said == "The teacher has paused the queue. 1 run before this one."
    group = Progress(n=2, n_finished=0, n_done=0, share=0.0, seconds_left=None)
    assert experiment_progress(group, is_warm=True, n_workers=1, n_before=2, is_paused=True) == (
        "0 of 2 runs done. The teacher has paused the queue."
    )
    assert "The teacher has paused the queue." in texts(visit(person="cleo"))
    at.button(key="queue_resume").click().run()
    assert not engine().is_paused


def test_disk_is_freed_after_a_confirmation(visit, home, new_run, teacher, texts):
    old, kept = new_run(owner="bob"), new_run(owner="bob")
    for run in (old, kept):
        run.write_status("done")
    kept.describe("bob", kept=True)
    at = visit(PAGE, tab="Teacher", person=teacher)
    at.selectbox(key="free_age").select("any age").run()
    assert "That is **1 run" in texts(at)
    assert at.button(key="free_delete").disabled
    at.checkbox[0].check().run()
    at.button(key="free_delete").click().run()
    assert not at.exception
    assert [success.value for success in at.success] == ["1 run deleted."]
    assert not old.folder.exists()
    assert kept.folder.exists()


def test_what_is_deleted_is_over_not_kept_and_old_enough():
    now = pd.Timestamp.now(tz="UTC")
    table = pd.DataFrame(
        {
            "id": list("abcde"),
            "owner": ["x", "y", "x", "x", "x"],
            "kept": [False, False, True, False, False],
            "status": ["done", "stopped", "done", "running", "diverged"],
            "created": [now - pd.Timedelta(days=age) for age in (2, 2, 2, 2, 0)],
        }
    )
    assert doomed_runs(table, "", 1)["id"].tolist() == ["a", "b"]
    assert doomed_runs(table, owners.label("x"), 0)["id"].tolist() == ["a", "e"]


def test_a_page_that_forgets_to_ask_opens_nothing(home):
    with pytest.raises(NotYoursError):
        engine().queue("eve")
    assert entries([]) == []


def test_the_hall_is_said_by_a_setting_or_by_the_address(monkeypatch):
    assert not is_hall()
    for said in ("1", "true", "yes"):
        monkeypatch.setenv("CHALKNET_HALL", said)
        assert is_hall()
        assert limits().n_members == 100
    monkeypatch.setenv("CHALKNET_HALL", "0")
    assert limits().n_members is None


def test_in_a_hall_who_has_too_much_begins_nothing_new(visit, home, new_run, monkeypatch):
    new_run()
    usage.forget()
    monkeypatch.setattr(engine(), "limits", replace(HALL, disk_mb=0, n_members=2, gone_minutes=None))
    at = visit("1_Perceptron")
    at.button(key="train").click().run()
    assert not at.exception
    assert "one person may have 0 MB" in at.error[0].value
    assert "run" not in at.query_params
    monkeypatch.setattr(engine(), "limits", replace(HALL, n_members=2, gone_minutes=None))
    at = visit("6_Optimizers", tab="Race")
    at.button(key="start_race").click().run()
    assert not at.exception
    assert "This experiment has 3 runs; in a hall one person may have 2 under way" in at.error[0].value
    assert not (home / "experiments").exists()


def test_in_a_hall_nobody_looks_through_the_servers_disk(visit, home, monkeypatch):
    assert "own_folder" in [field.key for field in visit("80_Data", tab="Add").text_input]
    monkeypatch.setenv("CHALKNET_HALL", "1")
    at = visit("80_Data", tab="Add")
    assert not at.exception
    assert "own_folder" not in [field.key for field in at.text_input]
