"""How far training has moved each layer from the weights that it began with."""

from dataclasses import dataclass
from typing import Any

import torch

from core.models.resnet import stage_of
from core.specs.models import STAGES

_BUFFERS = ("running_mean", "running_var")


@dataclass(frozen=True)
class LayerMotion:
    """One convolution, batch norm or linear layer.

    Attributes
    ----------
    layer : str
        Such as ``"layer2.0.conv1"``.
    stage : str
        One of ``core.specs.models.STAGES``.
    moved : float
        Length of the change of its weights, as a share of the length of the weights before.
    drift : float or None
        The same of a batch norm's running mean and variance; None for other layers.
    """

    layer: str
    stage: str
    moved: float
    drift: float | None


def layer_motion(before: dict[str, Any], after: dict[str, object]) -> list[LayerMotion]:
    """Every layer of two state dicts of ResNet-18, in the order in which a picture goes through them."""
    layers: dict[str, dict[str, tuple[float, float]]] = {}
    for name, old in before.items():
        layer, _, part = name.rpartition(".")
        if part != "num_batches_tracked":
            change, size = (after[name] - old).double().norm(), old.double().norm()
            layers.setdefault(layer, {})[part] = (float(change), float(size))
    return [
        LayerMotion(
            layer,
            STAGES[stage_of(layer)],
            _share([pair for part, pair in parts.items() if part not in _BUFFERS]),
            _share([parts[part] for part in _BUFFERS]) if _BUFFERS[0] in parts else None,
        )
        for layer, parts in layers.items()
    ]


def statistics_drift(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> float:
    """How far all running statistics together have moved, as a share of their length."""
    names = [name for name in before if name.rpartition(".")[2] in _BUFFERS]
    pairs = [(float((after[n] - before[n]).double().norm()), float(before[n].double().norm())) for n in names]
    return _share(pairs)


def _share(pairs: list[tuple[float, float]]) -> float:
    """Lengths of parts put together: the root of the sum of their squares."""
    change = sum(c * c for c, _ in pairs) ** 0.5
    size = sum(s * s for _, s in pairs) ** 0.5
    return change / size if size else 0.0
