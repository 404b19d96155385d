"""What one fold is: a run that trains on a part of the training pictures and judges another (Question 4)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.specs.base import LearningRate, Seed, Spec
from core.specs.run import RunSpec

MAX_SPLITS = 100  # of one set of random splits

# skorch's ValidSplit(k) keeps every k-th picture of what fit() is given; 0 stands for train_split=None
OwnShare = Literal[0, 2, 3, 4, 5, 10]


class LeakSpec(Spec):
    """Near-duplicates that lie in other folds than their originals."""

    # Of the training pictures, which they replace
    share: Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False, title="the share of near-duplicates")] = 0.5
    random_state: Annotated[Seed, Field(title="the seed of the near-duplicates")] = 0


class FoldSpec(RunSpec):
    """A run on one of several splits of the training pictures.

    ``split`` says where the split comes from:

    - ``"folds"``: the ``fold``-th of ``KFold`` or ``StratifiedKFold``; the rest trains.
    - ``"random"``: the ``fold``-th of ``ShuffleSplit`` or ``StratifiedShuffleSplit``, as large as a fold.
    - ``"holdout"``: part (a) of the handout: ``random_split`` puts a fifth aside, skorch another share of what is
      left; the test pictures are judged.
    """

    task: Literal["fold"] = "fold"
    # Folds train side by side, a core each, and a score does not depend on how many there were
    n_threads: Annotated[Annotated[int, Field(ge=1, le=256)] | None, Field(title="the number of threads")] = 1
    split: Annotated[Literal["folds", "random", "holdout"], Field(title="the kind of split")] = "folds"
    n_folds: Annotated[int, Field(ge=2, le=10, title="the number of folds")] = 5
    fold: Annotated[int, Field(ge=0, lt=MAX_SPLITS, title="the fold")] = 0
    stratified: Annotated[bool, Field(title="stratified folds")] = True
    shuffle: Annotated[bool, Field(title="shuffled folds")] = True
    split_seed: Annotated[Seed, Field(title="the seed of the split")] = 0  # random_state is of the network
    own_folds: Annotated[OwnShare, Field(title="the parts of skorch's own validation")] = 0  # its train_split
    leak: Annotated[LeakSpec | None, Field(title="the near-duplicates")] = None
    # Clean test pictures are judged besides, behind those of the fold
    judges_test: Annotated[bool, Field(title="the judging of clean test pictures")] = False

    def ignored(self) -> dict[str, str]:
        """skorch's fit knows neither, and a fold has no branches."""
        return {
            "schedule": "a fold keeps a constant rate",
            "precision": "a fold is trained in float32",
            "earlier": "a fold has no branches",
            "judges_training": "a fold judges the pictures that it was not fitted on",
        }

    @model_validator(mode="after")
    def _fold_is_one_of_them(self) -> "FoldSpec":
        if self.split == "folds" and self.fold >= self.n_folds:
            raise ValueError(f"fold is {self.fold}; allowed is a whole number from 0 to {self.n_folds - 1}")
        return self


class SearchSpec(Spec):
    """A search over learning rate and batch size, each pair judged by the same K folds."""

    base: FoldSpec = FoldSpec()  # the network, its fit and the folds; learning rate and batch size are searched
    learning_rates: Annotated[tuple[LearningRate, ...], Field(min_length=1, max_length=8)] = (0.0001, 0.001, 0.01)
    batch_sizes: Annotated[tuple[Annotated[int, Field(ge=1, le=4_096)], ...], Field(min_length=1, max_length=8)] = (
        32, 64, 128,
    )  # fmt: skip
    n_random: Annotated[int, Field(ge=1, le=64)] | None = None  # so many pairs drawn at random; None for all of them

    @model_validator(mode="after")
    def _batch_norm_needs_pairs(self) -> "SearchSpec":
        if (smallest := min(self.batch_sizes)) < self.base.smallest_batch():
            raise ValueError(f"batch_sizes has {smallest}; {self.base.batch_norm_needs}")
        return self

    @property
    def n_pairs(self) -> int:
        """Pairs of settings that are tried."""
        n_all = len(self.learning_rates) * len(self.batch_sizes)
        return n_all if self.n_random is None else min(self.n_random, n_all)

    @property
    def n_fits(self) -> int:
        """Networks that are trained."""
        return self.n_pairs * self.base.n_folds
