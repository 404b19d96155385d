"""A network from its settings, whichever it is."""

from torch import nn

from core.lab.errors import ChalknetError
from core.lab.places import imported
from core.specs import AnyModelSpec


def build_model(spec: AnyModelSpec, n_classes: int) -> nn.Module:
    """The network of a spec, with PyTorch's own random initial weights (seed them with ``torch.manual_seed``)."""
    model: nn.Module = imported(spec.builder)(spec, n_classes)
    return model


def must_compute(model: nn.Module) -> None:
    """Raise a ``ChalknetError`` if a weight or a running statistic is no number: such a network answers nothing."""
    for name, value in model.state_dict().items():
        if value.is_floating_point() and not bool(value.isfinite().all()):
            raise ChalknetError(
                f"This network has diverged: its weights are no longer numbers (NaN in {name}), so there is nothing to "
                "look at. Train one with a smaller learning rate."
            )


def count_parameters(model: nn.Module) -> int:
    """How many numbers training can change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
