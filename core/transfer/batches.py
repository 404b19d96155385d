"""Batches for ResNet-18: pictures resized and augmented a batch at a time, or features that are there already.

Both are given out as ``core.training.batches.ResidentImages`` gives out its batches, so one loop serves all strategies.
Pictures are normalised with ImageNet's means and spreads, as in the handout's Question 5, whatever the weights.
"""

from collections.abc import Iterator

import numpy as np
import torch

from core.specs.transfer import AugmentationSpec
from core.training.augmentation import augment, enlarge

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PLAIN = AugmentationSpec()


def batch_for(side: int, kept_side: int = 32) -> int:
    """Pictures that are sent through the network at once when nothing is learnt: at 224 pixels 31 take 100 MB.

    Pictures that are kept at a larger side than the network sees count with theirs: they are floats before they shrink.
    """
    return max(16, min(256, 1_600_000 // max(side, kept_side) ** 2))


def to_input(pictures: torch.Tensor) -> torch.Tensor:
    """Bytes of shape (n, h, w, 3) as the network gets them: (n, 3, h, w), normalised, colour last in memory."""
    x = pictures.to(torch.float32).div_(255)
    return x.sub_(x.new_tensor(MEAN)).div_(x.new_tensor(STD)).permute(0, 3, 1, 2)


def split(order: torch.Tensor, batch_size: int) -> list[torch.Tensor]:
    """``order.split(batch_size)``; a single picture that is left over joins the batch before it.

    At 32 pixels the last maps have one pixel: batch norm can't average over one picture, and PyTorch raises.
    """
    parts = list(order.split(batch_size))
    if batch_size > 1 and len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [torch.cat(parts[-2:])]
    return parts


class PictureBatches:
    """The pictures of one split as bytes in memory.

    Parameters
    ----------
    images : ndarray of shape (n, h, w, 3), uint8
    labels : ndarray of shape (n,), int64
    side : int
        Pixels that the network sees.
    augmentation : AugmentationSpec
        Of ``shuffled``; ``in_order`` never changes a picture.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        side: int,
        device: torch.device,
        augmentation: AugmentationSpec = PLAIN,
    ) -> None:
        self._images = torch.from_numpy(np.array(images, order="C", copy=True)).to(device)
        self.labels = torch.from_numpy(np.array(labels, dtype=np.int64, copy=True)).to(device)
        self._side, self._augmentation = side, augmentation

    def __len__(self) -> int:
        return len(self.labels)

    def in_order(self, batch_size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches of no more than ``batch_size`` in the order of the set, resized."""
        step = min(batch_size, batch_for(self._side, self._images.shape[1]))
        for chosen in torch.arange(len(self), device=self.labels.device).split(step):
            yield _colour_last(enlarge(to_input(self._images[chosen]), self._side)), self.labels[chosen]

    def shuffled(self, batch_size: int, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches in a new random order, each picture in a random view."""
        for chosen in split(torch.randperm(len(self), generator=generator), batch_size):
            inputs = to_input(self._images[chosen.to(self.labels.device)])
            yield (
                _colour_last(augment(inputs, self._side, self._augmentation, generator)),
                self.labels[chosen.to(self.labels.device)],
            )


class FeatureBatches:
    """Features of one split.

    Parameters
    ----------
    views : ndarray of shape (n_views, n, 512), float32
        As ``core.transfer.feature_cache.features`` gives them.
    labels : ndarray of shape (n,), int64
    """

    def __init__(self, views: np.ndarray, labels: np.ndarray, *, device: torch.device) -> None:
        self._views = torch.from_numpy(np.array(views, copy=True)).to(device)
        self.labels = torch.from_numpy(np.array(labels, dtype=np.int64, copy=True)).to(device)

    def __len__(self) -> int:
        return len(self.labels)

    def in_order(self, batch_size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches of the first view, in the order of the set."""
        return zip(self._views[0].split(batch_size), self.labels.split(batch_size), strict=True)

    def shuffled(self, batch_size: int, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches in a new random order; of each picture one of its views, at random."""
        order = torch.randperm(len(self), generator=generator)
        features = self._views[0][order]
        if len(self._views) > 1:
            view = torch.randint(len(self._views), (len(order),), generator=generator)
            features = self._views[view, order]
        at = 0
        for chosen in split(order, batch_size):
            yield features[at : at + len(chosen)], self.labels[chosen]
            at += len(chosen)


def _colour_last(x: torch.Tensor) -> torch.Tensor:
    return x.contiguous(memory_format=torch.channels_last)
