"""core/runs/snapshots.py: a reading is what the run says of itself, and what has ended is not opened again."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from core import runs
from core.engine.worker import execute
from core.lab.files import write_json
from core.runs import experiments, snapshots
from core.runs.recorder import RunRecorder
from core.specs import MLPSpec, SGDSpec
from core.training.events import TrainingBegin

pytestmark = pytest.mark.usefixtures("home")
ROOT = Path(__file__).resolve().parents[3]
WILD = {"optimizer": SGDSpec(learning_rate=10, momentum=0), "model": MLPSpec(H=64), "batch_size": 4}
LONG = {"data": {"n_train": 500}, "batch_size": 4, "n_epochs": 1000}


@pytest.fixture
def train_beside():
    """Trains a run in a thread until it is stopped."""
    stops = []

    def start(run):
        thread = threading.Thread(target=execute, args=[str(run.folder)])
        thread.start()

        def stop():
            run.request_stop("ann")
            thread.join()

        stops.append(stop)
        return stop

    yield start
    for stop in stops:
        stop()


def told(run):
    """What a run says of itself, without the snapshots."""
    return run.spec, run.status, list(run.history().losses), run.history().epochs, run.result


def read(run):
    now = snapshots.read(run)
    return now.spec, now.status, list(now.history.losses), now.history.epochs, now.result


def test_a_poll_opens_two_files_of_what_trains_one_of_what_waits_none_of_what_has_ended(
    small, opened_files, train_beside, wait_until
):
    kinds = ["queued", "running", "resumed", "done", "stopped", "diverged", "failed", "interrupted", "deleted"]
    specs = {kind: small() for kind in kinds}
    specs |= {"running": small(**LONG), "stopped": small(**LONG), "diverged": small(**WILD)}
    specs["failed"] = small(data={"dataset": "own-gone"})
    members = [({"name": kind}, spec) for kind, spec in specs.items()]
    made = experiments.create("test", members, settings={}, page="optimizers", owner="ann")
    by_kind = dict(zip(kinds, made.runs, strict=True))
    for kind in ("done", "diverged", "failed"):
        execute(str(by_kind[kind].folder))
    for kind in ("stopped", "running"):
        stop = train_beside(by_kind[kind])
        wait_until(lambda kind=kind: by_kind[kind].history().step, f"{kind}: a batch is done")
        if kind == "stopped":
            stop()
    with RunRecorder(by_kind["resumed"]) as recorder:
        recorder.on_event(TrainingBegin(1, n_steps_per_epoch=7, epoch=0, step=0, seconds=0.0, n_threads=1))
    runs.adopt(by_kind["resumed"])  # it waits once more, with a history
    by_kind["interrupted"].write_status("interrupted")  # as the engine does where a cluster is gone
    by_kind["deleted"].delete("ann")

    now = made.read()
    assert {member.labels["name"]: member.status.name for member in now.members} == {
        kind: {"resumed": "queued"}.get(kind, kind) for kind in kinds if kind != "deleted"
    }
    assert [member.labels["name"] for member in now.finished] == ["done"]
    polled = opened_files(made.read)
    names = {run.id: kind for kind, run in by_kind.items()}
    assert sorted((names[run_id], file) for run_id, file in polled) == [
        ("queued", "status.json"),
        ("resumed", "history.jsonl"),
        ("resumed", "status.json"),
        ("running", "history.jsonl"),
        ("running", "status.json"),
    ]


def test_a_snapshot_is_what_the_run_says_of_itself_at_each_of_its_stations(new_run, opened_files):
    run = new_run()
    assert read(run) == told(run)
    with RunRecorder(run):
        assert snapshots.read(run).status.name == "running"
        assert read(run) == told(run)
    run = new_run()
    execute(str(run.folder))
    assert read(run) == told(run)
    now = snapshots.read(run)
    assert (now.counts, now.accuracy, now.share, now.note, now.is_over) == (
        True, run.result["test_accuracy"], 1.0, "", True,
    )  # fmt: skip
    assert opened_files(lambda: snapshots.read(run)) == []


def test_a_stopped_run_gets_its_result_later_and_does_not_count(new_run):
    run = new_run()
    with RunRecorder(run):
        run.write_status("stopped")
        now = snapshots.read(run)
        assert (now.result, now.is_over, now.status.is_finished) == (None, False, True)
        write_json(run.folder / "result.json", {"test_accuracy": 0.5})
        run.write_status("stopped")
    now = snapshots.read(run)
    assert now.result == {"test_accuracy": 0.5}
    assert (now.is_over, now.counts, now.accuracy, now.note) == (True, False, None, "stopped")


def test_an_interrupted_run_that_goes_on_is_read_again(small, monkeypatch):
    """Remembered as interrupted, then handed in once more and trained to its end."""
    code = (
        "import os, sys\nfrom core import runs\nfrom core.engine.worker import execute\n"
        "from core.specs import RunSpec\nfrom core.training import checkpoints\n"
        "run = runs.create(RunSpec.model_validate_json(sys.argv[1]), page='optimizers', owner='ann')\n"
        "save = checkpoints.save\n"
        "def killed(content, path):\n    save(content, path)\n    print(run.id, flush=True)\n    os._exit(9)\n"
        "checkpoints.save = killed\nexecute(str(run.folder))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, small().model_dump_json()], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    run = runs.open_run(done.stdout.strip())
    for _ in range(2):
        assert snapshots.read(run).status.name == "interrupted"
        assert read(run) == told(run)
    assert 0 < snapshots.read(run).share < 1
    runs.adopt(run)
    assert snapshots.read(run).status.name == "queued"
    assert snapshots.read(run).history.step == 7  # what it has learnt is still to be seen
    execute(str(run.folder))
    assert read(run) == told(run)
    assert (snapshots.read(run).status.name, snapshots.read(run).history.step) == ("done", 21)


def test_a_pulse_that_comes_back_brings_the_run_back(new_run):
    """A worker on another machine that slept: nothing but the pulse tells, and the status is not written anew."""
    run = new_run()
    elsewhere = {"host": "another machine", "pid": 1, "started": 1.0}
    write_json(run.folder / "status.json", {"status": "running", "sentence": "", "process": elsewhere})
    write_json(run.folder / "meta.json", run.meta | {"submitter": None})
    write_json(run.folder / "alive.json", elsewhere)
    os.utime(run.folder / "alive.json", (1e9, 1e9))
    assert snapshots.read(run).status.name == "interrupted"
    (run.folder / "alive.json").touch()
    assert snapshots.read(run).status.name == "running"


@pytest.mark.parametrize("file", ["status.json", "result.json"])
def test_what_can_not_be_read_for_a_moment_is_not_remembered(new_run, file):
    """As on Windows while a file is replaced, or an anti-virus holds it: its time of change stays the same."""
    run = new_run()
    execute(str(run.folder))
    path = run.folder / file
    whole, state = path.read_bytes(), path.stat()
    for content in (b" " * len(whole), whole):
        with path.open("rb+") as file:
            file.write(content)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert snapshots.read(run).counts == (content == whole)


def test_a_deleted_run_is_gone_at_once(new_run):
    ended, waiting = new_run(), new_run()
    execute(str(ended.folder))
    for run in (ended, waiting):
        snapshots.read(run)
        run.delete("ann")
        with pytest.raises(runs.RunNotFoundError, match="was deleted"):
            snapshots.read(run)


def test_probabilities_are_read_on_demand_and_once(new_run, opened_files):
    run = new_run()
    assert snapshots.read(run).probabilities() is None
    execute(str(run.folder))
    now = snapshots.read(run)
    first = opened_files(now.probabilities)
    assert {file for _, file in first} == {"probabilities.npy"}
    assert opened_files(lambda: snapshots.read(run).probabilities()) == []
    np.testing.assert_array_equal(now.probabilities(), run.probabilities())
    with pytest.raises(ValueError, match="read-only"):
        now.probabilities()[0] = 0


def test_the_share_of_a_run_that_the_clock_ends_is_by_the_clock(new_run):
    run = new_run(max_seconds=10.0)
    begin = {"event": "begin", "epoch": 0, "step": 0, "n_steps_per_epoch": 7, "n_parameters": 1, "seconds": 4.0}
    (run.folder / "history.jsonl").write_text(json.dumps(begin) + "\n")
    run.write_status("running")
    assert snapshots.read(run).share == pytest.approx(0.4)
