"""The handout's networks and ResNet-18. Needs torch."""

from core.models.build import build_model, count_parameters, must_compute
from core.models.handout import CNN, D_IN, MultiLayerFCNet

__all__ = ["CNN", "D_IN", "MultiLayerFCNet", "build_model", "count_parameters", "must_compute"]
