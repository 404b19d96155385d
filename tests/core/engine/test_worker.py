"""core/worker.py: a run folder is brought to its end, by however many processes it takes."""

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import runs
from core.crossval.fold import train_fold
from core.datasets import DatasetError
from core.engine.worker import execute
from core.lab.errors import ChalknetError
from core.runs.recorder import RunRecorder
from core.specs import CNNSpec, DataSpec, FoldSpec, MLPSpec, SGDSpec
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def start_worker():
    """Starts a process that executes a run folder; it is ended with the test."""
    started = []

    def start(run):
        code = "import sys; from core.engine.worker import execute; execute(sys.argv[1])"
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(run.folder)], cwd=ROOT, stderr=subprocess.DEVNULL
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_run_is_trained_to_its_end(new_run):
    run = new_run()
    assert execute(str(run.folder)) == "done"
    assert run.status.name == "done"
    assert run.history().step == 21
    assert run.result["test_accuracy"] == train(run.spec).test_accuracy


def test_a_folder_that_holds_what_its_kind_ignores_still_opens_and_trains():
    """An earlier version let a fold have a schedule and bfloat16, and used neither."""
    spec = FoldSpec(data=DataSpec(n_train=100, n_test=50), n_folds=4, n_epochs=2, n_threads=1)
    run = runs.create(spec, page="crossval", owner="ann")
    before = json.loads(spec.model_dump_json()) | {"precision": "bfloat16", "schedule": {"kind": "cosine"}}
    (run.folder / "spec.json").write_text(json.dumps(before))
    assert (run.spec, [r.id for r in runs.all_runs()]) == (spec, [run.id])
    assert execute(str(run.folder)) == "done"
    assert run.result["test_loss"] == train_fold(spec).test_loss


def test_what_is_over_is_not_done_again(new_run):
    run = new_run()
    execute(str(run.folder))
    before = {path: path.stat().st_mtime_ns for path in run.folder.iterdir()}
    assert execute(str(run.folder)) == "done"
    assert {path: path.stat().st_mtime_ns for path in run.folder.iterdir()} == before


def test_a_killed_worker_costs_nothing(new_run, start_worker, wait_until):
    """kill -9 in mid-run: the next one goes on, each batch and epoch is there once, and the losses are the same."""
    settings = {"data": {"n_train": 500}, "batch_size": 4, "n_epochs": 20}
    run, whole = new_run(**settings), new_run(**settings)
    for n_epochs in (3, 6):
        worker = start_worker(run)

        def enough(n=n_epochs, worker=worker):
            return len(run.history().epochs) >= n or worker.poll() is not None

        wait_until(enough, f"{n_epochs} epochs")
        worker.kill()
        worker.wait()
        assert run.result is None
        assert not run.is_being_written
    assert execute(str(run.folder)) == "done"
    history = run.history()
    assert history.n_sittings == 3
    assert [e["epoch"] for e in history.epochs] == list(range(1, 21))
    execute(str(whole.folder))
    assert history.losses == whole.history().losses
    assert np.array_equal(run.probabilities(), whole.probabilities())
    assert run.result["step"] == whole.result["step"] == 20 * 125


def test_killed_between_the_last_epoch_and_the_result(new_run):
    run, whole = new_run(), new_run()
    execute(str(whole.folder))
    with RunRecorder(run) as recorder:
        train(run.spec, recorder.on_event)  # and then, before finish(), it is killed
    assert run.status.name == "running"
    assert execute(str(run.folder)) == "done"
    assert [e["epoch"] for e in run.history().epochs] == [1, 2, 3]
    assert run.history().end["status"] == "done"
    assert np.array_equal(run.probabilities(), whole.probabilities())


def test_stopped_before_it_began(new_run):
    run = new_run()
    run.request_stop("ann")
    assert execute(str(run.folder)) == "stopped"
    assert (run.status.name, run.status.sentence) == ("stopped", "Stopped before it began.")
    assert run.history().step == 0


def test_stopped_while_its_worker_was_dead_keeps_what_it_had_learnt(new_run):
    run = new_run(n_epochs=1000)

    def die_after_two_epochs(recorder):
        def on_event(event):
            recorder.on_event(event)
            if run.history().epochs[1:]:
                raise KeyboardInterrupt

        return on_event

    with pytest.raises(KeyboardInterrupt), RunRecorder(run) as recorder:
        train(run.spec, die_after_two_epochs(recorder))
    run.request_stop("ann")
    assert execute(str(run.folder)) == "stopped"
    assert run.history().step == 15  # the checkpoint, and the batch after which it looks
    assert run.probabilities().shape == (100, 10)
    assert run.status.sentence == "Stopped by hand; the network stays as it was."


def test_divergence_is_explained_and_the_learning_rate_blamed(new_run):
    run = new_run(model=MLPSpec(H=64), optimizer=SGDSpec(learning_rate=10, momentum=0), batch_size=4)
    assert execute(str(run.folder)) == "diverged"
    assert run.status.name == "diverged"
    assert run.status.sentence.startswith("Diverged: the loss is no longer a number. The learning rate 10 ")
    assert run.status.sentence.endswith("Try 0.01, which SGD is most often used with.")
    assert run.result["status"] == "diverged"
    assert math.isnan(run.result["test_accuracy"])


def test_pictures_that_are_not_there_fail_in_a_sentence(new_run):
    run = new_run(data={"dataset": "moon"})
    assert execute(str(run.folder)) == "failed"
    with pytest.raises(DatasetError) as error:
        train(run.spec)
    assert (run.status.name, run.status.sentence) == ("failed", str(error.value))


def test_a_folder_that_was_deleted_is_gone(new_run):
    run = new_run()
    run.delete("ann")
    assert execute(str(run.folder)) == "gone"


def test_a_worker_that_does_not_see_the_store_says_what_to_do(new_run):
    run = new_run()
    shutil.rmtree(run.folder.parent)
    with pytest.raises(ChalknetError, match=r"does not see the folder .* CHALKNET_HOME"):
        execute(str(run.folder))


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_damaged_checkpoint_is_a_failure_and_no_riddle(new_run, content):
    run = new_run()
    (run.folder / "checkpoint.pt").write_bytes(content)
    with pytest.raises(ChalknetError, match=r"^Training failed: "):
        execute(str(run.folder))
    assert run.status.name == "failed"
    assert not run.is_being_written


def test_a_spec_that_somebody_broke_is_a_failure_with_its_sentence(new_run):
    run = new_run()
    (run.folder / "spec.json").write_text('{"n_epochs": 0}')
    with pytest.raises(ChalknetError, match="n_epochs is 0; allowed is a whole number from 1 to 1000"):
        execute(str(run.folder))
    assert run.status.name == "failed"
    assert "n_epochs is 0;" in run.status.sentence


def test_too_little_memory_is_said_as_it_is(new_run, monkeypatch):
    run = new_run(model=CNNSpec())

    def no_memory(*args, **options):
        raise MemoryError

    monkeypatch.setattr("core.training.training.train", no_memory)
    with pytest.raises(ChalknetError, match="has not enough memory for this run"):
        execute(str(run.folder))
    assert "has not enough memory" in run.status.sentence


def test_a_warm_worker_has_torch(home):
    code = "import sys; from core.engine.worker import warm_up; before = 'torch' in sys.modules; warm_up(); "
    code += "print(before, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
