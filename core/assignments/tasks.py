"""The kinds of task of an assignment, a record each: what is asked, and for how many points.

What a submission has of each, by the number of the task: ``run`` and ``bet`` nothing but the run's record; ``words``
``{"text": ...}``; ``convolution`` ``{"cells": {"row,column": text}}``, from 0; ``shapes`` ``{"shape": [text, ...],
"count": [text, ...]}``, one for each row; ``patient`` ``{"disease": key, "evidence": text}``.

To add a kind: its class here, in ``AnyTask``; what each student's variant of it is (``variant.py``); how it is answered
(``pages/assignments/``) and marked (``core/grading``).
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.specs.base import Spec

MOST_LETTERS = 4_000  # of an answer in words

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Points = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False, title="the points")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Metric = Literal["test_accuracy", "train_loss"]


class Task(Spec):
    """What all of them have.

    Attributes
    ----------
    text : str
        What is asked, in the teacher's words.
    points : float
        From 0 to 100.
    """

    title: ClassVar[str]
    text: Text
    points: Points = 1.0


class RunTask(Task):
    """Train a run on Question 1 or 3 that reaches something.

    Attributes
    ----------
    page : str
        Key of the page whose runs count.
    metric : str
        What of the last epoch is held against the goal.
    goal : float or None
        At least this accuracy, from 0 to 1, or at most this loss. None: any run that went through.
    """

    title: ClassVar[str] = "A run"
    kind: Literal["run"] = "run"
    page: Literal["perceptron", "cnn"] = "perceptron"
    metric: Metric = "test_accuracy"
    goal: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None


class BetTask(Task):
    """Bet before the run of another task trains.

    Attributes
    ----------
    run : int
        Number of that task, from 1.
    """

    title: ClassVar[str] = "A bet"
    kind: Literal["bet"] = "bet"
    run: Annotated[int, Field(ge=1, le=30, title="the task whose run is bet on")] = 1


class WordsTask(Task):
    """Explain in words; the teacher marks it beside the rubric.

    Attributes
    ----------
    rubric : str
        What earns the points, for who marks; students don't see it on the page, but it is in the assignment's file.
    """

    title: ClassVar[str] = "An explanation in words"
    kind: Literal["words"] = "words"
    rubric: Annotated[str, Field(max_length=2_000)] = ""


class ConvolutionTask(Task):
    """An exercise of Question 2, numbers by the student's seed."""

    title: ClassVar[str] = "A convolution or pooling by hand"
    kind: Literal["convolution"] = "convolution"
    exercise: Literal["convolution", "pooling"] = "convolution"
    level: Literal["1", "2", "3"] = "2"
    stage: Annotated[int, Field(ge=1, le=3, title="the stage")] = 2


class ShapeTask(Task):
    """A network of the shape doctor, by the student's seed. Its easy level has too few networks for a class."""

    title: ClassVar[str] = "Shapes of a network"
    kind: Literal["shapes"] = "shapes"
    level: Literal["2", "3"] = "2"


class PatientTask(Task):
    """A patient of the bug clinic, by the student's seed."""

    title: ClassVar[str] = "A patient of the bug clinic"
    kind: Literal["patient"] = "patient"
    level: Literal["easy", "middle", "hard"] = "easy"


AnyTask = RunTask | BetTask | WordsTask | ConvolutionTask | ShapeTask | PatientTask
KINDS: dict[str, type[Task]] = {
    "run": RunTask, "bet": BetTask, "words": WordsTask, "convolution": ConvolutionTask, "shapes": ShapeTask,
    "patient": PatientTask,
}  # fmt: skip
TaskSpec = Annotated[AnyTask, Field(discriminator="kind")]
