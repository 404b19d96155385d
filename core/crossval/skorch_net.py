"""skorch's classifier as the lab uses it: seeded, told about, and with the lab's fast batches.

A fit here gives the very numbers that skorch's own classes give with a ``DataLoader``; it only gets there sooner.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from skorch import NeuralNetClassifier
from skorch.dataset import Dataset as SkorchDataset
from skorch.dataset import ValidSplit
from skorch.helper import SliceDataset
from torch import nn
from torch.utils.data import Dataset, Subset

from core.crossval.splits import pictures
from core.datasets.image_set import ImageSet
from core.models import build_model
from core.models.drawing import GENERATOR
from core.specs.folds import FoldSpec
from core.training.batches import ResidentImages
from core.training.judging import TEST_BATCH
from core.training.optimizers import optimizer_class


class Pictures(Dataset[tuple[torch.Tensor, int]]):
    """The training pictures as torchvision hands them out: ``ToTensor`` and ``Normalize`` for each, and its label.

    Parameters
    ----------
    images : ImageSet
    spec : FoldSpec, optional
        What the pictures were loaded for. A copy in another process is then made from its settings: the pictures
        are mapped there from the disk and never sent.
    """

    def __init__(self, images: ImageSet, spec: FoldSpec | None = None) -> None:
        self.images, self.labels, self.class_names = images.train_images, images.train_labels, images.class_names
        self._spec = spec

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        picture = torch.from_numpy(np.array(self.images[i].transpose(2, 0, 1), dtype=np.float32))
        return picture.div_(255).sub_(0.5).div_(0.5), int(self.labels[i])

    def __reduce__(self) -> Any:
        return super().__reduce__() if self._spec is None else (pictures_for, (self._spec,))


def pictures_for(spec: FoldSpec) -> Pictures:
    """The training pictures of a spec; a process that has them keeps them."""
    data_alone = FoldSpec(
        data=spec.data,
        leak=spec.leak,
        **{name: getattr(spec, name) for name in ("n_folds", "stratified", "shuffle", "split_seed") if spec.leak},
    )
    return _load(data_alone)


@lru_cache(maxsize=2)
def _load(spec: FoldSpec) -> Pictures:
    return Pictures(pictures(spec), spec)


class ResidentLoader:
    """Stands in for ``torch.utils.data.DataLoader``: the same batches in the same order, several times as fast.

    It draws from torch's generator what a ``DataLoader`` draws (a seed for its workers, and one for the order), so
    that initial weights, order and dropout are those of a fit with a ``DataLoader``.

    Parameters
    ----------
    dataset : Dataset
        ``Pictures``, or what skorch and scikit-learn have made of them: slices, subsets, pairs with labels.
    batch_size : int
    shuffle : bool
    channels_last : bool
        As in ``ResidentImages``.
    device : str
    """

    def __init__(
        self,
        dataset: object,
        batch_size: int,
        shuffle: bool = False,
        channels_last: bool = False,
        device: str = "cpu",
    ) -> None:
        images, rows, labels = _traced(dataset)
        self._batch_size, self._shuffle = batch_size, shuffle
        self._resident = ResidentImages(images[rows], labels, device=torch.device(device), channels_last=channels_last)

    def __len__(self) -> int:
        return math.ceil(len(self._resident) / self._batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        _draw_seed()  # a DataLoader's workers get it
        if not self._shuffle:
            return self._resident.in_order(self._batch_size)
        return self._resident.shuffled(self._batch_size, torch.Generator().manual_seed(_draw_seed()))


class LabNet(NeuralNetClassifier):
    """``NeuralNetClassifier`` that seeds itself, so that a fit is the same alone, in any order and in any process.

    Parameters
    ----------
    random_state : int
        Seeds torch before the weights are made.
    n_threads : int
        Sums are split by threads: another number rounds differently.
    """

    def __init__(
        self, module: object, *args: object, random_state: int = 0, n_threads: int = 1, **settings: object
    ) -> None:
        super().__init__(module, *args, **settings)
        self.random_state = random_state
        self.n_threads = n_threads

    def initialize(self) -> "LabNet":
        """As skorch's, but seeded."""
        torch.set_num_threads(self.n_threads)
        with GENERATOR:
            torch.manual_seed(self.random_state)
            super().initialize()
        return self


def build_net(spec: FoldSpec, n_classes: int, *, callbacks: list[object] | None = None, **changes: object) -> LabNet:
    """The net of a spec; ``changes`` are parameters of skorch that are to be otherwise."""
    resident = {"channels_last": spec.model.channels_last, "device": spec.device}
    own = ValidSplit(spec.own_folds, stratified=True) if spec.own_folds else None
    return LabNet(
        build_model,
        module__spec=spec.model,
        module__n_classes=n_classes,
        criterion=nn.CrossEntropyLoss,
        optimizer=optimizer_class(spec.optimizer),
        lr=spec.optimizer.learning_rate,
        **{f"optimizer__{name}": value for name, value in spec.optimizer.arguments().items()},
        max_epochs=spec.n_epochs,
        batch_size=spec.batch_size,
        iterator_train=ResidentLoader,
        iterator_train__shuffle=True,
        **{f"iterator_train__{name}": value for name, value in resident.items()},
        iterator_valid=ResidentLoader,
        iterator_valid__batch_size=TEST_BATCH,
        **{f"iterator_valid__{name}": value for name, value in resident.items()},
        train_split=own,
        classes=list(range(n_classes)),
        device=spec.device,
        random_state=spec.random_state,
        n_threads=spec.threads_at(0) or 1,
        callbacks=callbacks,
        callbacks__print_log=None,
        verbose=0,
        **changes,
    )


def _traced(dataset: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pictures at the bottom, the rows of them that a data set is, and their labels."""
    if isinstance(dataset, Pictures):
        return dataset.images, np.arange(len(dataset)), dataset.labels
    if isinstance(dataset, SkorchDataset):
        images, rows, labels = _traced(dataset.X)
        return images, rows, labels if dataset.y is None else np.asarray(dataset.y)
    if isinstance(dataset, SliceDataset | Subset):
        chosen = dataset.indices_ if isinstance(dataset, SliceDataset) else dataset.indices
        images, rows, labels = _traced(dataset.dataset)
        return images, rows[chosen], labels[chosen]
    raise TypeError(f"ResidentLoader takes Pictures and their slices and subsets, not {type(dataset).__name__}")


def _draw_seed() -> int:
    return int(torch.empty((), dtype=torch.int64).random_().item())
