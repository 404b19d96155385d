"""ResNet-18 as torchvision builds it, cut into the stages that the freeze dial names.

Torchvision's own stem (7 x 7 convolution with stride 2, then a pooling) is kept for small pictures too: ImageNet's
weights fit it, and at 32 x 32 pixels a picture takes 37 million multiply-adds. The stem that papers use for CIFAR-10
(3 x 3, no pooling) takes fifteen times as many, which two cores do not finish within a lesson.
"""

from collections.abc import Iterator

import torch
from torch import nn
from torchvision.models import ResNet
from torchvision.models import resnet18 as _torchvisions

from core.models.drawing import GENERATOR
from core.specs.models import N_FEATURES, STAGES, ResNet18Spec

_STEM = ("conv1", "bn1")


def resnet18(n_classes: int) -> ResNet:
    """A new network with random weights, in the layout in which a CPU's convolutions are fastest."""
    return _torchvisions(num_classes=n_classes).to(memory_format=torch.channels_last)


def build_resnet18(spec: ResNet18Spec, n_classes: int) -> ResNet:
    """The network of Question 5, of which nothing can be set."""
    return resnet18(n_classes)


def new_head(n_classes: int, random_state: int) -> nn.Linear:
    """The last layer: the same first weights for every strategy that has the same seed."""
    with GENERATOR:
        torch.manual_seed(random_state)
        return nn.Linear(N_FEATURES, n_classes)


def stage_of(name: str) -> int:
    """The stage, from 0, of a parameter, buffer or module by its name in the network, such as ``"layer2.0.conv1"``."""
    first = name.split(".")[0]
    return 0 if first in _STEM else STAGES.index(first)


def freeze(model: ResNet, n_stages: int) -> None:
    """Let the parameters of the first stages stay as they are; those above are trained."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(stage_of(name) >= n_stages)


def training_mode(model: ResNet, n_frozen: int) -> None:
    """``model.train()`` for the stages that are trained; the frozen ones in ``eval()``, so that batch norm rests."""
    model.train()
    for name, module in model.named_children():
        if name in (*_STEM, *STAGES) and stage_of(name) < n_frozen:
            module.eval()


def features(model: ResNet, inputs: torch.Tensor) -> torch.Tensor:
    """What the last layer gets: (N, 512) for pictures (N, 3, side, side)."""
    x = model.maxpool(model.relu(model.bn1(model.conv1(inputs))))
    x = model.layer4(model.layer3(model.layer2(model.layer1(x))))
    return model.avgpool(x).flatten(1)


def backbone_parameters(model: ResNet) -> Iterator[nn.Parameter]:
    """Of all stages below the last layer, those that are trained."""
    return (p for name, p in model.named_parameters() if not name.startswith("fc.") and p.requires_grad)
