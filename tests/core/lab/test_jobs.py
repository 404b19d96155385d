"""core/jobs.py: work in the background, one of a kind a person, stopped only by whoever began it."""

import threading

import pytest

from core.lab.errors import ChalknetError
from core.lab.jobs import MOST_OVER, JobError, Jobs


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


def waits(gate):
    def work(job):
        job.progress(1, 4)
        while not job.should_stop():
            if gate.wait(0.01):
                return "result"
        raise ChalknetError("It was stopped.")

    return work


def finish(job):
    job.thread.join(30)
    assert not job.thread.is_alive()
    return job


def test_a_job_brings_its_result(gate):
    jobs = Jobs()
    job = jobs.start("import", "ann", "Importing", waits(gate))
    assert job.state == "running"
    gate.set()
    assert (finish(job).state, job.result, job.share) == ("done", "result", 0.25)
    assert jobs.of("import", "ann") is job
    jobs.forget(job)
    assert jobs.of("import", "ann") is None


def test_one_of_a_kind_a_person(gate):
    jobs = Jobs()
    jobs.start("import", "ann", "Importing", waits(gate))
    with pytest.raises(JobError, match="Importing is still under way"):
        jobs.start("import", "ann", "Importing", waits(gate))
    jobs.start("import", "bob", "Importing", waits(gate))
    jobs.start("search", "ann", "Searching", waits(gate))


def test_results_that_nobody_comes_back_for_are_let_go_and_running_jobs_are_not(gate):
    jobs, names = Jobs(), [f"person {i}" for i in range(MOST_OVER + 5)]
    first = jobs.start("search", "ann", "Searching", waits(gate))
    finish(jobs.start("import", "ann", "Importing", lambda job: "old"))
    for name in names:
        finish(jobs.start("import", name, "Importing", lambda job: "result"))
    finish(jobs.start("import", names[-MOST_OVER], "Importing", lambda job: "again"))  # now one of the newest
    finish(jobs.start("import", "bob", "Importing", lambda job: "new"))
    kept = [name for name in ["ann", *names, "bob"] if jobs.of("import", name)]
    assert kept == [*names[-MOST_OVER:], "bob"]  # Bob's ran when the others were let go
    assert jobs.of("import", names[-MOST_OVER]).result == "again"
    assert jobs.of("search", "ann") is first
    assert jobs.running("search") is first


def test_one_download_for_the_whole_lab(gate):
    jobs = Jobs()
    job = jobs.start("cifar10", "ann", "Downloading", waits(gate), alone=True)
    with pytest.raises(JobError, match="still under way"):
        jobs.start("cifar10", "bob", "Downloading", waits(gate), alone=True)
    assert jobs.running("cifar10") is job
    jobs.forget(job)  # not while it runs
    assert jobs.running("cifar10") is job


def test_only_whoever_began_it_stops_it(gate):
    job = Jobs().start("import", "ann", "Importing", waits(gate))
    with pytest.raises(JobError, match="Somebody else"):
        job.stop("bob")
    assert not job.stop_requested
    job.stop("ann")
    assert (finish(job).state, job.error) == ("stopped", "It was stopped.")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ChalknetError("The disk is full."), "The disk is full."),
        (MemoryError(), "The memory of this machine is full."),
        (ZeroDivisionError("x"), "Importing failed: ZeroDivisionError: x"),
    ],
)
def test_a_failure_is_a_sentence(error, said):
    def work(job):
        raise error

    job = finish(Jobs().start("import", "ann", "Importing", work))
    assert job.state == "failed"
    assert job.error.startswith(said)
