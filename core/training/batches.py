"""Batches from pictures that stay in memory: what the handout's DataLoader does, without its cost."""

import math
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch

from core.specs import RunSpec, SpecError

# Conversion from bytes to float is done for so many pictures at once: a chunk of 256 float pictures (3 MB) still fits
# the processor's cache, and the fixed cost of each tensor operation is shared by several batches.
CHUNK = 256


def normalise(images: torch.Tensor) -> torch.Tensor:
    """The handout's ``ToTensor`` and ``Normalize((0.5, ...), (0.5, ...))``, in place: 0..255 becomes -1..1.

    Parameters
    ----------
    images : Tensor, float32
        Any shape, values from 0 to 255. Changed in place.
    """
    return images.div_(255).sub_(0.5).div_(0.5)


def steps_per_epoch(spec: RunSpec, n_images: int) -> int:
    """Batches of an epoch; the last one holds what is left.

    Raises
    ------
    core.specs.SpecError
        If one picture is left, of which the network's batch norm can make nothing.
    """
    if n_images % spec.batch_size == 1 and spec.smallest_batch() > 1:
        raise SpecError(
            f"batch_size is {spec.batch_size}, which leaves 1 of {n_images:,} training pictures for the last batch; "
            f"{spec.batch_norm_needs}. Choose another batch size, or one picture more or less."
        )
    return math.ceil(n_images / spec.batch_size)


class InOrder(Protocol):
    """What can be judged: batches of inputs and labels in the order of a set."""

    def __len__(self) -> int: ...

    def in_order(self, batch_size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches of at most ``batch_size``."""


class Batches(Protocol):
    """What can be trained on: the same in a new random order each time."""

    def shuffled(self, batch_size: int, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches of ``batch_size``, the last one as it comes."""


class ResidentImages:
    """The pictures of one split as bytes in memory, given out as normalised float batches.

    Parameters
    ----------
    images : ndarray of shape (n, 32, 32, 3), uint8
    labels : ndarray of shape (n,), int64
    device : torch.device
    channels_last : bool
        Keep colour as the last axis in memory (for convolutions) rather than first (for flattening).
    """

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, *, device: torch.device, channels_last: bool = False
    ) -> None:
        stored = images if channels_last else images.transpose(0, 3, 1, 2)
        # torch wants memory that it may write: a copy, which also makes the rows contiguous
        self._images = torch.from_numpy(np.array(stored, order="C", copy=True)).to(device)
        self._channels_last = channels_last
        self._device = device
        self.labels = torch.from_numpy(np.array(labels, dtype=np.int64, copy=True)).to(device)

    @classmethod
    def of_run(cls, spec: RunSpec, images: np.ndarray, labels: np.ndarray) -> "ResidentImages":
        """As a run wants them: on its device, in the layout of its network."""
        return cls(images, labels, device=torch.device(spec.device), channels_last=spec.model.channels_last)

    def __len__(self) -> int:
        return len(self.labels)

    def in_order(self, batch_size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches in the order of the set."""
        return self._batches(torch.arange(len(self)), batch_size)

    def shuffled(self, batch_size: int, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches in a new random order, drawn as ``torch.randperm(n, generator=generator)``."""
        return self._batches(torch.randperm(len(self), generator=generator), batch_size)

    def _batches(self, order: torch.Tensor, batch_size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Float pictures of shape (b, 3, 32, 32) and labels of shape (b,); a batch is valid until the next one."""
        chunk = batch_size * max(1, CHUNK // batch_size)
        raw = self._images.new_empty((min(chunk, len(self)), *self._images.shape[1:]))
        pictures = torch.empty(raw.shape, dtype=torch.float32, device=self._device)
        for chosen in order.to(self._device).split(chunk):
            n = len(chosen)
            # index_select into a buffer is several times faster than images[chosen]
            torch.index_select(self._images, 0, chosen, out=raw[:n])
            batch = normalise(pictures[:n].copy_(raw[:n]))
            if self._channels_last:
                batch = batch.permute(0, 3, 1, 2)  # (n, 3, 32, 32) with colour last in memory
            yield from zip(batch.split(batch_size), self.labels[chosen].split(batch_size), strict=True)
