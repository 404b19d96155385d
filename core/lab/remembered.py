"""What was worked out and may be wanted again, up to a bound: the least used is let go."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """A cache with a bound, for threads.

    Parameters
    ----------
    most : int
        The weights of what is kept add up to so much at most. What weighs more by itself is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What is kept under a key, which counts as used now; None where there is nothing."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: K, value: V, weight: int = 1) -> None:
        """Keep a value in the place of what was there."""
        with self._lock:
            self._put(key, value, weight)

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under a key, or else what is made at once, with a weight of 1: the same for all threads."""
        with self._lock:
            if key not in self._kept:
                self._put(key, make(), 1)
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def forget(self, key: K) -> None:
        """Let go of what is kept under a key, if anything."""
        with self._lock:
            self._drop(key)

    def _put(self, key: K, value: V, weight: int) -> None:
        self._drop(key)
        self._kept[key] = value, weight
        self._weight += weight
        while self._weight > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: K) -> None:
        _, weight = self._kept.pop(key, (None, 0))
        self._weight -= weight
