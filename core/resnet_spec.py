"""What is known of ResNet-18 without torch: its stages, its size and its arithmetic."""

from typing import ClassVar, Literal

from core.spec_base import Spec

# The freeze dial's marks, from the picture up to the classes
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4", "fc")
N_FEATURES = 512  # numbers that the last layer gets of a picture
N_BACKBONE = 11_176_512  # weights below the last layer; a test counts them


class ResNet18Spec(Spec):
    """torchvision's ``resnet18`` (Question 5); nothing of it can be set."""

    # 45 MB an epoch: nobody rewinds it
    keeps_epochs: ClassVar[bool] = False

    kind: Literal["resnet18"] = "resnet18"

    def n_parameters(self, n_classes: int) -> int:
        """Weights and biases, batch norm's two a channel included. Needs no torch."""
        return N_BACKBONE + (N_FEATURES + 1) * n_classes

    def n_multiply_adds(self, n_classes: int, side: int = 32) -> int:
        """Of the convolutions and the last layer, for one picture of ``side`` pixels (a multiple of 32)."""
        total = 7 * 7 * 3 * 64 * (side // 2) ** 2 + 4 * 9 * 64 * 64 * (side // 4) ** 2
        for n_in, n_out, shrunk in ((64, 128, 8), (128, 256, 16), (256, 512, 32)):
            # The first convolution, the three behind it, and the 1 x 1 of the shortcut
            total += (9 * n_in * n_out + 3 * 9 * n_out * n_out + n_in * n_out) * (side // shrunk) ** 2
        return total + N_FEATURES * n_classes
