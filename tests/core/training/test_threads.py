"""Threads of each epoch: decided where the spec leaves them open, recorded, and trained again bit for bit."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core import receipts
from core.engine.worker import execute
from core.lab.load import Watch
from core.receipts.sections import as_script, files_of
from core.specs import CNNSpec, MLPSpec, RunSpec
from core.specs.folds import FoldSpec
from core.training import threads
from core.training.events import BatchEnd, EpochEnd
from core.training.training import train

ROOT = Path(__file__).resolve().parents[3]
CNN = {"model": CNNSpec(channels1=4, channels2=4), "n_threads": None, "n_epochs": 4}


@pytest.fixture(autouse=True)
def threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def free(monkeypatch):
    """The cores that are free, epoch by epoch, whatever the machine is and does."""

    def are(*numbers):
        left = list(numbers)
        monkeypatch.setattr(threads, "free_cores", lambda: left.pop(0))
        monkeypatch.setattr(threads, "most_threads", lambda: 2)

    return are


def heard(spec):
    losses, used = [], []

    def on_event(event):
        if isinstance(event, BatchEnd):
            losses.append(event.loss)
        if isinstance(event, EpochEnd):
            used.append(event.n_threads)

    train(spec, on_event)
    return losses, used


def test_who_decides():
    assert RunSpec().threads_at(0) == 1  # the MLP gains nothing by more
    assert RunSpec(model=CNNSpec()).threads_at(0) is None
    assert RunSpec(model=CNNSpec(), n_threads=3).threads_at(9) == 3
    assert FoldSpec().threads_at(0) == 1
    replayed = RunSpec(model=CNNSpec(), threads_of_epochs=(2, 1))
    assert [replayed.threads_at(epoch) for epoch in range(3)] == [2, 1, None]


def test_each_epoch_is_decided_anew_and_never_more_than_pays(small, free):
    free(1, 2, 7, 1)
    assert heard(small(**CNN))[1] == [1, 2, 2, 1]


def test_what_is_recorded_is_trained_again_bit_for_bit(new_run, free, home):
    free(1, 2, 1, 2)
    run = new_run(**CNN)
    assert execute(str(run.folder)) == "done"
    assert [e["n_threads"] for e in run.history().epochs] == [1, 2, 1, 2]
    again = receipts.as_trained(run)
    assert again.threads_of_epochs == (1, 2, 1, 2)
    assert heard(again) == (list(run.history().losses), [1, 2, 1, 2])


def test_its_script_gives_its_losses(new_run, free, home, tmp_path):
    free(1, 2, 1, 2)
    run = new_run(**CNN)
    assert execute(str(run.folder)) == "done"
    parts = receipts.sections(receipts.as_trained(run))
    code = f"{as_script(parts)}\nprint('losses', loss_list)\n"
    assert "n_threads = [1, 2, 1, 2]  # of each epoch" in code
    for file in files_of(parts):
        (tmp_path / file.name).write_bytes(file.content())
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    told = done.stdout.strip().splitlines()[-1].removeprefix("losses ")
    assert told == str(list(run.history().losses))


def test_a_run_whose_spec_says_it_needs_no_record(new_run, home):
    run = new_run(model=MLPSpec(H=16))
    assert execute(str(run.folder)) == "done"
    assert receipts.as_trained(run) == run.spec


def test_the_load_of_others_is_seen_and_ones_own_is_not(wait_until):
    watch = Watch()
    watch.begin()
    spinning = "import sys\nsys.stdout.write('x'); sys.stdout.flush()\nwhile True: pass\n"
    busy = [subprocess.Popen([sys.executable, "-c", spinning], stdout=subprocess.PIPE) for _ in range(2)]
    try:
        for process in busy:
            process.stdout.read(1)
        wait_until(lambda: watch.others() > 0.5, "two busy processes are seen")
    finally:
        for process in busy:
            process.kill()
            process.wait()
            process.stdout.close()
