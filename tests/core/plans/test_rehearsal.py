"""A rehearsal trains what is missing, keeps it, opens every page, stops, and goes on where it was cut short."""

from collections import Counter
from dataclasses import replace

import pytest

from core import runs
from core.lab.jobs import Jobs
from core.plans import figures
from core.plans.found import Store
from core.plans.plan import Needs
from core.plans.rehearsal import Rehearsal
from core.runs import experiments


@pytest.fixture
def rehearse(engine, wait_until):
    """Rehearses a plan in a job; returns the job and the titles of the pages that were opened."""
    jobs, begun = Jobs(), []

    def begin(plan_now, *, wrong=(), wait=True):
        opened = []

        def open_page(shown):
            opened.append(shown.title)
            return ["The page has no setting x."] if shown.title in wrong else []

        plan = plan_now if callable(plan_now) else lambda: plan_now
        it = Rehearsal(plan, engine, "ann", lambda shown: {"tab": shown.tab}, open_page)
        job = jobs.start("rehearsal", "ann", "The rehearsal", it.work)
        begun.append(job)
        if wait:
            wait_until(lambda: job.state != "running", "the rehearsal is over")
        return job, opened

    yield begin
    for job in begun:
        job.stop("ann")
        wait_until(lambda job=job: job.state != "running", "the rehearsal has ended")


def told(job):
    return [(line.step, line.what, line.state) for line in job.result.lines]


def test_what_is_missing_is_trained_and_kept_and_every_page_opened(rehearse, plan_of, single, raced):
    job, opened = rehearse(plan_of(single, raced))
    assert job.state == "done", job.error
    assert opened == ["Page 0", "Page 1", "A page"]
    assert told(job) == [
        (0, "a small run", "trained"), (0, "Page 0", "opens"), (1, "a small race", "trained"), (1, "Page 1", "opens"),
        (2, "A page", "opens"),
    ]  # fmt: skip
    assert all(line.seconds > 0 for line in job.result.lines if line.state == "trained")
    assert (job.done, job.total, job.result.now, job.result.wrong) == (3, 3, "", [])
    run, made = Store().run_of(single), Store().experiment_of(raced)
    assert run.meta["kept"]
    assert run.meta["name"] == "Plan: a small run"
    assert run.meta["address"] == made.address == {"tab": "Learn"}
    assert all(member.meta["kept"] for member in made.runs)
    # The number to expect is that of the run
    result = runs.open_run(run.id).result
    assert figures.accuracy(Store().find(single).now).startswith(f"{round(result['test_accuracy'] * 100)} of 100")


def test_what_is_there_is_not_trained_again(rehearse, plan_of, single, raced):
    rehearse(plan_of(single, raced))
    before = {run.id for run in runs.all_runs()}
    job, _ = rehearse(plan_of(single, raced))
    assert Counter(line.state for line in job.result.lines) == {"there": 2, "opens": 3}
    assert {run.id for run in runs.all_runs()} == before


def test_what_two_steps_need_is_trained_once(rehearse, plan_of, single):
    job, opened = rehearse(plan_of(single, single))
    assert opened == ["Page 0", "Page 1", "A page"]
    assert [line.what for line in job.result.lines].count("a small run") == 1
    assert len(runs.all_runs()) == 1


def test_a_page_that_does_not_stand_as_meant_is_told_and_the_others_go_on(rehearse, plan_of, single):
    job, opened = rehearse(plan_of(single), wrong=("Page 0",))
    assert job.state == "done"
    assert [(line.what, line.told) for line in job.result.wrong] == [("Page 0", "The page has no setting x.")]
    assert opened == ["Page 0", "A page"]


def test_what_fails_is_told_and_the_others_go_on(rehearse, plan_of, single, small):
    lost = Needs("a lost set", "perceptron", [({}, small(data={"dataset": "gone"}))])
    job, opened = rehearse(plan_of(lost, single))
    assert job.state == "done"
    (line,) = job.result.wrong
    assert line.what == "a lost set"
    assert "gone" in line.told
    assert Store().find(single) is not None
    assert len(opened) == 3


