"""Which of a person's runs can be handed in."""

import pytest

from core import datasets, runs
from core.assignments.assignment import Assignment, SetSetting
from core.assignments.locks import broken
from core.assignments.own_runs import own_runs, reached
from core.assignments.tasks import RunTask
from core.assignments.variant import seed_of
from core.engine.worker import execute
from core.specs import DataSpec, RunSpec, SGDSpec
from core.specs.run import EarlierSpec
from core.specs.schedules import CosineSpec

TASK = RunTask(text="Train.", goal=0.1)
ASSIGNMENT = Assignment(title="T", tasks=(TASK,), settings=(SetSetting(name="learning_rate", text="0.01"),))
SEED = seed_of(ASSIGNMENT, "Ada")
SPEC = RunSpec(data=DataSpec(n_train=200, n_test=100), n_epochs=1, random_state=SEED)


def trained(spec, owner="ada", page="perceptron"):
    run = runs.create(spec, page=page, owner=owner)
    execute(str(run.folder), lambda event: None)
    return run


def test_the_best_that_fits_comes_first_and_others_say_why_not(home):
    good, better = trained(SPEC), trained(SPEC.model_copy(update={"n_epochs": 6}))
    fast = trained(SPEC.model_copy(update={"optimizer": SGDSpec(learning_rate=0.1)}))
    others_seed = trained(SPEC.model_copy(update={"random_state": SEED + 1}))
    trained(SPEC, owner="ben")
    trained(SPEC, page="cnn")
    waits = runs.create(SPEC, page="perceptron", owner="ada")
    found = own_runs("ada", ASSIGNMENT, SEED, TASK)
    accuracies = {run.id: run.history().epochs[-1]["test_accuracy"] for run in (good, better)}
    best = max(accuracies, key=accuracies.__getitem__)
    assert found[0].run.id == best
    assert found[0].value == accuracies[best]
    assert {one.run.id for one in found if not one.why_not} == {good.id, better.id}
    why = {one.run.id: " ".join(one.why_not) for one in found}
    assert "learning_rate is 0.1; the assignment fixes it at 0.01" in why[fast.id]
    assert "random_state" in why[others_seed.id]
    assert "still trains" in why[waits.id]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"schedule": CosineSpec()}, "changes with time"),
        ({"n_epochs": 4, "earlier": (EarlierSpec(until_epoch=2, optimizer=SGDSpec(learning_rate=0.1)),)}, "went on"),
    ],
)
def test_a_spec_from_elsewhere_does_not_get_round_a_fixed_rate(change, word):
    assert word in " ".join(broken(ASSIGNMENT, SEED, SPEC.model_copy(update=change)))


def test_more_pictures_than_there_are_is_all_of_them():
    all_of_them = (SetSetting(name="n_test", text="10000"),)
    assignment = Assignment(title="T", tasks=(TASK,), own_seed=False, settings=all_of_them)
    spec = RunSpec(data=DataSpec(dataset="digits", n_train=200, n_test=100))
    assert broken(assignment, 0, spec)
    most = datasets.info("digits").n_test
    assert broken(assignment, 0, RunSpec(data=DataSpec(dataset="digits", n_train=200, n_test=most))) == []


@pytest.mark.parametrize(
    ("task", "value", "is_reached"),
    [
        (RunTask(text="x", goal=0.5), 0.5, True),
        (RunTask(text="x", goal=0.5), 0.49, False),
        (RunTask(text="x", goal=1.2, metric="train_loss"), 1.1, True),
        (RunTask(text="x", goal=1.2, metric="train_loss"), 1.3, False),
        (RunTask(text="x", goal=1.2, metric="train_loss"), float("nan"), False),
        (RunTask(text="x"), 0.0, True),
        (RunTask(text="x"), float("nan"), False),
    ],
)
def test_a_goal_is_reached_or_not(task, value, is_reached):
    assert reached(task, value) is is_reached
