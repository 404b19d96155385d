"""The handout's networks, with its layers, names and order."""

import torch
import torch.nn.functional as F
from torch import nn

from core.specs import CNNSpec, MLPSpec

D_IN = 3 * 32 * 32


class MultiLayerFCNet(nn.Module):
    """Four fully connected layers (handout, Question 1 a).

    Parameters
    ----------
    D_in : int
        Numbers in a picture: 3 * 32 * 32 in the handout.
    H : int
        Units of each of the three hidden layers.
    D_out : int
        Classes.

    Notes
    -----
    Two slips of the handout are mended: ``forward`` belongs to the class, and ``log_softmax`` names its ``dim``.
    """

    def __init__(self, D_in: int, H: int, D_out: int) -> None:
        super().__init__()
        self.linear1 = nn.Linear(D_in, H)
        self.linear2 = nn.Linear(H, H)
        self.linear3 = nn.Linear(H, H)
        self.linear4 = nn.Linear(H, D_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Log-probabilities of shape (N, D_out) for pictures of shape (N, 3, 32, 32) or (N, D_in)."""
        x = x.flatten(1)  # the handout does this in its loop
        x = F.relu(self.linear1(x))
        x = F.relu(self.linear2(x))
        x = F.relu(self.linear3(x))
        x = self.linear4(x)
        return F.log_softmax(x, dim=1)


class CNN(nn.Module):
    """Four convolutions and three fully connected layers (handout, Question 3 b).

    Parameters
    ----------
    n_classes : int
        Classes; 10 in the handout.
    dropout : float
        Probability that a unit is left out in training, from 0 to below 1; 0.1 in the handout.
    channels1, channels2 : int
        Filters of the first two and of the last two convolutions; 32 and 64 in the handout.
    batch_norm : bool
        Whether a ``BatchNorm2d`` follows each convolution, as in the handout.
    """

    def __init__(
        self,
        n_classes: int = 10,
        dropout: float = 0.1,
        *,
        channels1: int = 32,
        channels2: int = 64,
        batch_norm: bool = True,
    ) -> None:
        super().__init__()

        def convolution(n_in: int, n_out: int) -> list[nn.Module]:
            norm = [nn.BatchNorm2d(n_out)] if batch_norm else []
            return [nn.Conv2d(n_in, n_out, kernel_size=3, padding=1), *norm, nn.LeakyReLU(inplace=True)]

        self.conv_layer = nn.Sequential(
            *convolution(3, channels1),
            *convolution(channels1, channels1),
            nn.MaxPool2d(kernel_size=2, stride=2),
            *convolution(channels1, channels2),
            *convolution(channels2, channels2),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.fc_layer = nn.Sequential(
            nn.Dropout(p=dropout),
            nn.Linear(8 * 8 * channels2, 1000),
            nn.ReLU(inplace=True),
            nn.Linear(1000, 512),
            nn.ReLU(inplace=True),
            nn.Dropout(p=dropout),
            nn.Linear(512, n_classes),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores (logits) of shape (N, n_classes) for pictures of shape (N, 3, 32, 32)."""
        x = self.conv_layer(x)  # (N, channels2, 8, 8)
        x = x.flatten(1)  # (N, 64 * channels2)
        return self.fc_layer(x)


def build_mlp(spec: MLPSpec, n_classes: int) -> MultiLayerFCNet:
    """The network of Question 1."""
    return MultiLayerFCNet(D_IN, spec.H, n_classes)


def build_cnn(spec: CNNSpec, n_classes: int) -> CNN:
    """The network of Question 3, in the layout in which a CPU's convolutions are fastest (1.3 times, batch 32)."""
    network = CNN(
        n_classes, spec.dropout, channels1=spec.channels1, channels2=spec.channels2, batch_norm=spec.batch_norm
    )
    return network.to(memory_format=torch.channels_last)
