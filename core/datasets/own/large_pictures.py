"""Own pictures at more than 32 pixels per side, which Question 5 gets.

Which side that is, is known only when all files have been seen. So each file is decoded a second time, and only where
larger pictures are kept: a set of small pictures costs nothing more, and the 32 x 32 ones are decoded as ever.

Measured on two busy cores, at 224 pixels: 108 JPEGs of 300 to 400 pixels 0.4 s (0.1 s without), 60 of 12 megapixels
4.7 s (1.8 s without) and 82 MB at most.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from core.datasets.image_set import SIDE
from core.datasets.own.candidates import Placed
from core.datasets.pictures import RefusedError, to_square
from core.specs.transfer import SIDES

MOST_BYTES = 300_000_000  # of all larger pictures of a set: 1,992 of 224 pixels, 24,414 of 64
_SHARE = 0.5  # of the pictures must have a side: where most are smaller, it would mostly be enlarged


def side_of(sizes: np.ndarray, n: int) -> int | None:
    """The side at which pictures are kept.

    Parameters
    ----------
    sizes : ndarray of shape (m,), int
        Pixels of the shorter side of each file, or of those that were seen so far.
    n : int
        Pictures in all.

    Returns
    -------
    int or None
        The largest side of Question 5 that at least half of the pictures have and that all together fit
        ``MOST_BYTES``; None where that leaves no more than 32 pixels.
    """
    if not len(sizes):
        return None
    for side in sorted(SIDES, reverse=True):
        if side > SIDE and np.mean(sizes >= side) >= _SHARE and n * side * side * 3 <= MOST_BYTES:
            return side
    return None


def decoded(
    files: Sequence[Placed], small: np.ndarray, order: np.ndarray, side: int, tick: Callable[[], None]
) -> Iterator[np.ndarray]:
    """The middle squares of files that could be used before, each (side, side, 3), uint8.

    Parameters
    ----------
    files : sequence of Placed
    small : ndarray of shape (n, 32, 32, 3), uint8
        The same files at 32 pixels.
    order : ndarray of shape (m,), int
        Which of them, in this order.
    side : int
    tick : callable
        Is called before each file; may raise to end it all.
    """
    for number in order:
        tick()
        try:
            yield to_square(files[number].candidate.read(), side)
        except RefusedError:  # has changed since it was read first: labels and order must stay
            yield small[number].repeat(side // SIDE, axis=0).repeat(side // SIDE, axis=1)
