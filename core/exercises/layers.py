"""The layers that the shape doctor asks about: what each does to a shape, its parameters, and its class in torch.

Shapes are of one picture, without the batch: ``(channels, height, width)``, and ``(n,)`` behind ``Flatten``. Maps are
square. Needs no torch.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, get_args

Shape = tuple[int, ...]


def windows(side: int, window: int, stride: int = 1, padding: int = 0) -> int:
    """How many places a window has along a side: the size of what comes out."""
    return (side + 2 * padding - window) // stride + 1


@dataclass(frozen=True)
class _Layer:
    """What is true of most layers."""

    torch_class: ClassVar[str]  # in torch.nn
    hidden: ClassVar[str] = ""  # the argument that would give the row above away
    shape_rule: ClassVar[str]  # how its shape comes about, in words
    count_rule: ClassVar[str] = "It learns nothing: 0 parameters."

    def arguments(self, shape_in: Shape) -> dict[str, int]:
        """Those of torch's class, by their names, in the order in which people write them."""
        return {}

    def shape_out(self, shape_in: Shape) -> Shape:
        """Of one picture."""
        return shape_in

    def n_parameters(self, shape_in: Shape) -> int:
        """Weights and biases that are learnt."""
        return 0

    def worked_shape(self, shape_in: Shape) -> str:
        """How the shape is reckoned, with its numbers."""
        return f"{self.shape_rule} {_told(self.shape_out(shape_in))}."

    def worked_count(self, shape_in: Shape) -> str:
        """How the parameters are reckoned, with their numbers."""
        return self.count_rule

    def code(self, shape_in: Shape | None = None) -> str:
        """The line of a script; without ``shape_in`` as it is asked, with a question mark for what follows from it."""
        given = self.arguments(shape_in or (1, 1, 1))
        texts = {name: "?" if shape_in is None and name == self.hidden else str(n) for name, n in given.items()}
        return f"nn.{self.torch_class}({', '.join(f'{name}={text}' for name, text in texts.items())})"


@dataclass(frozen=True)
class Conv(_Layer):
    """A convolution with square filters and a bias per filter."""

    filters: int
    kernel: int
    padding: int = 0
    stride: int = 1

    torch_class: ClassVar[str] = "Conv2d"
    hidden: ClassVar[str] = "in_channels"
    shape_rule: ClassVar[str] = (
        "One map per filter. Side: (side + 2 x padding - kernel size) / stride, rounded down, plus 1."
    )
    count_rule: ClassVar[str] = "Filters x (channels that come in x kernel size x kernel size + 1 for the bias)."

    def arguments(self, shape_in: Shape) -> dict[str, int]:
        usual = {"stride": (self.stride, 1), "padding": (self.padding, 0)}
        told = {name: value for name, (value, default) in usual.items() if value != default}
        return {"in_channels": shape_in[0], "out_channels": self.filters, "kernel_size": self.kernel} | told

    def shape_out(self, shape_in: Shape) -> Shape:
        sides = (windows(side, self.kernel, self.stride, self.padding) for side in shape_in[1:])
        return self.filters, *sides

    def n_parameters(self, shape_in: Shape) -> int:
        return self.filters * (shape_in[0] * self.kernel**2 + 1)

    def worked_shape(self, shape_in: Shape) -> str:
        side, k = shape_in[1], self.kernel
        reckoned = f"({side} + 2 x {self.padding} - {k}) / {self.stride}"
        rounded = ", rounded down," if (side + 2 * self.padding - k) % self.stride else ""
        return f"One map per filter: {self.filters}. Side: {reckoned}{rounded} + 1 = {self.shape_out(shape_in)[1]}."

    def worked_count(self, shape_in: Shape) -> str:
        inside = f"{shape_in[0]} x {self.kernel} x {self.kernel} + 1"
        return f"{self.filters} filters x ({inside}) = {self.n_parameters(shape_in):,}."


@dataclass(frozen=True)
class Norm(_Layer):
    """Batch normalization of maps."""

    torch_class: ClassVar[str] = "BatchNorm2d"
    hidden: ClassVar[str] = "num_features"
    shape_rule: ClassVar[str] = "Batch norm changes numbers, not the shape:"
    count_rule: ClassVar[str] = "Two that are learnt per channel: a scale and a shift."

    def arguments(self, shape_in: Shape) -> dict[str, int]:
        return {"num_features": shape_in[0]}

    def n_parameters(self, shape_in: Shape) -> int:
        return 2 * shape_in[0]

    def worked_count(self, shape_in: Shape) -> str:
        return f"{self.count_rule} 2 x {shape_in[0]} = {self.n_parameters(shape_in):,}."


@dataclass(frozen=True)
class Pool(_Layer):
    """Max-pooling with a square window, partial windows dropped."""

    kernel: int = 2
    stride: int = 2

    torch_class: ClassVar[str] = "MaxPool2d"
    shape_rule: ClassVar[str] = "Channels stay. Side: (side - kernel size) / stride, rounded down, plus 1."
    count_rule: ClassVar[str] = "Pooling takes the largest number of a window and learns nothing: 0 parameters."

    def arguments(self, shape_in: Shape) -> dict[str, int]:
        return {"kernel_size": self.kernel, "stride": self.stride}

    def shape_out(self, shape_in: Shape) -> Shape:
        return shape_in[0], *(windows(side, self.kernel, self.stride) for side in shape_in[1:])

    def worked_shape(self, shape_in: Shape) -> str:
        channels, side = shape_in[:2]
        rounded = ", rounded down," if (side - self.kernel) % self.stride else ""
        reckoned = f"({side} - {self.kernel}) / {self.stride}{rounded} + 1 = {self.shape_out(shape_in)[1]}"
        return f"Channels stay: {channels}. Side: {reckoned}."


@dataclass(frozen=True)
class Flatten(_Layer):
    """All numbers of a picture in one row."""

    torch_class: ClassVar[str] = "Flatten"
    shape_rule: ClassVar[str] = "All numbers of one picture in one row: channels x height x width."
    count_rule: ClassVar[str] = "Flatten only lays the numbers in a row and learns nothing: 0 parameters."

    def shape_out(self, shape_in: Shape) -> Shape:
        return (math.prod(shape_in),)

    def worked_shape(self, shape_in: Shape) -> str:
        return f"{_told(shape_in)} = {math.prod(shape_in):,} numbers in one row."


@dataclass(frozen=True)
class Linear(_Layer):
    """A fully connected layer with a bias per unit."""

    units: int

    torch_class: ClassVar[str] = "Linear"
    hidden: ClassVar[str] = "in_features"
    shape_rule: ClassVar[str] = "One number per unit: out_features."
    count_rule: ClassVar[str] = "Units x (numbers that come in + 1 for the bias)."

    def arguments(self, shape_in: Shape) -> dict[str, int]:
        return {"in_features": shape_in[0], "out_features": self.units}

    def shape_out(self, shape_in: Shape) -> Shape:
        return (self.units,)

    def n_parameters(self, shape_in: Shape) -> int:
        return self.units * (shape_in[0] + 1)

    def worked_shape(self, shape_in: Shape) -> str:
        return f"One number per unit: {self.units:,}."

    def worked_count(self, shape_in: Shape) -> str:
        return f"{self.units:,} units x ({shape_in[0]:,} + 1) = {self.n_parameters(shape_in):,}."


Layer = Conv | Norm | Pool | Flatten | Linear
KINDS: tuple[type, ...] = get_args(Layer)


def _told(shape: Shape) -> str:
    return " x ".join(f"{size:,}" for size in shape)
