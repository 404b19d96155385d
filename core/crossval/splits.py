"""Who trains and who is judged: the splits of Question 4, by scikit-learn's own splitters. No torch but for (a)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core import datasets
from core.crossval.leak import leaked
from core.datasets.image_set import ImageSet
from core.lab.errors import ChalknetError
from core.specs.folds import FoldSpec

_ONE_CLASS = "All training pictures are of one class: there is nothing to tell apart. Choose a data set of two or more."
HANDOUT_SHARE = 0.2  # of the training pictures, put aside by the handout's random_split


class FoldsError(ChalknetError):
    """Settings under which no split is possible."""


@dataclass(frozen=True)
class Parts:
    """Where the training pictures went; indices into them, in the order in which they are used.

    Attributes
    ----------
    fitted : ndarray of int64
        What ``fit`` is given.
    judged : ndarray of int64
        What the score is of; empty where the test pictures are judged.
    unused : ndarray of int64
        The handout's ``val_data``, which nothing ever looks at.
    """

    fitted: np.ndarray
    judged: np.ndarray
    unused: np.ndarray


def check(labels: np.ndarray, class_names: Sequence[str], n_folds: int, *, stratified: bool) -> None:
    """Raise ``FoldsError`` where K folds make no sense.

    Parameters
    ----------
    labels : ndarray of shape (n,), int64
    class_names : sequence of str
    n_folds : int
    stratified : bool
        Whether each fold is to have its share of every class.
    """
    n = len(labels)
    if n_folds < 2:
        raise FoldsError(f"K is {n_folds}; allowed is 2 or more: one part trains, another is judged.")
    if n_folds > n:
        raise FoldsError(f"K is {n_folds}, but there are only {n} pictures to train. Choose a smaller K.")
    present = np.bincount(labels, minlength=len(class_names))
    if np.count_nonzero(present) < 2:
        raise FoldsError(_ONE_CLASS)
    rarest = int(np.where(present > 0, present, n + 1).argmin())
    if stratified and present[rarest] < n_folds:
        raise FoldsError(
            f"Class {class_names[rarest]} has {present[rarest]} training pictures, fewer than K = {n_folds}: not every "
            "fold can have one. Choose more pictures, a smaller K, or folds that are not stratified."
        )


def splitter(spec: FoldSpec) -> Any:
    """scikit-learn's object that makes the splits, for ``cross_val_score(..., cv=...)``."""
    from sklearn import model_selection as sk

    if spec.split == "random":
        shuffled = sk.StratifiedShuffleSplit if spec.stratified else sk.ShuffleSplit
        # Fewer splits are the first of more
        return shuffled(n_splits=spec.fold + 1, test_size=1 / spec.n_folds, random_state=spec.split_seed)
    folds = sk.StratifiedKFold if spec.stratified else sk.KFold
    return folds(spec.n_folds, shuffle=spec.shuffle, random_state=spec.split_seed if spec.shuffle else None)


def splits(spec: FoldSpec, labels: np.ndarray, class_names: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    """All splits of a spec's making up to its own: pairs of indices (trained on, judged).

    Raises
    ------
    FoldsError
        Where they are impossible.
    """
    check(labels, class_names, spec.n_folds, stratified=spec.stratified)
    try:
        return list(splitter(spec).split(np.zeros(len(labels)), labels))
    except ValueError as error:  # such as a test part with fewer pictures than classes
        raise FoldsError(f"No such split: {str(error).rstrip('.')}. Choose more pictures or a smaller K.") from error


def parts(spec: FoldSpec, labels: np.ndarray, class_names: Sequence[str]) -> Parts:
    """Where the pictures of one run go."""
    nobody = np.empty(0, dtype=np.int64)
    if spec.split != "holdout":
        fitted, judged = splits(spec, labels, class_names)[spec.fold]
        return Parts(fitted, judged, nobody)
    import torch

    check_holdout(labels, spec.own_folds)
    n_given = len(labels) - int(len(labels) * HANDOUT_SHARE)
    # The order in which torch.utils.data.random_split deals
    dealt = torch.randperm(len(labels), generator=torch.Generator().manual_seed(spec.split_seed)).numpy()
    check_holdout(labels[dealt[:n_given]], spec.own_folds)
    return Parts(dealt[:n_given], nobody, dealt[n_given:])


def check_holdout(labels: np.ndarray, own_folds: int) -> None:
    """Raise ``FoldsError`` where part (a) makes no sense: one class alone, or too few pictures for skorch's own split.

    skorch's split is content, with a warning, as long as one class has enough pictures.
    """
    counts = np.bincount(labels)
    if np.count_nonzero(counts) < 2:
        raise FoldsError(_ONE_CLASS)
    if own_folds > counts.max():
        raise FoldsError(
            f"skorch keeps every {own_folds}th picture, but no class has more than {counts.max()}. Choose more "
            "pictures or another share."
        )


def holdout_sizes(n: int, own_folds: int) -> tuple[int, int, int]:
    """Part (a): pictures that train, that ``random_split`` puts aside, that skorch keeps for its own validation.

    The handout's two ``int(...)`` do not always add up to ``n``; what is put aside is its ``int(m * 0.2)``.
    """
    aside = int(n * HANDOUT_SHARE)
    own = math.ceil((n - aside) / own_folds) if own_folds else 0
    return n - aside - own, aside, own


def pictures(spec: FoldSpec) -> ImageSet:
    """The pictures of a spec, with its near-duplicates if it has any."""
    images = datasets.load_for(spec.data)
    if spec.leak is None or spec.leak.share == 0:
        return images
    deal = fold_of_each(spec, images.train_labels, images.class_names)
    return leaked(images, deal, spec.leak).images


def fold_of_each(spec: FoldSpec, labels: np.ndarray, class_names: Sequence[str]) -> np.ndarray:
    """Of each training picture the fold that judges it, shape (n,), int64."""
    deal = np.full(len(labels), -1, dtype=np.int64)
    all_folds = spec.model_copy(update={"split": "folds", "fold": 0})
    for number, (_, judged) in enumerate(splits(all_folds, labels, class_names)):
        deal[judged] = number
    return deal


def judged_pictures(spec: FoldSpec) -> ImageSet:
    """The pictures of a run as an ``ImageSet`` whose test pictures are those that the run judges, in its order."""
    images = pictures(spec)
    of_fold = parts(spec, images.train_labels, images.class_names)
    shown, labels = judged_part(spec, images, of_fold)
    fitted = of_fold.fitted
    return replace(
        images,
        train_images=images.train_images[fitted],
        train_labels=images.train_labels[fitted],
        test_images=shown,
        test_labels=labels,
    )


def judged_part(spec: FoldSpec, images: ImageSet, of_fold: Parts) -> tuple[np.ndarray, np.ndarray]:
    """The pictures that a run judges and their labels: of its fold, then the clean test pictures if it judges them."""
    if spec.split == "holdout":
        return images.test_images, images.test_labels
    shown, labels = images.train_images[of_fold.judged], images.train_labels[of_fold.judged]
    if spec.judges_test:
        shown, labels = np.concatenate([shown, images.test_images]), np.concatenate([labels, images.test_labels])
    return shown, labels
