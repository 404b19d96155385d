"""Each student's own variant: a seed made of the assignment and of who hands it in, and what the tasks ask with it."""

import hashlib

from core.assignments.assignment import Assignment, AssignmentError
from core.assignments.tasks import ConvolutionTask, PatientTask, ShapeTask
from core.clinic.cases import Patient, patient_of
from core.convolution.exercises import MAX_EXERCISE_SEED, Exercise, make_exercise
from core.convolution.inputs import ConvolutionError
from core.exercises import shapes

MOST_NAME = 80
_N_SEEDS = MAX_EXERCISE_SEED + 1
_PATIENT_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LEVELS = {"easy": 1, "middle": 2, "hard": 3}


def read_student(text: str) -> str:
    """A student's name or number as it is kept: spaces once, so that the same text is the same student.

    Raises
    ------
    AssignmentError
        If it is empty or too long.
    """
    name = " ".join(text.split())
    if not name:
        raise AssignmentError("Your name or number is missing: it says whose work this is, and makes your variant.")
    if len(name) > MOST_NAME:
        raise AssignmentError(f"The name has {len(name)} letters; allowed are {MOST_NAME}. Shorten it.")
    return name


def seed_of(assignment: Assignment, student: str) -> int:
    """The student's seed, from 0 to 99,999; whoever knows the assignment and the name reckons the same one.

    Capitals don't count: who is "Ada" in the room and "ada" at home is one student.
    """
    told = f"{assignment.code} {read_student(student).casefold()}".encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:8], "big") % _N_SEEDS


def _seed_of_task(seed: int, number: int) -> int:
    """Two tasks of one kind ask different things."""
    return (seed + (number - 1) * 7_919) % _N_SEEDS  # a prime


def exercise_of(task: ConvolutionTask, seed: int, number: int) -> Exercise:
    """The exercise of a student; a seed that gives none leads to the next one.

    Parameters
    ----------
    task : ConvolutionTask
    seed : int
        As of ``seed_of``.
    number : int
        Of the task, from 1.
    """
    first = _seed_of_task(seed, number)
    for more in range(20):
        try:
            return make_exercise(task.exercise, task.level, (first + more) % _N_SEEDS, task.stage)
        except ConvolutionError:
            continue
    raise AssignmentError(f"Seed {seed} gives no exercise of level {task.level}.")


def network_of(task: ShapeTask, seed: int, number: int) -> shapes.Task:
    """The network of a student."""
    return shapes.make_task(task.level, _seed_of_task(seed, number))


def patient(task: PatientTask, seed: int, number: int) -> Patient:
    """The patient of a student."""
    letters, left = "", _seed_of_task(seed, number)
    for _ in range(4):
        left, place = divmod(left, len(_PATIENT_LETTERS))
        letters += _PATIENT_LETTERS[place]
    return patient_of(f"{_LEVELS[task.level]}{letters}")
