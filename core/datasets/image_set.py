"""The one shape in which every data set arrives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.datasets.info import DatasetError

SIDE = 32  # pixels: the handout's networks take 3 x 32 x 32


@dataclass(frozen=True)
class ImageSet:
    """Pictures with labels, split into train and test, and where they came from.

    Attributes
    ----------
    name : str
        The registry's name, such as ``"shapes10"``.
    title : str
        The name for people, such as ``"Shapes-10"``.
    class_names : tuple of str
        One name a class; labels index into it.
    train_images, test_images : ndarray of shape (n, side, side, 3), uint8
        Red, green, blue from 0 to 255; ``side`` is 32 unless larger pictures were asked for. Read-only, often
        memory-mapped: copy before writing.
    train_labels, test_labels : ndarray of shape (n,), int64
        From 0 to ``len(class_names) - 1``.
    source : str
        One sentence for people: where the pictures come from.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    source: str

    @property
    def side(self) -> int:
        """Pixels of the pictures, in width and height."""
        return int(self.train_images.shape[1]) or SIDE

    @property
    def has_pictures(self) -> bool:
        """Whether there are any: of a set that was deleted only labels are left, or nothing at all."""
        return bool(self.test_images.size)

    def subset(self, n_train: int, n_test: int, random_state: int) -> "ImageSet":
        """The first ``n`` of a seeded shuffle of each split; a split that is wanted whole stays in its order.

        Parameters
        ----------
        n_train, n_test : int
            How many pictures; more than there are gives all there are.
        random_state : int
            Seed of ``numpy.random.default_rng``; train is drawn first, then test.

        Returns
        -------
        ImageSet
            Copies of the chosen pictures, or views where a split stays whole.
        """
        rng = np.random.default_rng(random_state)
        chosen: dict[str, Any] = {}
        for split, n in (("train", n_train), ("test", n_test)):
            images, labels = getattr(self, f"{split}_images"), getattr(self, f"{split}_labels")
            order = rng.permutation(len(labels))[:n]
            whole = n >= len(labels)
            chosen[f"{split}_images"] = images if whole else images[order]
            chosen[f"{split}_labels"] = labels if whole else labels[order]
        return ImageSet(name=self.name, title=self.title, class_names=self.class_names, source=self.source, **chosen)

    def held_out(self, n_train: int, n_validation: int, random_state: int) -> "ImageSet":
        """Training pictures alone: some to train, and others in the place of the test pictures, to judge.

        Parameters
        ----------
        n_train, n_validation : int
            The first ``n_train`` of the seeded shuffle of the training pictures train, those behind them judge.
        random_state : int
            Seed of ``numpy.random.default_rng``.

        Raises
        ------
        DatasetError
            If there are not so many training pictures.
        """
        n = len(self.train_labels)
        if n_train + n_validation > n:
            raise DatasetError(
                f"{self.title} has {n:,} training pictures: {n_train:,} to train and {n_validation:,} held out of them "
                f"for validation are more. Choose at most {max(0, n - n_validation):,} to train."
            )
        order = np.random.default_rng(random_state).permutation(n)
        train, judged = order[:n_train], order[n_train : n_train + n_validation]
        return replace(
            self,
            train_images=self.train_images[train], train_labels=self.train_labels[train],
            test_images=self.train_images[judged], test_labels=self.train_labels[judged],
        )  # fmt: skip

    def of_classes(self, names: Sequence[str], per_class: int | None) -> "ImageSet":
        """Only some classes, and of each the first training pictures; all their test pictures.

        Parameters
        ----------
        names : sequence of str
            The classes in their new order; none means all in theirs.
        per_class : int or None
            Training pictures of each class; None for all there are. More of them hold fewer of them: 20 a class are
            5 a class and 15 others.

        Raises
        ------
        DatasetError
            If a class is unknown or named twice, or has fewer pictures.
        """
        names = tuple(names) or self.class_names
        for name in names:
            if name not in self.class_names:
                known = ", ".join(self.class_names)
                raise DatasetError(f"{self.title} has no class {name!r}; it has: {known}.")
        if len(set(names)) < len(names) or len(names) < 2:
            raise DatasetError(f"The classes are {', '.join(names)}; allowed are two or more, each named once.")
        picked: dict[str, list[np.ndarray]] = {"train": [], "test": []}
        for name in names:
            old = self.class_names.index(name)
            train, test = np.flatnonzero(self.train_labels == old), np.flatnonzero(self.test_labels == old)
            least = 2 if per_class is None else per_class
            if len(train) < least or not len(test):
                raise DatasetError(
                    f"The class {name!r} of {self.title} has {len(train)} training and {len(test)} test pictures among "
                    f"those chosen; {least} and 1 are needed. Choose more pictures, or leave the class out."
                )
            picked["train"].append(train[:per_class])
            picked["test"].append(test)
        chosen: dict[str, Any] = {}
        for split, parts in picked.items():
            # As they lie in the set, classes mixed: batches without shuffling would else be of one class
            index = np.concatenate(parts)
            labels = np.repeat(np.arange(len(names)), [len(part) for part in parts])
            order = np.argsort(index, kind="stable")
            chosen[f"{split}_images"] = getattr(self, f"{split}_images")[index[order]]
            chosen[f"{split}_labels"] = labels[order].astype(np.int64)
        return ImageSet(name=self.name, title=self.title, class_names=tuple(names), source=self.source, **chosen)
