"""Pictures that are there twice: the same bytes, or nearly the same to the eye (a perceptual hash)."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError

MOST_PAIRS = 2_000  # that are kept; all are counted
MOST_BITS = 10  # of 64 in which near pictures may differ
REPORT_EVERY = 200  # pictures
_BLOCK = 2_000  # hashes that are held against all others at once

OnProgress = Callable[[int, int], None]
ShouldStop = Callable[[], bool]


class SearchStoppedError(DatasetError):
    """The search was stopped on request."""


@dataclass(frozen=True)
class Pair:
    """Two pictures, by their places among all: the training pictures first, then the test pictures."""

    first: int
    second: int
    bits: int  # of their hashes that differ; 0 also for the same bytes


@dataclass(frozen=True)
class Duplicates:
    """What a search has found.

    Attributes
    ----------
    exact, near : dict of str to int
        Pairs ``"train"``, ``"test"`` (inside) and ``"between"``; near ones are not exact.
    exact_pairs, near_pairs : tuple of Pair
        At most ``MOST_PAIRS`` each, the nearest first, those between train and test before others.
    n_train : int
        Where the test pictures begin in the numbering of ``Pair``.
    """

    exact: dict[str, int]
    near: dict[str, int]
    exact_pairs: tuple[Pair, ...]
    near_pairs: tuple[Pair, ...]
    n_train: int


def find(
    images: ImageSet,
    *,
    most_bits: int = 4,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Duplicates:
    """Search a whole set.

    Parameters
    ----------
    images : ImageSet
    most_bits : int, 0 to 10
        Bits of 64 in which the hashes of near pictures may differ.
    on_progress : callable, optional
        Is called with (done, total) pictures.
    should_stop : callable, optional
        Is asked now and then.

    Raises
    ------
    SearchStoppedError
        If ``should_stop`` said so.
    """
    if not 0 <= most_bits <= MOST_BITS:
        raise DatasetError(f"most_bits is {most_bits}; allowed is a whole number from 0 to {MOST_BITS}.")
    parts = (images.train_images, images.test_images)
    n_train, n = len(parts[0]), len(parts[0]) + len(parts[1])
    same: dict[bytes, list[int]] = defaultdict(list)
    hashes = np.empty(n, np.uint64)
    place = 0
    for part in parts:
        for picture in part:
            if place % REPORT_EVERY == 0:
                _go_on(should_stop)
                if on_progress is not None:
                    on_progress(place, n)
            same[hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16).digest()].append(place)
            hashes[place] = perceptual_hash(picture)
            place += 1
    group = np.empty(n, np.int64)  # pictures of the same bytes have the same number
    for number, members in enumerate(same.values()):
        group[members] = number
    exact = _Pairs(n_train)
    for members in same.values():
        first, second = np.triu_indices(len(members), 1)
        if len(first):
            exact.add(np.array(members)[first], np.array(members)[second], np.zeros(len(first), np.int64))
    near = _Pairs(n_train)
    for start in range(0, n, _BLOCK):
        _go_on(should_stop)
        block = hashes[start : start + _BLOCK]
        bits = np.bitwise_count(block[:, None] ^ hashes[None, start:])
        first, second = np.nonzero(bits <= most_bits)
        later = second > first  # each pair once, and no picture with itself
        first, second = first[later], second[later]
        distance = bits[first, second].astype(np.int64)
        first, second = first + start, second + start
        new = group[first] != group[second]
        near.add(first[new], second[new], distance[new])
    if on_progress is not None:
        on_progress(n, n)
    return Duplicates(exact.counts, near.counts, exact.nearest(), near.nearest(), n_train)


def perceptual_hash(picture: np.ndarray) -> int:
    """64 bits that stay nearly the same when a picture is shifted in brightness, compressed or scaled."""
    import imagehash  # brings SciPy, which takes half a second and which no list of data sets needs

    bits = imagehash.phash(Image.fromarray(np.asarray(picture))).hash.ravel()
    return int(np.packbits(bits).view(">u8")[0])


class _Pairs:
    """Counts all pairs, and keeps the nearest."""

    def __init__(self, n_train: int) -> None:
        self._n_train = n_train
        self.counts = {"train": 0, "test": 0, "between": 0}
        self._kept = np.empty((0, 4), np.int64)  # not between, bits, first, second

    def add(self, first: np.ndarray, second: np.ndarray, bits: np.ndarray) -> None:
        inside_train, inside_test = second < self._n_train, first >= self._n_train
        between = ~inside_train & ~inside_test
        self.counts["train"] += int(inside_train.sum())
        self.counts["test"] += int(inside_test.sum())
        self.counts["between"] += int(between.sum())
        rows = np.concatenate([self._kept, np.stack([~between, bits, first, second], axis=1).astype(np.int64)])
        order = np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))
        self._kept = rows[order[:MOST_PAIRS]]

    def nearest(self) -> tuple[Pair, ...]:
        return tuple(Pair(int(first), int(second), int(bits)) for _, bits, first, second in self._kept)


def _go_on(should_stop: ShouldStop | None) -> None:
    if should_stop is not None and should_stop():
        raise SearchStoppedError("The search was stopped.")
