"""Questions for a question bank from the shape doctor's networks: a layer's shape, or its number of parameters.

A wrong answer of a question is what a usual mistake gives. Needs no torch.
"""

from core.exercises.layers import Shape
from core.exercises.question_bank import FEWEST_DISTRACTORS, Distractor, Question, Table, some_of
from core.exercises.shape_mistakes import check_count, check_shape, count_mistakes, shape_mistakes
from core.exercises.shapes import HANDOUT, MAX_SEED, Task, make_task, read_task


def shape_questions(level: str, first_seed: int, n_networks: int) -> tuple[Question, ...]:
    """The questions of successive seeds: each layer's shape and count of which at least two mistakes show.

    Parameters
    ----------
    level : {"1", "2", "3", "handout"}
        "handout" is one network, whatever the seeds.
    first_seed : int
        From 0 to 99,999; seeds end there.
    n_networks : int
    """
    if level == HANDOUT:
        tasks = [read_task(HANDOUT)]
    else:
        tasks = [make_task(level, seed) for seed in range(first_seed, min(first_seed + n_networks, MAX_SEED + 1))]
    every = [ask(task, index) for task in tasks for index in range(len(task.rows)) for ask in (_of_shape, _of_count)]
    return tuple(question for question in every if len(question.distractors) >= FEWEST_DISTRACTORS)


def _of_shape(task: Task, index: int) -> Question:
    row = task.rows[index]
    wrong = {answer for variants in shape_mistakes(task, index).values() for answer in variants}
    distractors = []
    for answer in sorted(wrong):
        verdict = check_shape(task, index, answer)
        distractors.append(Distractor(_told(answer), verdict.mistakes, verdict.hint))
    return Question(
        code=f"shapes.{task.code}.{index + 1}.shape",
        name=f"Shapes, {_name(task)}: shape behind {row.name}",
        form="multichoice",
        tables=_network(task, index),
        asked=f"Which shape has one picture behind {row.name}?",
        key=_told(row.shape),
        distractors=some_of(distractors, (index, 0)),
        solution=row.layer.worked_shape(row.shape_in),
    )


def _of_count(task: Task, index: int) -> Question:
    row = task.rows[index]
    wrong = {answer for variants in count_mistakes(task, index).values() for answer in variants}
    distractors = []
    for answer in sorted(wrong):
        verdict = check_count(task, index, answer)
        distractors.append(Distractor(str(answer), verdict.mistakes, verdict.hint))
    return Question(
        code=f"shapes.{task.code}.{index + 1}.parameters",
        name=f"Shapes, {_name(task)}: parameters of {row.name}",
        form="multichoice",
        tables=_network(task, index),
        asked=f"How many parameters does {row.name} learn?",
        key=str(row.n_parameters),
        distractors=some_of(distractors, (index, 1)),
        solution=row.layer.worked_count(row.shape_in),
    )


def _name(task: Task) -> str:
    return "the handout's network" if task.code == HANDOUT else f"network {task.code}"


def _network(task: Task, index: int) -> tuple[Table, ...]:
    """What goes in, and the layers down to the one that is asked, a question mark for what an answer would tell."""
    into = (("One picture", _told(task.shape_in)), ("Pictures per batch", str(task.batch_size)))
    layers = tuple((row.name, row.layer.code()) for row in task.rows[: index + 1])
    return Table("Input", into), Table("Network", layers, header=("Layer", "PyTorch"))


def _told(size: Shape) -> str:
    """Without signs between thousands: in a CSV ``4,096`` may be read as a fraction."""
    return " x ".join(map(str, size))
