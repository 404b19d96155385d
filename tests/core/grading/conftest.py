"""A class that hands in: an assignment with every kind of task, and submissions made by really training."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import runs
from core.assignments import submission, variant
from core.assignments.assignment import Assignment, SetSetting
from core.assignments.tasks import BetTask, ConvolutionTask, PatientTask, RunTask, ShapeTask, WordsTask
from core.engine import calibration
from core.engine.worker import execute
from core.grading import marking
from core.grading.files import read_uploads
from core.runs.bets import AccuracyBet
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec

ROOT = Path(__file__).resolve().parents[3]
RUN, BET, WORDS, CONVOLUTION, SHAPES, PATIENT = range(1, 7)
SUMMED = 10 + 2 + 5 + 6 + 4 + 3

ASSIGNMENT = Assignment(
    title="Learn to learn",
    settings=(
        SetSetting(name="H", text="16"),
        SetSetting(name="n_train", text="200", state="hidden"),
        SetSetting(name="learning_rate", text="0.01", state="free"),
    ),
    tasks=(
        RunTask(text="Train.", points=10, metric="train_loss", goal=50),
        BetTask(text="Bet.", points=2, run=RUN),
        WordsTask(text="Why?", points=5, rubric="Names the learning rate."),
        ConvolutionTask(text="By hand.", points=6, stage=3),
        ShapeTask(text="Shapes.", points=4),
        PatientTask(text="What is wrong?", points=3),
    ),
    until="2036-12-24T18:00",
)

# What another processor does: this one without the instructions that the newest have
_ELSEWHERE = """
import sys
from core import runs
from core.engine.worker import execute
for run_id in sys.argv[1:]:
    execute(str(runs.open_run(run_id).folder))
"""
_OLDER = {"ATEN_CPU_CAPABILITY": "default", "MKL_CBWR": "COMPATIBLE", "ONEDNN_MAX_CPU_ISA": "SSE41"}


def spec_of(seed, **changes):
    """A run that obeys the assignment and trains in a moment."""
    data = DataSpec(n_train=200, n_test=100)
    return RunSpec(**{"data": data, "model": MLPSpec(H=16), "n_epochs": 2, "random_state": seed} | changes)


def answers_of(seed, assignment=ASSIGNMENT):
    """All of them right."""
    told = {}
    for number, task in assignment.numbered():
        match task:
            case WordsTask():
                told[number] = {"text": "As the learning rate is too large."}
            case ConvolutionTask():
                exercise = variant.exercise_of(task, seed, number)
                cells = {f"{r},{c}": f"{exercise.right[r, c]:g}" for r, c in exercise.blanks}
                told[number] = {"cells": cells}
            case ShapeTask():
                rows = variant.network_of(task, seed, number).rows
                told[number] = {
                    "shape": [" x ".join(map(str, row.shape)) for row in rows],
                    "count": [str(row.n_parameters) for row in rows],
                }
            case PatientTask():
                told[number] = {"disease": variant.patient(task, seed, number).case.name, "evidence": "Flat."}
            case _:
                pass
    return told


class Classroom:
    """Makes submissions; each as the dict that its file holds."""

    def honest(self, student, *, assignment=ASSIGNMENT, elsewhere=False, bet=True, seed=None, **changes):
        """Of somebody who has done all of it."""
        seed = variant.seed_of(assignment, student) if seed is None else seed
        run = runs.create(
            spec_of(seed, **changes), page="perceptron", owner=student, bet=AccuracyBet(0.5) if bet else None
        )
        if elsewhere:
            subprocess.run([sys.executable, "-c", _ELSEWHERE, run.id], cwd=ROOT, env=os.environ | _OLDER, check=True)
        else:
            execute(str(run.folder))
        told = json.loads(submission.make(assignment, student, answers_of(seed, assignment), {RUN: run}))
        return elsewhere_made(told) if elsewhere else told

    def marked(self, *files, **options):
        """The gradebook of files: dicts, or pairs of a name and bytes."""
        pairs = [
            (f"{number}.json", packed(one)) if isinstance(one, dict) else one for number, one in enumerate(files)
        ]
        return marking.mark(marking.prepare(read_uploads(pairs), calibration.load(), **options))


def packed(told):
    return json.dumps(told).encode()


def signed(told):
    """With the hash of its content, as whoever edits a file with care would do."""
    return told | {"hash": submission.hash_of(told)}


def elsewhere_made(told):
    return signed(told | {"machine": told["machine"] | {"processor": "Another Processor 9000"}})


def mark_in(book, student, number):
    return next(row for row in book.rows if row.student == student).marks[number - 1]


@pytest.fixture(scope="module")
def classroom(module_home, calibrated):
    calibrated(module_home)
    return Classroom()


LARGE_RATE = SGDSpec(learning_rate=0.1, momentum=0.9)
