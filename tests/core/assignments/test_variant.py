"""Each student has a variant that can be solved, and that is another's by chance alone."""

import numpy as np
import pytest
import torch

from core.assignments.assignment import Assignment, AssignmentError
from core.assignments.tasks import ConvolutionTask, PatientTask, ShapeTask, WordsTask
from core.assignments.variant import exercise_of, network_of, patient, read_student, seed_of

N = 1_000
STUDENTS = [f"student {number}" for number in range(N)]
ASSIGNMENT = Assignment(title="T", tasks=(WordsTask(text="x"),))
SEEDS = [seed_of(ASSIGNMENT, one) for one in STUDENTS]


def test_a_seed_is_the_students_alone():
    assert seed_of(ASSIGNMENT, " Ada   Lovelace ") == seed_of(ASSIGNMENT, "ada lovelace")
    assert seed_of(ASSIGNMENT, "ada") != seed_of(ASSIGNMENT.model_copy(update={"title": "U"}), "ada")
    assert len(set(SEEDS)) > 0.98 * N  # of 100,000: some five of a thousand meet another by chance


def test_a_student_needs_a_name():
    with pytest.raises(AssignmentError, match="missing"):
        read_student("  ")
    with pytest.raises(AssignmentError, match="81 letters"):
        read_student("x" * 81)


@pytest.mark.parametrize("kind", ["convolution", "pooling"])
@pytest.mark.parametrize(("level", "stage"), [("1", 2), ("2", 2), ("3", 3)])
def test_a_thousand_exercises_can_be_solved_and_differ(kind, level, stage):
    task = ConvolutionTask(text="x", exercise=kind, level=level, stage=stage)
    told = set()
    for seed in range(N):
        exercise = exercise_of(task, seed, 1)
        assert all(np.isfinite(exercise.right[place]) for place in exercise.blanks)
        told.add((str(exercise.lesson), exercise.blanks))
    assert len(told) == N


def test_the_right_answer_of_an_exercise_is_torchs():
    for seed in SEEDS[:200]:
        exercise = exercise_of(ConvolutionTask(text="x"), seed, 3)
        lesson = exercise.lesson
        image = torch.tensor(lesson.image, dtype=torch.float64)[None]
        kernel = torch.tensor(lesson.kernel, dtype=torch.float64)
        bias = torch.tensor(lesson.bias, dtype=torch.float64)
        out = torch.nn.functional.conv2d(image, kernel, bias, stride=lesson.stride, padding=lesson.padding)[0, 0]
        right = torch.relu(out) if lesson.activation == "relu" else out
        assert all(abs(float(right[place]) - exercise.right[place]) < 1e-9 for place in exercise.blanks)


@pytest.mark.parametrize("level", ["2", "3"])
def test_a_thousand_networks_can_be_solved_and_nearly_all_differ(level):
    told = set()
    for seed in range(N):
        task = network_of(ShapeTask(text="x", level=level), seed, 1)
        assert all(min(row.shape) > 0 and row.n_parameters >= 0 for row in task.rows)
        told.add((task.shape_in, task.layers))
    assert len(told) > 0.98 * N


def test_a_thousand_patients_have_a_disease_of_the_level():
    for level in ("easy", "middle", "hard"):
        codes = {patient(PatientTask(text="x", level=level), seed, 1).code for seed in range(N)}
        assert len(codes) == N
        assert {patient(PatientTask(text="x", level=level), seed, 1).case.level for seed in range(50)} == {level}


def test_two_tasks_of_a_kind_ask_different_things():
    task = ConvolutionTask(text="x")
    assert all(str(exercise_of(task, seed, 1).lesson) != str(exercise_of(task, seed, 2).lesson) for seed in SEEDS[:50])
