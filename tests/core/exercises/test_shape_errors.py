"""core/exercises/shape_errors.py: every error is torch's own, and where none is told there is none."""

import re

import pytest
import torch
from torch import nn  # noqa: F401 for the lines that are run

from core.exercises.shape_errors import error_of_count, error_of_shape
from core.exercises.shape_mistakes import check_count, count_mistakes, shape_mistakes
from core.exercises.shapes import HANDOUT, LEVELS, read_task


def raised(code, tensor):
    """What a line of a script says to a tensor, run apart from the lab: with numbers of its own, in memory."""
    try:
        (eval(code) if code.startswith("nn.") else lambda x: eval(code, {"x": x}))(tensor)
    except (RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def what_comes_in(task, index, where):
    """A real tensor that the named layer gets, or for a view what the row gives."""
    if where == "view":
        return torch.rand(task.batch_size, *task.rows[index].shape)
    (shape,) = (row.shape_in for row in task.rows if row.name == where)
    return torch.rand(task.batch_size, *shape)


@pytest.mark.parametrize("code", [HANDOUT, *(f"{level}.{seed}" for level in LEVELS for seed in range(4))])
def test_the_shown_line_raises_the_shown_error(code):
    task = read_task(code)
    n = 0
    for index in range(len(task.rows)):
        for kind, variants in shape_mistakes(task, index).items():
            said = error_of_shape(task, index, variants[-1])
            assert said.note
            assert bool(said.error) == bool(said.code) == bool(said.where)
            if said.error and kind != "flatten_forgotten" and not re.search("[0-9]{6}", said.code):
                n += 1
                assert raised(said.code, what_comes_in(task, index, said.where)) == said.error
        for variants in count_mistakes(task, index).values():
            said = error_of_count(task, index, check_count(task, index, variants[0]).mistakes)
            if said.error and not re.search("[0-9]{6}", said.code):
                n += 1
                assert raised(said.code, what_comes_in(task, index, said.where)) == said.error
            elif not said.error:
                assert "no error" in said.note
    assert n > 10


@pytest.mark.parametrize("code", [HANDOUT, "2.1", "3.1", "3.2"])
def test_where_no_error_is_said_the_rest_of_the_network_runs(code):
    """Built for the wrong shape, the layers behind take the right tensor."""
    task = read_task(code)
    for index, row in enumerate(task.rows):
        for variants in shape_mistakes(task, index).values():
            for answer in variants:
                if len(answer) != len(row.shape) or error_of_shape(task, index, answer).error:
                    continue
                x, assumed = torch.zeros(1, *row.shape), answer
                for behind in task.rows[index + 1 :]:
                    x = eval(behind.layer.code(assumed)).eval()(x)
                    assumed = behind.layer.shape_out(assumed)
                assert x.shape[1:] == (task.rows[-1].shape if index + 1 < len(task.rows) else row.shape)


def test_the_handouts_classics():
    task = read_task(HANDOUT)
    x = torch.zeros(32, 64, 8, 8)
    cases = {
        (9, (64, 16, 16)): raised("nn.Linear(16384, 1000)", x.flatten(1)),  # the second pooling forgotten
        (10, (131072,)): raised("nn.Linear(32 * 4096, 1000)", x.flatten(1)),  # flattened with the batch
        (10, (64, 8, 8)): raised("nn.Linear(4096, 1000)", x),  # not flattened
        (4, (16, 16, 16)): raised("nn.Conv2d(16, 64, 3, padding=1)", torch.zeros(32, 32, 16, 16)),
    }
    for (index, answer), error in cases.items():
        assert "RuntimeError" in error
        assert error_of_shape(task, index, answer).error == error


def test_the_last_layer_is_noticed_by_nobody():
    said = error_of_shape(read_task(HANDOUT), 13, (512,))
    assert (said.error, said.note) == ("", "PyTorch raises no error: no layer comes behind this one.")


@pytest.mark.parametrize(
    "answer", [(10**9, 10**9, 10**9), (10**9, 1, 1), (1, 1, 1), (10**9,), (1, 1), (1,) * 9, (7,) * 4]
)
@pytest.mark.parametrize("index", [0, 4, 10, 13])
def test_absurd_answers_cost_nothing_and_break_nothing(answer, index):
    threads = torch.get_num_threads()
    assert error_of_shape(read_task(HANDOUT), index, answer).note
    assert torch.get_num_threads() == threads

