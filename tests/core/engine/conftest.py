"""What the tests of the engine share: one local cluster for a file, and its processes as the system sees them."""

import subprocess
import sys

import psutil
import pytest

from core.engine import Engine
from core.lab.teacher import Teacher

TEACHERS_KEY = "correct horse battery"

# What another user of this machine would do, in a process of its own: run a function as the lab's owner
BREAK_IN = """
import os, sys
from distributed import Client
Client(sys.argv[1], timeout=5).run_on_scheduler(os.mkdir, sys.argv[2])
"""


@pytest.fixture
def break_in(tmp_path):
    """Tries to run code on a scheduler by a plain client in another process: whether it ran, and what was said."""

    def attempt(address):
        canary = tmp_path / "canary"
        tried = subprocess.run(
            [sys.executable, "-c", BREAK_IN, address, str(canary)], cwd=tmp_path, capture_output=True, text=True
        )
        assert canary.exists() == (tried.returncode == 0)
        return canary.exists(), tried.stderr

    return attempt


@pytest.fixture(scope="module")
def engine(module_home, calibrated, wait_until):
    """One local cluster for the module, with one worker."""
    calibrated(module_home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.engine.engine.default_n_workers", lambda: 1)
        engine = Engine("local", Teacher(TEACHERS_KEY))
        wait_until(lambda: engine.info().is_warm, "the engine is warm")
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def teacher(engine):
    """The key of a person who has shown the teacher's key to the engine."""
    engine.teacher.admit(TEACHERS_KEY, "the teacher")
    return "the teacher"


@pytest.fixture
def submit(engine, new_run):
    """Makes a run and hands it in; what still goes on at the end of the test is stopped."""
    made = []

    def call(owner="ann", **changes):
        run = new_run(owner=owner, **changes)
        made.append((run, owner))
        engine.submit(run, owner)
        return run

    yield call
    for run, owner in made:
        if run.folder.exists() and not run.status.is_finished:
            engine.stop(run, owner)


@pytest.fixture
def ends(wait_until):
    """Waits until a run is over and nobody writes to it any more; returns its status."""

    def wait(run):
        wait_until(lambda: run.status.is_finished and not run.is_being_written, f"{run.status} ends")
        return run.status.name

    return wait


@pytest.fixture
def trains(wait_until):
    """Waits until a run has had so many epochs or batches."""

    def wait(run, n_epochs=0):
        wait_until(lambda: len(run.history().epochs) >= n_epochs and run.history().step, f"{run.id} trains")

    return wait


@pytest.fixture(scope="session")
def clusters():
    """The processes of the engines that this process has started."""
    return lambda: [child for child in psutil.Process().children() if child.cmdline()[1:3] == ["-m", "core.engine"]]


@pytest.fixture
def worker(engine, clusters):
    """The process that trains: it has the engine's nanny as its parent."""

    def find():
        (cluster,) = clusters()
        return max(cluster.children(recursive=True), key=lambda process: process.memory_info().rss)

    return find


@pytest.fixture(scope="session")
def family():
    """A process and all that it has started."""
    return lambda process: [process, *process.children(recursive=True)]
