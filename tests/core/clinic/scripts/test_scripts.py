"""The scripts: complete, each runs by itself, and its cure is the sound script, line for line."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.clinic.case import SCRIPTS
from core.clinic.cases import BY_KEY, CASES

ROOT = Path(__file__).resolve().parents[4]
FUNCTIONS = {"to_tensor", "normalize", "load_data", "build", "forward", "train_step", "test", "report", "run"}
# Cured otherwise than into one of the sound ones: drop_last, and skorch's classifier
OWN_CURE = ("last_batch_of_one", "log_softmax_into_skorch")


def body(text):
    return text.split("\n", 1)[1]


def test_every_script_has_a_record():
    assert {path.stem for path in SCRIPTS.glob("*.py")} - {"__init__"} == set(BY_KEY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_its_cure_is_a_sound_script(case):
    sound = {body(one.script()) for one in CASES if not one.cures}
    cured = body(case.cured())
    assert (cured in sound) == (case.key not in OWN_CURE)
    wrong, right = case.marked()
    assert bool(wrong or right) == bool(case.cures)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_all_have_the_same_functions(case):
    tree = ast.parse(case.script())
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} == FUNCTIONS


@pytest.mark.parametrize("key", OWN_CURE)
def test_the_other_cures_learn(examined_cure, key):
    course = examined_cure(BY_KEY[key])
    assert course.error == ""
    assert course.epochs[-1]["train_loss"] < 2.2


def test_a_script_runs_by_itself(home):
    done = subprocess.run(
        [sys.executable, "-m", "core.clinic.scripts.last_batch_of_one"],
        cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert "Expected more than 1 value per channel" in done.stderr
