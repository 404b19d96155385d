"""A look inside a trained network: feature maps, heat maps, hand sums, weights. Needs torch."""

from core.inside.weights import read_weights

__all__ = ["read_weights"]
