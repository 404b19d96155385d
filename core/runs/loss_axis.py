"""Where the axis of a loss ends, so that it stays where it is while somebody watches."""

import math
from collections.abc import Sequence

import numpy as np

MOST = 10.0  # the loss of chance among ten classes is 2.3; one beyond four times that is told by the number
_SHARE = 0.98  # of the batches are in the picture: the first ones of a bad rate can be a thousand times the rest
_ROOM = 1.03
_FIRST = 64  # batches from which a run is judged as a whole


def loss_top(losses: Sequence[float] | np.ndarray, *, least: float = 2.5) -> float:
    """The end of a loss axis that does not follow each batch.

    It is looked at when a run has had 1, 64, 128, 256, ... batches, and rises where the losses so far ask for it. It
    comes down only where half of it would do. So it is a function of the losses alone, and a reload shows the same.

    Parameters
    ----------
    losses : sequence of float
        Of each batch so far, in order; numbers that are none (NaN, infinity) are passed over.
    least : float
        No axis is shorter.

    Returns
    -------
    float
        In steps of a half, from ``least`` to ``MOST``.
    """
    every = np.asarray(losses, dtype=np.float64)
    top, n = 0.0, 1
    while n <= len(every):
        seen = every[:n][np.isfinite(every[:n])]
        if len(seen):
            wanted = min(float(np.quantile(seen, _SHARE)) * _ROOM, MOST)
            if wanted > top or wanted < top / 2:
                top = wanted
        n = _FIRST if n < _FIRST else 2 * n
    return max(least, math.ceil(top * 2) / 2)
