"""The experiments of Question 4 as lists of runs: K folds, single splits beside them, folds with a leak."""

from core.specs import RunSpec
from core.specs.folds import FoldSpec, LeakSpec

FOLDS_KIND, SPLITS_KIND, LEAK_KIND = "folds", "splits", "leak"
WITHOUT, WITH = "without copies", "with copies"
Members = list[tuple[dict[str, object], RunSpec]]


def folds(spec: FoldSpec) -> Members:
    """One run a fold."""
    return [({"fold": f"fold {i + 1}"}, spec.model_copy(update={"fold": i})) for i in range(spec.n_folds)]


def splits(spec: FoldSpec, n_splits: int) -> Members:
    """The folds, and behind them so many single random splits, each as large as a fold."""
    singles: Members = [
        ({"fold": f"split {i + 1}"}, spec.model_copy(update={"split": "random", "fold": i})) for i in range(n_splits)
    ]
    return [*folds(spec), *singles]


def leak(spec: FoldSpec, copies: LeakSpec) -> Members:
    """The folds without near-duplicates, and the same with them."""
    clean, copied = folds(spec), folds(spec.model_copy(update={"leak": copies}))
    labelled: Members = [({"copies": WITHOUT} | labels, one) for labels, one in clean]
    return [*labelled, *(({"copies": WITH} | labels, one) for labels, one in copied)]
