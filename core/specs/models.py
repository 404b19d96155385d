"""The networks: settings, sizes, arithmetic, and all in which one differs from another. Needs no torch.

A network's spec class is its one record. To add a network: a class here and its name in ``AnyModelSpec``, a module that
builds it, and its section of a script in ``core.receipts.networks``.
"""

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from core.lab.words import decimal
from core.specs.base import Spec

# The freeze dial's marks, from the picture up to the classes
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4", "fc")
N_FEATURES = 512  # numbers that the last layer gets of a picture
N_BACKBONE = 11_176_512  # weights below the last layer; a test counts them


class NetworkSpec(Spec):
    """What every network's record says besides its settings."""

    title: ClassVar[str]  # for people
    class_name: ClassVar[str]  # in code: the handout's, or torchvision's
    builder: ClassVar[str]  # the place of what makes it of this spec and a number of classes
    code: ClassVar[str]  # the place of its lines in a script
    # Of what foretells an epoch: (spec, calibration, n_trained, n_judged, batch_size) -> seconds
    epoch_seconds: ClassVar[str] = "core.engine.expected_time:epoch_by_arithmetic"
    channels_last: ClassVar[bool] = True  # the layout in which a CPU's convolutions are fastest
    keeps_epochs: ClassVar[bool] = False  # the weights of every epoch are kept, to be rewound
    gains_by_threads: ClassVar[bool] = True  # a step is long enough for several threads to share it
    is_large: ClassVar[bool] = False  # its checkpoint is dropped when the run has ended

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases, batch norm's two per channel included. Needs no torch, so a slider can ask."""
        raise NotImplementedError

    def n_multiply_adds(self, n_classes: int) -> int:
        """Of the convolutions and linear layers, for one picture of 32 pixels per side."""
        raise NotImplementedError

    def told(self) -> list[str]:
        """Its settings as people say them, a phrase each."""
        raise NotImplementedError

    def smallest_batch(self, side: int = 32) -> int:
        """Pictures that a training step needs: two where batch norm would have one number of a channel alone."""
        return 1


class MLPSpec(NetworkSpec):
    """The handout's ``MultiLayerFCNet`` (Question 1 a): three hidden layers of ``H`` units."""

    title: ClassVar[str] = "MLP"
    class_name: ClassVar[str] = "MultiLayerFCNet"
    builder: ClassVar[str] = "core.models.handout:build_mlp"
    code: ClassVar[str] = "core.receipts.networks:mlp_code"
    epoch_seconds: ClassVar[str] = "core.engine.expected_time:mlp_epoch"
    channels_last: ClassVar[bool] = False
    # Measured: two threads never help it, and beside other busy processes they cost it three quarters of its speed
    gains_by_threads: ClassVar[bool] = False
    # Nobody rewinds it, and the weights of every epoch would make a run ten times as large
    keeps_epochs: ClassVar[bool] = False

    kind: Literal["mlp"] = "mlp"
    H: Annotated[int, Field(ge=1, le=4096, title="H")] = 128

    def layers(self, n_classes: int) -> list[tuple[str, int, int]]:
        """Name, inputs and outputs of each linear layer."""
        widths = [3 * 32 * 32, self.H, self.H, self.H, n_classes]
        return [(f"linear{i + 1}", widths[i], widths[i + 1]) for i in range(4)]

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases: n inputs and m outputs have (n + 1) * m. Needs no torch, so a slider can ask."""
        return sum((n_in + 1) * n_out for _, n_in, n_out in self.layers(n_classes))

    def n_multiply_adds(self, n_classes: int) -> int:
        """Of the linear layers, for one picture."""
        return sum(n_in * n_out for _, n_in, n_out in self.layers(n_classes))

    def told(self) -> list[str]:
        """Such as ``"H = 128"``."""
        return [f"H = {self.H}"]


class CNNSpec(NetworkSpec):
    """The handout's ``CNN`` (Question 3 b); the defaults are its values."""

    title: ClassVar[str] = "CNN"
    class_name: ClassVar[str] = "CNN"
    builder: ClassVar[str] = "core.models.handout:build_cnn"
    code: ClassVar[str] = "core.receipts.networks:cnn_code"
    keeps_epochs: ClassVar[bool] = True

    kind: Literal["cnn"] = "cnn"
    channels1: Annotated[int, Field(ge=1, le=256, title="the filters of convolutions 1 and 2")] = 32
    channels2: Annotated[int, Field(ge=1, le=256, title="the filters of convolutions 3 and 4")] = 64
    batch_norm: Annotated[bool, Field(title="batch norm")] = True
    dropout: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False, title="dropout")] = 0.1

    def convolutions(self) -> list[tuple[int, int, int]]:
        """Channels in, channels out and side of the maps of each 3 x 3 convolution."""
        a, b = self.channels1, self.channels2
        return [(3, a, 32), (a, a, 32), (a, b, 16), (b, b, 16)]

    def linears(self, n_classes: int) -> list[tuple[int, int]]:
        """Inputs and outputs of each linear layer."""
        return [(8 * 8 * self.channels2, 1000), (1000, 512), (512, n_classes)]

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases, batch norm's two a channel included. Needs no torch, so a slider can ask."""
        norm = 2 if self.batch_norm else 0
        convolutions = sum((9 * n_in + 1 + norm) * n_out for n_in, n_out, _ in self.convolutions())
        return convolutions + sum((n_in + 1) * n_out for n_in, n_out in self.linears(n_classes))

    def n_multiply_adds(self, n_classes: int) -> int:
        """Of the convolutions and linear layers, for one picture."""
        convolutions = sum(9 * n_in * n_out * side**2 for n_in, n_out, side in self.convolutions())
        return convolutions + sum(n_in * n_out for n_in, n_out in self.linears(n_classes))

    def told(self) -> list[str]:
        """Such as ``"32 and 64 filters"``, ``"dropout 0.1"``."""
        norm = [] if self.batch_norm else ["no batch norm"]
        return [f"{self.channels1} and {self.channels2} filters", *norm, f"dropout {decimal(self.dropout)}"]


