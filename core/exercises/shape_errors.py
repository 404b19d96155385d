"""What PyTorch says to a wrong answer: modules built by it are really run on tensors of the right shape.

The numbers in them do not matter, so every parameter is one zero, seen as often as its shape says: layers of any width
cost no memory. Whether a layer raises is found on torch's "meta" device, which has shapes alone; its words are then
those of the same call on the processor, as a student reads them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from core.exercises.layers import Flatten, Layer, Shape
from core.exercises.shape_mistakes import built_by
from core.exercises.shapes import Task
from core.inside.attribution import one_thread

_MOST = 2**40  # numbers of a tensor: torch can't even name larger ones everywhere


@dataclass(frozen=True)
class TorchSays:
    """What came of building by an answer.

    Attributes
    ----------
    code : str
        What was run, as a line of a script; empty where nothing was.
    where : str
        Name of the layer that raised; empty where none did.
    error : str
        The error's kind and text, as torch raised it; empty where there was none.
    note : str
        A sentence: what was built, or why there is no error.
    """

    code: str
    where: str
    error: str
    note: str


def error_of_shape(task: Task, index: int, answer: Shape) -> TorchSays:
    """What torch says where everything behind a row is built for ``answer``, a wrong shape of its output.

    Parameters
    ----------
    task : Task
    index : int
        Of the row.
    answer : tuple of int
        The shape of one picture as answered.
    """
    right = task.rows[index].shape
    if math.prod(answer) * task.batch_size > _MOST:
        return TorchSays("", "", "", "So large a tensor can't be tried here.")
    if len(answer) != len(right):
        return _unflattened(task, index, answer) or _seen_as(task, right, answer)
    assumed, real = answer, (task.batch_size, *right)
    for row in task.rows[index + 1 :]:
        raised = _run(row.layer, assumed, real)
        if raised:
            note = f"Everything behind it built for {_told(answer)}: {row.name} is the first to notice."
            return TorchSays(row.layer.code(assumed), row.name, raised, note)
        assumed, real = row.layer.shape_out(assumed), (task.batch_size, *row.shape)
        if min(assumed) < 1:  # behind it nothing can be built
            return _seen_as(task, right, answer)
    if index == len(task.rows) - 1:
        note = "PyTorch raises no error: no layer comes behind this one."
    else:
        note = "PyTorch raises no error: the layers behind it run as if this answer were right."
    return TorchSays("", "", "", note)


def error_of_count(task: Task, index: int, mistakes: tuple[str, ...]) -> TorchSays:
    """What torch says to a layer that is built as a wrong count of parameters has it.

    Parameters
    ----------
    task : Task
    index : int
        Of the row.
    mistakes : tuple of str
        What was recognised, as ``check_count`` gives it.
    """
    row = task.rows[index]
    built = built_by(task, index, mistakes[0]) if len(mistakes) == 1 else None
    if built is not None:
        layer, assumed = built
        raised = _run(layer, assumed, (task.batch_size, *row.shape_in))
        if raised:
            note = "A layer with so many weights was fed with what really comes in."
            return TorchSays(layer.code(assumed), row.name, raised, note)
    return TorchSays("", "", "", "PyTorch raises no error for a wrong count: it counts by itself.")


def _unflattened(task: Task, index: int, answer: Shape) -> TorchSays | None:
    """What the layer behind Flatten says to maps; None where the row is none, or the layer takes them."""
    if len(answer) != 3 or not isinstance(task.rows[index].layer, Flatten):
        return None
    behind = task.rows[index + 1]
    raised = _run(behind.layer, behind.shape_in, (task.batch_size, *answer))
    note = f"{behind.name} was fed with a batch that is not flattened."
    return TorchSays(behind.layer.code(behind.shape_in), behind.name, raised, note) if raised else None


def _seen_as(task: Task, right: Shape, answer: Shape) -> TorchSays:
    """What torch says to the right tensor, called by the answer's shape."""
    wanted = (task.batch_size, *answer)
    raised = _raised(lambda: torch.empty(task.batch_size, *right, device="meta").view(wanted))
    if raised:
        return TorchSays(f"x.view{wanted}", "view", raised, "What really comes out was taken for your shape.")
    return TorchSays(
        "", "", "", f"PyTorch raises no error for this: {_told(answer)} holds as many numbers as what comes out."
    )


def _run(layer: Layer, assumed: Shape, real: Shape) -> str:
    """The error of a layer that is built for one shape and fed with a batch of another; empty where it runs."""
    with torch.device("meta"):
        module: nn.Module = getattr(nn, layer.torch_class)(**layer.arguments(assumed)).eval()
    if not _raised(lambda: module(torch.empty(real, device="meta"))):
        return ""
    with one_thread(), torch.no_grad():
        return _raised(lambda: _of_zeros(module)(torch.zeros(real)))


def _of_zeros(module: nn.Module) -> nn.Module:
    """The same layer on the processor, all of its numbers one zero in memory."""
    for name, parameter in list(module.named_parameters(recurse=False)):
        setattr(module, name, nn.Parameter(torch.zeros(()).expand(parameter.shape), requires_grad=False))
    for name, buffer in list(module.named_buffers(recurse=False)):
        setattr(module, name, torch.zeros(()).expand(buffer.shape))
    return module


def _raised(call: Callable[[], object]) -> str:
    """The error of a call as Python prints it; empty where there is none."""
    try:
        call()
    except (RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _told(shape: Shape) -> str:
    return " x ".join(f"{size:,}" for size in shape)
