"""The filters of a first convolution as small pictures of red, green and blue."""

import numpy as np


def scale_of(*weights: np.ndarray | None) -> float:
    """The largest size of a weight among several sets: on this scale all of them can be compared."""
    return max([1e-12, *(float(np.abs(one).max()) for one in weights if one is not None)])


def as_pictures(weights: np.ndarray, scale: float) -> np.ndarray:
    """Weights (n, 3, height, width) as (n, height, width, 3) of bytes: ``-scale`` is dark, 0 grey."""
    return np.round(127.5 + 127.5 * weights.transpose(0, 2, 3, 1) / scale).astype(np.uint8)
