"""The shape doctor's tasks: a network of which every shape and every number of parameters is asked.

A task is written as ``handout``, or as level and seed, such as ``2.1234``: whoever has this text has the same network.
Needs no torch.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from core.exercises.layers import Conv, Flatten, Layer, Linear, Norm, Pool, Shape
from core.lab.errors import ChalknetError
from core.specs import CNNSpec

LEVELS = {"1": "easy", "2": "middle", "3": "hard"}
HANDOUT = "handout"
MAX_SEED = 99_999
_BATCH = 32  # the handout's
_N_CLASSES = 10
_LARGEST_ROW = 10_000  # numbers behind Flatten: more can't be reckoned in one's head


class TaskError(ChalknetError):
    """A text that names no task."""


@dataclass(frozen=True)
class Row:
    """One layer of a task, and what comes into it.

    Attributes
    ----------
    name : str
        As in the module's state dict, such as ``"conv_layer.0"``; people's for what has no name there.
    layer : Layer
    shape_in : tuple of int
        Of one picture.
    """

    name: str
    layer: Layer
    shape_in: Shape

    @property
    def shape(self) -> Shape:
        """The right answer: what comes out, of one picture."""
        return self.layer.shape_out(self.shape_in)

    @property
    def n_parameters(self) -> int:
        """The right answer."""
        return self.layer.n_parameters(self.shape_in)


@dataclass(frozen=True)
class Task:
    """A network to predict.

    Attributes
    ----------
    code : str
        Its text in a link.
    shape_in : tuple of int
        Of one picture.
    batch_size : int
        Pictures that go in at once.
    layers : tuple of (name, Layer)
        What is asked, in order. Activations and dropout are left out: they keep the shape and learn nothing.
    """

    code: str
    shape_in: Shape
    batch_size: int
    layers: tuple[tuple[str, Layer], ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Each layer with the shape that really comes into it."""
        rows, shape = [], self.shape_in
        for name, layer in self.layers:
            rows.append(Row(name, layer, shape))
            shape = layer.shape_out(shape)
        return tuple(rows)


def task_of(spec: CNNSpec, n_classes: int = _N_CLASSES, *, code: str = HANDOUT) -> Task:
    """The handout's CNN as a task, layers named as its module names them.

    Parameters
    ----------
    spec : CNNSpec
    n_classes : int
        Units of the last layer.
    code : str
        The task's text in a link.
    """
    names = iter(range(100))
    layers: list[tuple[str, Layer]] = []

    def add(layer: Layer | None) -> None:  # None: an activation, which has a number in nn.Sequential too
        number = next(names)
        if layer is not None:
            layers.append((f"conv_layer.{number}", layer))

    for number, (_, n_out, _) in enumerate(spec.convolutions()):
        add(Conv(n_out, kernel=3, padding=1))
        if spec.batch_norm:
            add(Norm())
        add(None)
        if number % 2:
            add(Pool())
    layers.append(("flatten", Flatten()))
    units = [n_out for _, n_out in spec.linears(n_classes)]
    layers += [(f"fc_layer.{place}", Linear(n)) for place, n in zip((1, 3, 6), units, strict=True)]
    return Task(code, (3, 32, 32), _BATCH, tuple(layers))


@lru_cache(maxsize=256)
def make_task(level: str, seed: int) -> Task:
    """The network of a seed; the same on every machine.

    Parameters
    ----------
    level : {"1", "2", "3"}
        1 has padded 3 x 3 convolutions and halving pools as the handout has; 2 other kernel sizes, strides and batch
        norm; 3 more layers, windows that overlap, and sides that have to be rounded.
    seed : int
        From 0 to 99,999.
    """
    rng = np.random.default_rng([seed, int(level)])
    while True:
        task = Task(f"{level}.{seed}", *_draw(level, rng))
        if _is_fit(level, task):
            return task


def read_task(text: str) -> Task:
    """The task of a link.

    Raises
    ------
    TaskError
        The text names none; the sentence says what is allowed.
    """
    if text == HANDOUT:
        return task_of(CNNSpec())
    match = re.fullmatch(r"([123])\.([0-9]{1,5})", text)
    if match is None:
        raise TaskError(
            f"The network of the link is {text[:40]!r}; allowed are handout, and level and seed such as 2.1234 "
            f"(levels 1 to 3, seeds 0 to {MAX_SEED:,})."
        )
    return make_task(match[1], int(match[2]))


def _draw(level: str, rng: np.random.Generator) -> tuple[Shape, int, tuple[tuple[str, Layer], ...]]:
    """Shape of a picture, batch size, layers."""

    def one_of(*values: int) -> int:
        return int(rng.choice(values))

    side = {"1": one_of(16, 32), "2": one_of(28, 32), "3": one_of(28, 32, 48, 64)}[level]
    picture = (one_of(1, 3), side, side)
    drawn: list[Layer] = []
    has_norm = level != "1" and rng.random() < 0.5
    for number in range({"1": 2, "2": 2, "3": 3}[level]):
        filters = one_of(4, 8, 16) * (2 if number else 1)
        if level == "1":
            drawn += [Conv(filters, kernel=3, padding=1), Pool()]
            continue
        kernel = one_of(3, 5) if level == "2" else one_of(2, 3, 5, 7)
        stride = one_of(1, 2) if level == "2" else one_of(1, 2, 3)
        drawn.append(Conv(filters, kernel, padding=one_of(0, 1, 2), stride=stride))
        drawn += [Norm()] if has_norm else []
        if number < 2:
            drawn.append(Pool() if level == "2" or rng.random() < 0.5 else Pool(3, 2))
    hidden = [Linear(one_of(20, 50, 100))] if level != "1" or rng.random() < 0.5 else []
    drawn += [Flatten(), *hidden, Linear(one_of(2, 4, 10))]
    return picture, one_of(8, 16, 32, 64), _named(drawn)


def _named(layers: list[Layer]) -> tuple[tuple[str, Layer], ...]:
    """Each with its kind's name, counted as people do: ``"conv 1"``."""
    short = {Conv: "conv", Norm: "norm", Pool: "pool", Linear: "linear"}
    seen: dict[str, int] = {}
    named: list[tuple[str, Layer]] = []
    for layer in layers:
        name = short.get(type(layer), "flatten")
        seen[name] = seen.get(name, 0) + 1
        named.append((f"{name} {seen[name]}" if name != "flatten" else name, layer))
    return tuple(named)


def _is_fit(level: str, task: Task) -> bool:
    """Whether all windows fit their maps, the numbers stay small, and the level has what makes it one."""
    shape = task.shape_in
    n_rounded = 0
    for _, layer in task.layers:
        if isinstance(layer, Conv | Pool):
            padded = shape[1] + 2 * getattr(layer, "padding", 0)
            if padded < layer.kernel + layer.stride:  # one window along a side: nothing of a map is left
                return False
            n_rounded += (padded - layer.kernel) % layer.stride > 0
        shape = layer.shape_out(shape)
        if isinstance(layer, Flatten) and shape[0] > _LARGEST_ROW:
            return False
    convolutions = [layer for _, layer in task.layers if isinstance(layer, Conv)]
    if level == "2":
        return any(one.stride > 1 for one in convolutions) and any(one.padding for one in convolutions)
    return level == "1" or n_rounded > 0
