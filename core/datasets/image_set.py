"""The one shape in which every data set arrives."""

from dataclasses import dataclass
from typing import Any

import numpy as np

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
    train_images, test_images : ndarray of shape (n, 32, 32, 3), uint8
        Red, green, blue from 0 to 255. Read-only, often memory-mapped: copy before writing.
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
