"""What of a plan was trained here: the very same settings, to the end, on this machine."""

import json
import math

import pytest

from core import runs
from core.crossval import fold_scores, members
from core.engine.worker import execute
from core.optimizers import race, sweep
from core.plans import figures, found
from core.plans.found import Store
from core.plans.plan import Needs
from core.runs import experiments
from core.specs import AdamSpec, MLPSpec, SGDSpec
from core.specs.folds import FoldSpec, LeakSpec


def train(needs, owner="ann"):
    """As a page does it, and at once."""
    if needs.kind:
        made = experiments.create(
            needs.kind, list(needs.members), settings=dict(needs.settings), page=needs.page, owner=owner
        )
        for run in made.runs:
            execute(str(run.folder))
        return made
    run = runs.create(needs.specs[0], page=needs.page, owner=owner)
    execute(str(run.folder))
    return run


def test_in_an_empty_store_nothing_is_found(home, single, raced):
    for needs in (single, raced):
        assert Store().find(needs) is None
        assert Store().run_of(needs) is None
        assert Store().experiment_of(needs) is None


def test_a_run_with_these_very_settings_is_found_with_its_history(home, single, small):
    run = train(single, owner="somebody")
    it = Store().find(single)
    assert it.now.members[0].run.id == run.id
    assert it.seconds == run.history().seconds
    assert figures.accuracy(it.now) == it.now.members[0].rate.in_full()
    assert figures.first_loss(it.now) == f"{run.history().losses[0]:.2f}"
    assert figures.last_loss(it.now) == f"{run.history().epochs[-1]['train_loss']:.2f}"
    assert Store().run_of(single).id == run.id
    for other in ({"random_state": 1}, {"n_epochs": 3}, {"data": {"n_test": 50}}):
        changed = Needs("other", "perceptron", [({}, small(**{"n_epochs": 2} | other))])
        assert Store().find(changed) is None


def test_of_several_the_newest_counts(home, single):
    train(single)
    newest = train(single)
    assert Store().run_of(single).id == newest.id
    newest.delete("ann")
    assert Store().run_of(single).id != newest.id


@pytest.mark.parametrize("status", ["stopped", "failed", "interrupted", "queued", "running"])
def test_what_has_not_come_to_its_end_does_not_count(home, single, status):
    train(single).write_status(status)
    assert Store().find(single) is None


def test_what_was_trained_on_another_machine_does_not_count(home, single):
    run = train(single)
    written = json.loads((run.folder / "status.json").read_text())
    (run.folder / "status.json").write_text(json.dumps(written | {"process": written["process"] | {"host": "other"}}))
    assert Store().find(single) is None


def test_weights_from_a_file_are_no_training(home, single):
    run = train(single)
    meta = json.loads((run.folder / "meta.json").read_text())
    (run.folder / "meta.json").write_text(json.dumps(meta | {"restored": "weights.pt"}))
    assert Store().find(single) is None


def test_a_run_that_diverged_has_ended_and_says_so(home, small):
    wild = small(model=MLPSpec(H=64), optimizer=SGDSpec(learning_rate=10, momentum=0), batch_size=4)
    needs = Needs("too large", "perceptron", [({}, wild)])
    run = train(needs)
    assert run.status.name == "diverged"
    assert figures.accuracy(Store().find(needs).now) == "diverged"


def test_an_experiment_is_found_whole_or_not_at_all(home, raced):
    made = train(raced)
    it = Store().find(raced)
    assert [member.labels for member in it.now.members] == [labels for labels, _ in raced.members]
    assert Store().experiment_of(raced).id == made.id
    told = figures.each_contestant(it.now)
    for name, member in zip(("SGD + momentum", "Adam"), made.read().members, strict=True):
        assert f"{name} {member.rate.in_full()}" in told
    made.runs[0].delete("ann")
    assert Store().find(raced) is None
    assert Store().experiment_of(raced) is None


def test_figures_of_a_race_are_read_of_the_runs_whoever_asked_for_them(home, raced):
    """A number needs the runs; a link to them together needs an experiment."""
    for spec in raced.specs:
        train(Needs("one", "perceptron", [({}, spec)]))
    assert Store().find(raced) is not None
    assert Store().experiment_of(raced) is None


def test_an_unreadable_run_is_none(home, single):
    run = train(single)
    (run.folder / "spec.json").write_text("{")
    found._KEYS.forget(str(run.folder))
    assert Store().find(single) is None


@pytest.fixture
def folds(small):
    spec = small(n_epochs=1)
    return FoldSpec(
        data=spec.data, model=spec.model, optimizer=AdamSpec(), n_epochs=1, batch_size=64, n_folds=3, n_threads=1
    )


def test_figures_of_folds_are_those_of_the_page(home, folds):
    needs = Needs("splits", "crossval", members.splits(folds, 2), members.SPLITS_KIND)
    made = train(needs)
    now = Store().find(needs).now
    scores = fold_scores.read(made.read())
    of_folds = [score.accuracy for score in scores if score.spec.split == "folds"]
    single = [score.accuracy for score in scores if score.spec.split == "random"]
    total = fold_scores.summary(of_folds, 3)
    assert len(of_folds) == 3
    assert figures.folds_mean(now) == f"{total.mean:.1%} (95 % interval {total.low:.1%} to {total.high:.1%})"
    assert figures.lowest_and_highest("random", now) == f"{min(single):.1%} to {max(single):.1%}"


def test_figures_of_a_leak_are_of_both_kinds_of_folds(home, folds):
    needs = Needs("leak", "crossval", members.leak(folds, LeakSpec()), members.LEAK_KIND)
    made = train(needs).read()
    means = []
    for has_leak in (False, True):
        each = [member.accuracy for member in made.members if (member.spec.leak is not None) == has_leak]
        means.append(sum(each) / len(each))
    told = figures.leak_gain(Store().find(needs).now)
    assert told == f"{means[0]:.1%} without copies, {means[1]:.1%} with copies"


def test_figures_of_sweeps_and_seeds(home, small):
    contestants = race.named([SGDSpec(), AdamSpec()])
    base = small(n_epochs=1)
    swept = Needs("sweep", "optimizers", sweep.members(base, contestants, [0.001, 0.01, 0.1]), sweep.KIND)
    best = sweep.best(sweep.points(train(swept).read()))
    told = figures.best_rates(Store().find(swept).now)
    assert all(f"{name} {rate:g}" in told for name, rate in best.items())
    seeds = Needs("seeds", "optimizers", race.members(base, contestants, [0, 1]), race.SEEDS_KIND)
    scores = race.scores(train(seeds).read())
    told = figures.range_of_seeds(Store().find(seeds).now)
    for name, of_one in scores.items():
        assert not any(math.isnan(score) for score in of_one.values())
        assert f"{name} {min(of_one.values()):.1%} to {max(of_one.values()):.1%}" in told
