"""core/run_table.py and core/run_curves.py against the run store itself: the same numbers, with less reading."""

import json
import os
import threading
import time

import numpy as np
import pandas as pd
import pytest

from core.charts import parallel as parallel_chart
from core.engine.worker import execute
from core.lab import csv_safety, owners
from core.runs import NotYoursError, RunStoreError, history
from core.runs import skimmed_curves as run_curves
from core.runs import table as run_table
from core.specs import CNNSpec, MLPSpec, SGDSpec

pytestmark = pytest.mark.usefixtures("home")


def age(run):
    """As if nothing had happened in the folder for an hour: then its row is kept."""
    before = time.time() - 3600
    os.utime(run.folder, (before, before))


def write_history(folder, *events):
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(event if isinstance(event, str) else json.dumps(event) + "\n" for event in events)
    (folder / history.FILE_NAME).write_text(text)


def begin(epoch=0, step=0, seconds=0.0):
    fixed = {"n_steps_per_epoch": 4, "n_parameters": 9}
    return {"event": "begin", "epoch": epoch, "step": step, "seconds": seconds} | fixed


def batches(step, *losses):
    return {"event": "batches", "step": step, "seconds": step / 10, "losses": losses, "n_correct": 1, "n_images": 9}


def epoch(number, loss, complete=True):
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    about = {"event": "epoch", "epoch": number, "step": 4 * number, "complete": complete, "seconds": number / 1.0}
    return about | dict.fromkeys(names, loss)


@pytest.fixture
def trained(new_run):
    run = new_run()
    execute(str(run.folder))
    return run


def test_a_row_says_what_the_run_says(trained, new_run):
    waiting = new_run(model=CNNSpec(), page="cnn", owner="bob")
    table = run_table.read()
    assert table.runs["id"].tolist() == [waiting.id, trained.id]
    assert table.strangers == ()
    row = table.runs.iloc[1]
    assert row["status"] == "done"
    assert row["test_accuracy"] == trained.result["test_accuracy"]
    assert row["seconds"] == trained.result["seconds"]
    assert row["epochs"] == 3
    assert row["owner"] == owners.owner_mark("ann")
    assert row["created"].timestamp() == pytest.approx(trained.meta["created"], abs=1e-3)
    assert row["bytes"] == sum(path.stat().st_size for path in trained.folder.rglob("*") if path.is_file())
    assert (row["data.n_train"], row["model.H"], row["optimizer.momentum"]) == (200, 16, 0.9)
    assert table.runs.iloc[0]["model.kind"] == "cnn"
    assert np.isnan(table.runs.iloc[0]["test_accuracy"])


def test_a_run_has_one_number_whoever_asks(trained, new_run):
    pages = (("cnn", "bob"), ("perceptron", "bob"), ("cnn", "ann"))
    others = [new_run(page=page, owner=owner) for page, owner in pages]
    table = run_table.read().runs.set_index("id")
    assert [table.at[run.id, "number"] for run in (trained, *others)] == [1, 2, 3, 4]
    assert run_table.read().runs["number"].tolist() == [4, 3, 2, 1]


def test_an_unfinished_run_shows_its_last_epoch(new_run):
    run = new_run()
    run.write_status("interrupted")
    write_history(run.folder, begin(), epoch(1, 0.25), epoch(2, 0.5), '{"event": "epoch", "epoch": 3, "tes')
    assert run_table.read().runs.iloc[0][["epochs", "test_accuracy"]].tolist() == [2, 0.5]


def test_a_table_without_runs_has_its_columns(home):
    empty = run_table.read().runs
    assert list(empty.columns) == list(run_table.COLUMNS)
    assert empty.empty


def test_what_is_no_run_is_named_and_left_as_it_is(trained, home):
    store = home / "runs"
    (store / "holiday photos").mkdir()
    (store / ("a" * 24)).mkdir()
    (store / ("b" * 24)).mkdir()
    (store / ("b" * 24) / "spec.json").write_text('{"data":')
    (store / ("c" * 24)).mkdir()
    (store / ("c" * 24) / "notes.txt").write_text("x")
    (store / ("d" * 24)).mkdir()
    (store / ("d" * 24) / "spec.json").write_text(trained.spec.model_dump_json())
    (store / ("d" * 24) / "meta.json").write_text("[1")
    (store / "<b>.txt").write_text("x")
    (store / ".new-x").mkdir()
    before = sorted(path.relative_to(store) for path in store.rglob("*"))
    table = run_table.read()
    assert table.runs["id"].tolist() == [trained.id]
    assert [(s.name[:5], s.why.split(":")[0].split(".")[0]) for s in table.strangers] == [
        ("<b>.t", "is of something else"),
        ("aaaaa", "is empty"),
        ("bbbbb", "has settings that no run of this lab has"),
        ("ccccc", "has no settings"),
        ("ddddd", "is torn"),
        ("holid", "is of something else"),
    ]
    assert sorted(path.relative_to(store) for path in store.rglob("*")) == before


@pytest.mark.parametrize(
    "text", ["[]", "{}", "null", '{"created": "x", "name": 5, "kept": "no"}', '{"created": 1e999}', '{"created": NaN}']
)
def test_no_meta_breaks_the_table(trained, text):
    (trained.folder / "meta.json").write_text(text)
    table = run_table.read()
    assert len(table.runs) + len(table.strangers) == 1


def test_a_run_that_has_ended_is_read_once_and_again_when_it_changes(trained, opened_files):
    age(trained)
    assert (trained.id, "result.json") in opened_files(run_table.read)
    assert opened_files(run_table.read) == []
    assert len(run_table.read().runs) == 1
    trained.describe("ann", name="mine", kept=True)
    assert {run_id for run_id, _ in opened_files(run_table.read)} == {trained.id}
    row = run_table.read().runs.iloc[0]
    assert (row["name"], bool(row["kept"])) == ("mine", True)
    trained.delete("ann")
    assert run_table.read().runs.empty


