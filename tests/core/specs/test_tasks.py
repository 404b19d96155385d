"""core/specs/tasks.py: what the record of a kind of run names is there, and does what it says."""

import inspect

import pytest

from core import receipts
from core.datasets.judged import judged_by
from core.lab.places import imported
from core.specs import CNNSpec, DataSpec, FoldSpec, RunSpec, SpecError, TransferSpec, parse_run_spec
from core.specs.tasks import TASKS, spec_class, task_of, train_function
from core.training.training import train

DATA = {"n_train": 120, "n_test": 60}
SPECS = [
    RunSpec(data=DATA, n_epochs=1),
    FoldSpec(data=DATA, n_epochs=1, n_folds=3),
    TransferSpec(data=DATA, n_epochs=1),
]


def test_every_kind_of_run_is_tried_here():
    assert [spec.task for spec in SPECS] == list(TASKS)


@pytest.mark.parametrize("spec", SPECS, ids=list(TASKS))
def test_a_kind_of_run_trains_is_judged_and_has_a_script(home, spec):
    record, function = task_of(spec), train_function(spec)
    assert list(inspect.signature(function).parameters) == list(inspect.signature(train).parameters)
    assert (spec_class(spec.task), type(parse_run_spec(spec.model_dump_json()))) == (type(spec), type(spec))
    images = judged_by(spec)
    result = function(spec)
    assert result.status == "done"
    assert result.probabilities.shape == (len(images.test_labels), len(images.class_names))
    right = result.probabilities.argmax(axis=1) == images.test_labels
    assert result.test_accuracy == pytest.approx(right.mean())
    code = receipts.script(spec)
    compile(code, "script.py", "exec")
    assert f"num_epochs = {spec.n_epochs}" in code
    assert record.title
    assert record.script_gives.endswith(".")


def test_a_fold_judges_a_part_of_the_training_pictures(home):
    assert len(judged_by(SPECS[1]).test_labels) == 40
    assert len(judged_by(SPECS[1]).train_labels) == 80


def test_a_place_is_a_name_in_a_module():
    assert imported("core.specs.models:CNNSpec") is CNNSpec
    assert imported("core.specs:DataSpec") is DataSpec


@pytest.mark.parametrize("task", ["juggle", None, 3, ["fold"]])
def test_what_is_no_kind_of_run_is_said_to_be_none(task):
    assert spec_class(task) is RunSpec
    with pytest.raises(SpecError, match="task is "):
        parse_run_spec({"task": task})
