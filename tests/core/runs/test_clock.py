"""The run store when the clock of the machine is set, or another machine's goes wrong."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.engine.worker import execute
from core.lab.files import write_json
from core.lab.processes import is_alive, this_process
from core.runs import store
from core.training.events import EpochEnd

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def set_clock(monkeypatch):
    """Moves this process's clock, and with it the moment at which processes seem to have begun, as on Linux."""
    true_time, true_start = time.time, psutil.Process.create_time

    def move(seconds):
        monkeypatch.setattr(time, "time", lambda: true_time() + seconds)
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: true_start(self) + seconds)

    return move


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep the moment of a start as it was")
def test_a_process_lives_although_the_clock_was_set(set_clock):
    other = subprocess.Popen(
        [sys.executable, "-c", "import json, sys\nfrom core.lab.processes import this_process\n"
         "print(json.dumps(this_process()), flush=True)\nsys.stdin.read()"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with other:
        told = json.loads(other.stdout.readline())
        for seconds in (0, 3600, -86_400):
            set_clock(seconds)
            assert is_alive(told), seconds
            assert not is_alive(told | {"since_boot": "another boot 1"}), seconds
    assert not is_alive(told)
    assert is_alive({k: v for k, v in this_process().items() if k != "since_boot"})  # as written by an earlier lab


def test_a_run_trains_on_and_is_not_taken_for_interrupted(home, new_run, set_clock):
    run, seen, jumps = new_run(n_epochs=4), [], iter((3600, -86_400, 0, 86_400))

    def jump(event):
        if isinstance(event, EpochEnd):
            set_clock(next(jumps))
            seen.append((run.status.name, run.is_being_written))

    assert execute(str(run.folder), jump) == "done"
    assert seen == [("running", True)] * 4
    history = run.history()
    assert [event["epoch"] for event in history.epochs] == [1, 2, 3, 4]
    seconds = [event["seconds"] for event in history.epochs]
    assert 0 < seconds[0] < seconds[1] < seconds[2] < seconds[3] < 3600
    assert all(event["images_per_second"] > 0 for event in history.epochs)


def test_a_pulse_from_the_future_is_one_until_it_has_stood_still(home, new_run, monkeypatch):
    """A worker on another machine, whose clock is an hour ahead, wrote and died."""
    run = new_run()
    elsewhere = {"host": "elsewhere", "pid": 1, "started": 1.0}
    write_json(run.folder / "meta.json", run.meta | {"submitter": None})
    write_json(run.folder / "status.json", {"status": "running", "process": elsewhere})
    write_json(run.folder / "alive.json", elsewhere)
    later, now = time.time() + 3600, time.monotonic()
    os.utime(run.folder / "alive.json", (later, later))
    assert run.status.name == "running"
    monkeypatch.setattr(store.time, "monotonic", lambda: now + 15)
    os.utime(run.folder / "alive.json", (later + 5, later + 5))  # it beats
    assert run.status.name == "running"
    monkeypatch.setattr(store.time, "monotonic", lambda: now + 30)
    assert run.status.name == "running"
    monkeypatch.setattr(store.time, "monotonic", lambda: now + 36)
    assert run.status.name == "interrupted"


def test_runs_of_the_future_are_listed_and_shown(home, new_run):
    """The clock was set back since."""
    run, newer = new_run(), new_run()
    write_json(run.folder / "meta.json", run.meta | {"created": time.time() + 10 * 365 * 86_400})
    assert [found.id for found in store.all_runs()] == [run.id, newer.id]
    assert execute(str(run.folder)) == "done"
    assert run.status.name == "done"