def test_name_notes_and_keeping_are_the_owners(new_run):
    run = new_run()
    run.describe("ann", name="  two\n words ", notes="<script>x</script>\n")
    run.describe("ann", kept=True)
    assert {k: run.meta[k] for k in ("name", "notes", "kept")} == {
        "name": "two words", "notes": "<script>x</script>\n", "kept": True,
    }  # fmt: skip
    assert run.belongs_to("ann")
    with pytest.raises(NotYoursError):
        run.describe("bob", name="his")
    with pytest.raises(RunStoreError, match=r"name of a run has 81 letters; allowed are 80"):
        run.describe("ann", name="x" * 81)
    assert run.meta["name"] == "two words"


def test_deleting_a_run_that_is_being_written_is_safe(new_run, wait_until, home):
    """A real training in a thread, deleted in the middle: it ends, and nothing of the folder comes back."""
    run = new_run(n_epochs=1000)
    training = threading.Thread(target=execute, args=(str(run.folder),))
    training.start()
    wait_until(lambda: run.history().step > 10, "it trains")
    assert run.is_being_written
    run.delete("ann")
    training.join(60)
    assert not training.is_alive()
    assert list((home / "runs").iterdir()) == []
    assert run_table.read().runs.empty


def test_skimmed_curves_are_the_history(trained):
    told, curves = trained.history(), run_curves.read(trained.folder)
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "seconds"):
        assert curves.epochs[name].tolist() == [e[name] for e in told.epochs]
    assert curves.epochs["epochs"].tolist() == [1, 2, 3]
    steps = curves.batches["steps"].astype(int)
    assert steps.iloc[-1] == told.step
    first = 0
    for step, loss in zip(steps, curves.batches["batch_loss"], strict=True):  # few lines: all of them are there
        assert loss == pytest.approx(np.mean(told.losses[first:step]))
        first = step


def test_a_second_sitting_forgets_what_the_first_did_beyond_its_checkpoint(tmp_path):
    write_history(
        tmp_path,
        *(begin(), batches(1, 4.0, 3.0), batches(3, 2.0, 2.0), epoch(1, 1.0), batches(5, 9.0, 9.0)),
        *(epoch(2, 9.0, complete=False), '{"event": "ba\n', begin(epoch=1, step=4, seconds=1.0)),
        *(batches(5, 1.0, 1.0), batches(7, 1.0, 1.0), epoch(2, 0.5)),
    )
    curves, told = run_curves.read(tmp_path), history.read(tmp_path)
    assert curves.epochs["train_loss"].tolist() == [e["train_loss"] for e in told.epochs] == [1.0, 0.5]
    assert curves.batches["steps"].tolist() == [2, 4, 6, 8]
    assert curves.batches["batch_loss"].tolist() == [3.5, 2.0, 1.0, 1.0]


def test_a_long_curve_is_thinned_on_the_way(tmp_path):
    n = 5000
    write_history(tmp_path, begin(), *(batches(i + 1, 1 / (i + 1)) for i in range(n)), "torn")
    points = run_curves.read(tmp_path).points(x="steps", y="batch_loss")
    assert len(points) <= run_curves.MOST_POINTS
    assert points["steps"].iloc[[0, -1]].tolist() == [1, n]
    np.testing.assert_allclose(points["batch_loss"], 1 / points["steps"])


def test_curves_are_read_again_when_they_grow(tmp_path):
    write_history(tmp_path, begin(), epoch(1, 1.0))
    assert len(run_curves.read(tmp_path).epochs) == 1
    with (tmp_path / history.FILE_NAME).open("a") as file:
        file.write(json.dumps(epoch(2, float("nan"))) + "\n")
    curves = run_curves.read(tmp_path)
    assert len(curves.epochs) == 2
    assert len(curves.points(x="epochs", y="test_loss")) == 1  # what is no number has no point


@pytest.mark.parametrize("text", ["", "garbage\n", "[1]\n", '{"event": "epoch"}\n', '{"event": "batches"}\n', "\0\n"])
def test_no_history_breaks_the_curves(tmp_path, text):
    write_history(tmp_path, text)
    assert len(run_curves.read(tmp_path).epochs) == 0
    assert run_curves.together({"a": run_curves.read(tmp_path)}, x="epochs", y="test_loss").empty


def test_a_csv_runs_nothing_in_a_spreadsheet():
    table = pd.DataFrame({"name": ["=1+1", "@x", "-2", "fine"], "loss": [-1.5, 2, 3, 4]})
    lines = csv_safety.to_csv(table).splitlines()
    assert lines == ["name,loss", "'=1+1,-1.5", "'@x,2.0", "'-2,3.0", "fine,4.0"]


def test_the_telling_settings_are_those_that_differ(new_run):
    for rate in (0.01, 0.1, 1.0):
        new_run(optimizer=SGDSpec(learning_rate=rate), model=MLPSpec(H=8 if rate == 1 else 16))
    table = run_table.read().runs.assign(test_accuracy=[0.1, 0.5, 0.3], label=["#3", "#2", "#1"])
    assert parallel_chart.telling_settings(table) == ["optimizer.learning_rate", "model.H"]
    chart = parallel_chart.parallel(table, {"optimizer.learning_rate": "learning rate", "model.H": "H"}).to_dict()
    rows = [row for values in chart["datasets"].values() for row in values if row.get("run") == "#3"]
    assert {row["axis"]: row["height"] for row in rows} == {"learning rate": 1.0, "H": 0.0, "test accuracy": 0.0}
