"""What every plan has: its minutes, votes that there are, runs that can be trained, and no number of its own."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core import datasets
from core.convolution.lesson import HANDOUT_A, HANDOUT_B, work
from core.lab.files import read_json, write_json
from core.plans import shelf
from core.plans.convolution import cells
from core.plans.plan import Plan, PlanError, Step, begins
from core.specs import DataSpec, parse_run_spec
from core.votes import bank
from core.votes.vote import LESSONS

DATA = DataSpec(n_train=500, n_test=100)


@pytest.fixture(params=shelf.NAMES, ids=str)
def plan(request, home):
    return shelf.plan(*request.param, DATA, "ann")


def test_there_are_two_plans_for_each_question():
    assert [(lesson, minutes) for lesson in LESSONS for minutes in (50, 75)] == list(shelf.NAMES)


def test_the_minutes_of_the_steps_are_those_of_the_plan(plan):
    assert sum(step.minutes for step in plan.steps) == plan.minutes
    assert all(step.minutes >= 2 for step in plan.steps)
    assert begins(plan.steps)[-1] + plan.steps[-1].minutes == plan.minutes
    assert all(step.minutes == 0 for step in plan.ahead)
    longer = replace(plan.steps[0], minutes=plan.steps[0].minutes + 1)
    with pytest.raises(PlanError, match=f"{plan.minutes + 1} minutes"):
        Plan(plan.lesson, plan.minutes, "", (longer, *plan.steps[1:]), "")


def test_its_votes_are_of_the_bank_and_each_is_asked_once(plan):
    codes = [code for step in plan.steps for code in step.votes]
    assert len(codes) >= 4
    assert len(set(codes)) == len(codes)
    assert {bank.vote(code).lesson for code in codes} <= {plan.lesson}


def test_its_specs_are_allowed_and_come_back_from_json(plan):
    for needs in plan.needs:
        assert needs.specs or needs.waits_for
        for spec in needs.specs:
            assert parse_run_spec(spec.model_dump_json()) == spec
            assert {"n_train": 500, "n_test": 100}.items() <= spec.data.model_dump().items()


def test_figures_are_of_what_is_trained_in_their_step(plan):
    for step in plan.all_steps:
        for figure in step.figures:
            assert step.shows[figure.of].needs is not None, (step.title, figure.name)


def test_no_text_of_a_plan_claims_what_a_run_would_give(plan):
    """Percentages and seconds are of runs, and are read there."""
    for step in plan.all_steps:
        told = " ".join((step.title, step.do, step.ask, step.slow, *(shown.title for shown in step.shows)))
        assert not re.search(r"\d\s*(%|s\b|seconds|points)", told), step.title


def test_everything_short_is_short(plan):
    """It is glanced at while standing."""
    for step in plan.all_steps:
        assert len(step.do) <= 200, (step.title, len(step.do))
        assert len(step.ask) <= 90, (step.title, len(step.ask))
        assert len(step.slow) <= 120, (step.title, len(step.slow))


def test_what_a_slow_machine_needs_is_said_wherever_something_is_trained(plan):
    for step in plan.steps:
        if any(shown.needs is not None and not shown.is_about for shown in step.shows) and step.figures:
            assert step.slow, step.title


def test_a_plan_that_there_is_not(home):
    with pytest.raises(PlanError, match="60 minutes"):
        shelf.plan("cnn", 60, DATA, "ann")


def test_the_plans_train_where_this_machine_does(home, calibrated):
    calibrated(home)
    assert {spec.device for needs in shelf.plan("cnn", 50, DATA, "ann").needs for spec in needs.specs} == {"cpu"}
    known = read_json(home / "calibration.json")
    write_json(home / "calibration.json", known | {"devices": ["An accelerator"]})
    assert {spec.device for needs in shelf.plan("cnn", 50, DATA, "ann").needs for spec in needs.specs} == {"cuda"}


@pytest.mark.parametrize("dataset", ["shapes10", "digits"])
def test_the_plans_are_of_the_chosen_pictures(home, dataset):
    data = DataSpec(dataset=dataset, n_train=300, n_test=50, random_state=4)
    for name in shelf.NAMES:
        for needs in shelf.plan(*name, data, "ann").needs:
            assert {spec.data.dataset for spec in needs.specs} <= {dataset}
    n = len(datasets.info(dataset).class_names)
    (layers,) = [step for step in shelf.plan("perceptron", 50, data, "ann").steps if step.computed]
    assert layers.computed[0].compute() == f"{3073 * 128 + 2 * 129 * 128 + 129 * n:,}"


def test_computed_numbers_are_the_handouts():
    assert cells(np.array([[0.25, 0.5], [2, 8.5]])) == "0.25 0.5 | 2 8.5"
    found = {}
    for step in shelf.plan("convolution", 50, DATA, "ann").all_steps:
        found |= {(step.title, one.name): one.compute() for one in step.computed}
    assert found["One window", "activation map"] == "0 0 | 1 3 | 7 9"
    assert found["A frame of zeros, and averages", "activation map"] == cells(work(HANDOUT_B).active[0])
    assert found["A frame of zeros, and averages", "averages, partial windows kept"] == "0.25 0.5 | 2 8.5 | 16.5 24"
    assert found["What sticks out", "maxima, partial windows kept"] == "3 | 9"
    assert work(HANDOUT_A).pooled is not None


def test_a_step_without_anything_is_a_step():
    assert Step("Talk", "Talk.").ballots == []
