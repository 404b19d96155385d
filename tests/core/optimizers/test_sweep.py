"""core/sweep.py: the grid, the best rate, and the edge beyond which a rate wrecks the run."""

import math

import numpy as np
import pytest

from core.engine.worker import execute
from core.optimizers import race, sweep
from core.optimizers.sweep import Point, SweepError, best, edges, grid, members, points
from core.runs import experiments
from core.specs import AdamSpec, SGDSpec
from core.specs.optimizers import RECORDS, AdadeltaSpec

pytestmark = pytest.mark.usefixtures("home")


def test_the_grid_is_even_on_a_log_scale():
    assert grid(0.001, 0.1) == [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
    with pytest.raises(SweepError, match=r"From 0\.001 to 0\.002 there are 2 learning rates"):
        grid(0.001, 0.002)


def test_a_sweep_goes_a_decade_beyond_each_ones_usual_rate():
    assert sweep.usual_highest(race.named([SGDSpec(), AdamSpec()])) == 1.0
    for record in RECORDS:
        highest = sweep.usual_highest(race.named([SGDSpec(), record()]))
        assert 1.0 <= highest <= 10.0
        assert grid(0.0001, highest)[-1] == highest >= min(10.0, 10 * record.usual_rate)


def test_adadelta_is_swept_beyond_one():
    assert sweep.usual_highest(race.named([SGDSpec(), AdadeltaSpec()])) == 10.0


def test_a_real_sweep_finds_its_best_rate_and_its_edge(small):
    contestants = race.named([SGDSpec(), AdamSpec()])
    rates = [0.0001, 0.01, 10.0]
    made = members(small(data={"n_train": 500}, n_epochs=3), contestants, rates)
    experiment = experiments.create(sweep.KIND, made, settings={}, page="optimizers", owner="ann")
    assert {point.state for point in points(experiment.read())} == {"waiting"}
    assert best(points(experiment.read())) == edges(points(experiment.read())) == {}
    for run in experiment.runs:
        execute(str(run.folder))
    found = points(experiment.read())
    assert [(p.contestant, p.learning_rate) for p in found] == [
        (name, rate) for name in contestants for rate in rates
    ]  # fmt: skip
    by_rate = {(p.contestant, p.learning_rate): p for p in found}
    assert by_rate["Adam", 0.01].loss < by_rate["Adam", 0.01].start_loss
    assert best(found)["SGD + momentum"] == 0.01
    assert edges(found) == {"SGD + momentum": 10.0, "Adam": 10.0}
    assert len({p.start_loss for p in found}) == 1  # all of them start alike
    # The loss is the run's own
    run = experiment.members[0].run
    assert by_rate["SGD + momentum", 0.0001].loss == pytest.approx(np.mean(run.history().losses[-9:]))
    experiment.runs[0].delete("ann")
    assert len(points(experiment.read())) == 5


def test_best_and_edge_of_made_up_points():
    def made(name, *losses):
        states = {None: "diverged", math.inf: "unstable"}
        return [
            Point(name, 10.0**i, 2.3, math.nan if loss is None else loss, states.get(loss, "fine"))
            for i, loss in enumerate(losses)
        ]

    found = made("a", 2.2, 1.5, 1.9, math.inf, None) + made("b", 2.0, 1.0) + made("c", math.inf, None)
    assert best(found) == {"a": 10.0, "b": 10.0}
    assert edges(found) == {"a": 1000.0, "c": 1.0}
    # Back where guessing puts it is lost as well, unless nothing was learnt at any rate
    assert edges(made("d", 2.31, 1.5, 2.29, 2.31, 2.32)) == {"d": 1000.0}
    assert edges(made("e", 2.31, 2.305, 2.31)) == {}


def test_too_many_runs_are_refused(small):
    with pytest.raises(SweepError, match="The sweep has 600 runs"):
        members(small(), race.named([AdamSpec(beta1=b / 100) for b in range(60)]), [0.1] * 10)