def test_stop_stops_what_trains_and_keeps_what_has_ended(rehearse, plan_of, single, raced, small, wait_until):
    endless = Needs("an endless run", "perceptron", [({}, small(n_epochs=1_000, data={"n_train": 5_000}))])
    job, opened = rehearse(plan_of(single, endless, raced), wait=False)
    wait_until(lambda: any(run.spec.n_epochs == 1_000 and run.history().step for run in runs.all_runs()), "it trains")
    job.stop("ann")
    wait_until(lambda: job.state != "running", "it has stopped")
    assert job.state == "stopped"
    assert "kept" in job.error
    assert opened == ["Page 0"]
    (stopped,) = [run for run in runs.all_runs() if run.spec.n_epochs == 1_000]
    wait_until(lambda: stopped.status.is_finished, "the run has stopped")
    assert stopped.status.name == "stopped"
    assert Store().find(single) is not None
    assert Store().experiment_of(raced) is None
    assert told(job) == [(0, "a small run", "trained"), (0, "Page 0", "opens")]


def test_an_interrupted_run_goes_on(rehearse, plan_of, single):
    cut = runs.create(single.specs[0], page="perceptron", owner="ann")
    cut.write_status("interrupted")
    job, _ = rehearse(plan_of(single))
    assert told(job)[0] == (0, "a small run", "trained")
    assert [run.id for run in runs.all_runs()] == [cut.id]
    assert cut.status.name == "done"


def test_of_an_experiment_that_was_cut_short_the_missing_runs_are_trained(rehearse, plan_of, raced):
    rehearse(plan_of(raced))
    made = Store().experiment_of(raced)
    first, second = made.runs
    second.write_status("interrupted")
    before = first.history().seconds
    job, _ = rehearse(plan_of(raced))
    assert told(job)[0] == (0, "a small race", "trained")
    assert Store().experiment_of(raced).id == made.id
    assert first.history().seconds == before
    assert len(runs.all_runs()) == 2


def test_another_persons_interrupted_run_is_left_alone(rehearse, plan_of, single):
    theirs = runs.create(single.specs[0], page="perceptron", owner="ben")
    theirs.write_status("interrupted")
    rehearse(plan_of(single))
    assert theirs.status.name == "interrupted"
    assert len(runs.all_runs()) == 2


def test_what_waits_for_other_things_is_made_once_they_are_there(rehearse, plan_of, single, raced):
    """As the strategies of Question 5 begin with weights that an earlier step trains."""
    waiting = replace(raced, members=[], waits_for="the weights")

    def plan_now():
        return plan_of(single, waiting if Store().find(single) is None else raced)

    job, _ = rehearse(plan_now)
    assert [line.state for line in job.result.lines] == ["trained", "opens", "trained", "opens", "opens"]
    assert Store().experiment_of(raced) is not None


def test_what_never_comes_is_told(rehearse, plan_of, raced):
    job, _ = rehearse(plan_of(replace(raced, members=[], waits_for="the weights")))
    (line,) = job.result.wrong
    assert line.told == "It was not trained: the weights are not there."
    assert runs.all_runs() == []


def test_a_run_that_was_deleted_meanwhile_is_told(rehearse, plan_of, small, wait_until):
    endless = Needs("an endless run", "perceptron", [({}, small(n_epochs=1_000, data={"n_train": 5_000}))])
    job, opened = rehearse(plan_of(endless), wait=False)
    wait_until(lambda: any(run.history().step for run in runs.all_runs()), "it trains")
    (run,) = runs.all_runs()
    run.delete("ann")
    wait_until(lambda: job.state != "running", "the rehearsal is over")
    assert "took its place" in job.result.wrong[0].told
    assert opened == ["Page 0", "A page"]
    assert experiments.latest("race", "ann", page="optimizers") is None
