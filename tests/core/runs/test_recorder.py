"""core/recorder.py: what a run leaves in its folder, while it goes, at its end, and where it can't be written."""

import json
import shutil

import numpy as np
import pytest
import torch

from core.engine.worker import execute
from core.lab.files import read_json
from core.lab.processes import is_alive
from core.runs.recorder import RunFolderGoneError, RunRecorder
from core.training import checkpoints
from core.training.events import BatchEnd, EpochEnd, TrainingBegin
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")


def record(run, each=lambda event: None):
    """Train and record a run as a worker does; ``each`` gets every event after the recorder."""
    with RunRecorder(run) as recorder:

        def on_event(event):
            recorder.on_event(event)
            each(event)

        result = train(run.spec, on_event, recorder.should_stop)
        recorder.finish(result)
    return result


def test_a_run_leaves_its_losses_weights_and_judgement(new_run):
    run, heard = new_run(), []
    result = record(run, heard.append)
    history = run.history()
    assert history.losses == [event.loss for event in heard if isinstance(event, BatchEnd)]
    epochs = [event for event in heard if isinstance(event, EpochEnd)]
    assert [e["test_accuracy"] for e in history.epochs] == [e.test_accuracy for e in epochs]
    assert [e["train_loss"] for e in history.epochs] == [e.train_loss for e in epochs]
    assert (history.n_parameters, history.n_steps_per_epoch) == (run.spec.model.n_parameters(10), 7)
    assert history.end["status"] == "done"
    assert run.status.name == "done"
    assert run.result == {
        name: getattr(result, name)
        for name in ("status", "epoch", "step", "seconds", "test_loss", "test_accuracy", "n_judged")
    }
    assert np.array_equal(run.probabilities(), result.probabilities)
    weights = checkpoints.load(run.folder / "model.pt")
    assert all(torch.equal(weights[name], value) for name, value in result.model.state_dict().items())
    assert checkpoints.load(run.folder / "checkpoint.pt")["epoch"] == 3
    assert {path.name for path in run.folder.iterdir()} == {
        "spec.json", "meta.json", "status.json", "history.jsonl", "checkpoint.pt", "model.pt", "probabilities.npy",
        "result.json",
    }  # fmt: skip


def test_while_it_trains_others_see_it_live(new_run):
    run, seen = new_run(), []

    def look(event):
        if isinstance(event, TrainingBegin):
            seen.append(
                (run.status.name, run.is_being_written, is_alive(read_json(run.folder / "alive.json")))
            )
        if isinstance(event, BatchEnd) and event.step == 1:
            assert run.history().losses == [event.loss]  # the first loss at once
        if isinstance(event, EpochEnd):
            # each whole epoch: in the history, and safe to go on from
            assert len(run.history().epochs) == event.epoch
            assert checkpoints.load(run.folder / "checkpoint.pt")["epoch"] == event.epoch
        assert run.result is None
        assert run.status.name == "running"

    record(run, look)
    assert seen == [("running", True, True)]
    assert not run.is_being_written


def test_the_epoch_is_told_before_its_checkpoint(new_run, monkeypatch):
    """Killed in between, a run does the epoch again; the other way round its figures would be lost."""
    run, told = new_run(), []
    save = checkpoints.save

    def watched(content, path):
        if path.name == "checkpoint.pt":
            told.append((content["epoch"], [e["epoch"] for e in run.history().epochs]))
        save(content, path)

    monkeypatch.setattr(checkpoints, "save", watched)
    record(run)
    assert told == [(1, [1]), (2, [1, 2]), (3, [1, 2, 3])]


def test_the_status_says_done_only_when_everything_is_there(new_run, monkeypatch):
    run, seen = new_run(), []
    write_status = type(run).write_status

    def watched(self, name, sentence=""):
        if name == "done":
            seen.append(
                (self.result["status"], self.probabilities().shape, (self.folder / "model.pt").exists())
            )
        write_status(self, name, sentence)

    monkeypatch.setattr(type(run), "write_status", watched)
    record(run)
    assert seen == [("done", (100, 10), True)]


def test_stop_is_heard_and_the_network_kept(new_run):
    run = new_run(n_epochs=1000)

    def press(event):
        if isinstance(event, BatchEnd) and event.step == 10:
            run.request_stop("ann")

    result = record(run, press)
    assert result.status == run.status.name == run.history().end["status"] == "stopped"
    assert run.history().step == result.step >= 10
    assert run.probabilities().shape == (100, 10)


def test_a_run_that_is_deleted_while_it_trains_ends_quietly(new_run):
    run = new_run(n_epochs=1000)

    def delete(event):
        if isinstance(event, BatchEnd) and event.step == 10:
            run.delete("ann")

    with pytest.raises(RunFolderGoneError):
        record(run, delete)
    assert not run.folder.exists()  # and nobody has made it anew


@pytest.mark.parametrize("when", [BatchEnd, EpochEnd])
def test_a_worker_does_not_mind_that_its_run_is_deleted(new_run, monkeypatch, when):
    run = new_run(n_epochs=1000)
    on_event = RunRecorder.on_event

    def deleting(self, event):
        if isinstance(event, when) and run.folder.exists():
            shutil.rmtree(run.folder)
        on_event(self, event)

    monkeypatch.setattr(RunRecorder, "on_event", deleting)
    assert execute(str(run.folder)) == "gone"
    assert not run.folder.exists()


def test_a_torn_line_is_ended_before_the_next(new_run):
    run = new_run()
    (run.folder / "history.jsonl").write_bytes(b'{"event": "begin", "epo')
    record(run)
    lines = (run.folder / "history.jsonl").read_text().splitlines()
    assert json.loads(lines[1])["event"] == "begin"
    assert run.history().step == 21


FULL = r"^The disk is full: .* has no room for this run\. Free some space and train again\.$"


@pytest.mark.parametrize(
    "file", ["history.jsonl", "checkpoint.pt.partial", "model.pt.partial", "probabilities.partial.npy"]
)
def test_a_full_disk_is_one_clear_sentence(new_run, file):
    """Whichever file it is that finds the disk full; here that one lies on /dev/full."""
    run = new_run()
    (run.folder / file).symlink_to("/dev/full")
    with pytest.raises(ValueError, match=FULL):
        execute(str(run.folder))
    assert run.status.name == "failed"
    assert run.status.sentence.startswith("The disk is full: ")
    assert not run.is_being_written
    assert run.result is None
    assert not (run.folder / "alive.json").exists()


def test_a_history_that_may_not_be_written_is_one_clear_sentence(new_run):
    run = new_run()
    (run.folder / "history.jsonl").mkdir()
    with pytest.raises(ValueError, match=r"^The run could not be written to .*: Is a directory\.$"):
        execute(str(run.folder))
    assert run.status.name == "failed"


def test_a_failure_is_written_down(new_run):
    run = new_run()
    with RunRecorder(run) as recorder:
        recorder.fail("The pictures are gone.")
    assert (run.status.name, run.status.sentence) == ("failed", "The pictures are gone.")


def test_a_run_that_is_gone_is_not_begun(new_run):
    run = new_run()
    run.delete("ann")
    with pytest.raises(RunFolderGoneError), RunRecorder(run):
        pass
