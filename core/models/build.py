"""A network from its settings, whichever it is."""

from torch import nn

from core.lab.places import imported
from core.specs import AnyModelSpec


def build_model(spec: AnyModelSpec, n_classes: int) -> nn.Module:
    """The network of a spec, with PyTorch's own random initial weights (seed them with ``torch.manual_seed``)."""
    model: nn.Module = imported(spec.builder)(spec, n_classes)
    return model


def count_parameters(model: nn.Module) -> int:
    """How many numbers training can change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