class ResNet18Spec(NetworkSpec):
    """torchvision's ``resnet18`` (Question 5); nothing of it can be set."""

    title: ClassVar[str] = "ResNet-18"
    class_name: ClassVar[str] = "resnet18"
    builder: ClassVar[str] = "core.models.resnet:build_resnet18"
    code: ClassVar[str] = "core.receipts.networks:resnet18_code"
    epoch_seconds: ClassVar[str] = "core.engine.expected_time:resnet18_epoch"
    # 45 MB an epoch: nobody rewinds it
    keeps_epochs: ClassVar[bool] = False
    is_large: ClassVar[bool] = True  # 90 MB with momentum

    kind: Literal["resnet18"] = "resnet18"

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases, batch norm's two a channel included. Needs no torch."""
        return N_BACKBONE + (N_FEATURES + 1) * n_classes

    def told(self) -> list[str]:
        """Its name, as there is nothing to set."""
        return [self.title]

    def smallest_batch(self, side: int = 32) -> int:
        """Its last maps have ``side / 32`` pixels per side: at 32 a picture gives batch norm one number per channel."""
        return 2 if side == 32 else 1

    def n_multiply_adds(self, n_classes: int, side: int = 32) -> int:
        """Of the convolutions and the last layer, for one picture of ``side`` pixels (a multiple of 32)."""
        total = 7 * 7 * 3 * 64 * (side // 2) ** 2 + 4 * 9 * 64 * 64 * (side // 4) ** 2
        for n_in, n_out, shrunk in ((64, 128, 8), (128, 256, 16), (256, 512, 32)):
            # The first convolution, the three behind it, and the 1 x 1 of the shortcut
            total += (9 * n_in * n_out + 3 * 9 * n_out * n_out + n_in * n_out) * (side // shrunk) ** 2
        return total + N_FEATURES * n_classes


AnyModelSpec = MLPSpec | CNNSpec | ResNet18Spec
ModelSpec = Annotated[AnyModelSpec, Field(discriminator="kind")]


def model_title(kind: str) -> str:
    """What a kind of network is called; a kind of another version of the lab keeps its own name."""
    known: dict[str, str] = {cls.model_fields["kind"].default: cls.title for cls in get_args(AnyModelSpec)}
    return known.get(kind, kind)
