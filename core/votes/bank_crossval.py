"""Votes on Question 4: how folds are cut, how many fits a search makes, and what makes a score too good."""

from typing import Any

import numpy as np

from core.votes.sources import CAWLEY, ELEMENTS, KOHAVI, SCIKIT_GUIDE, SCIKIT_SEARCH, measured, of_shapes
from core.votes.vote import Measured, Option, Outcome, Vote

HIGH, CHANCE, LOW = "More than 75 %", "About 50 %", "Less than 25 %"
LUCKY, HALF, UNLUCKY = "55 % or more", "Between 45 % and 55 %", "45 % or less"


def sizes_of_folds(random_state: int) -> Outcome:
    """``KFold(3)`` of 10 pictures."""
    from sklearn.model_selection import KFold

    sizes = [len(judged) for _, judged in KFold(3).split(np.zeros(10))]
    return Outcome(", ".join(map(str, sizes)), tuple(Measured(f"fold {k}", n) for k, n in enumerate(sizes, 1)))


def fits_of_search(random_state: int) -> Outcome:
    """``GridSearchCV`` over 3 rates and 2 widths with 5 folds, its fits counted."""
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.model_selection import GridSearchCV

    fits = []

    class Counting(ClassifierMixin, BaseEstimator):
        def __init__(self, rate: float = 1.0, width: int = 1) -> None:
            self.rate, self.width = rate, width

        def fit(self, X: np.ndarray, y: np.ndarray) -> Any:
            fits.append(len(y))
            self.classes_ = np.unique(y)
            return self

        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.zeros(len(X), dtype=int)

    grid = {"rate": [0.1, 0.01, 0.001], "width": [32, 64]}
    GridSearchCV(Counting(), grid, cv=5).fit(np.zeros((20, 1)), np.arange(20) % 2)
    whole = fits.count(20)
    numbers = (Measured("fits on folds", len(fits) - whole), Measured("fits on all pictures", whole))
    return Outcome(f"{len(fits)}", numbers)


def rare_class_in_folds(random_state: int) -> Outcome:
    """``StratifiedKFold(5)`` of 90 cats and 10 dogs: the dogs of each fold."""
    from sklearn.model_selection import StratifiedKFold

    labels = np.random.default_rng(random_state).permutation(np.repeat([0, 1], [90, 10]))
    folds = StratifiedKFold(5, shuffle=True, random_state=random_state)
    dogs = [int(labels[judged].sum()) for _, judged in folds.split(np.zeros(100), labels)]
    fixed: dict[tuple[int, ...], str] = {(2,) * 5: "2 dogs and 18 cats", (10,) * 5: "10 dogs and 10 cats"}
    return Outcome(
        fixed.get(tuple(dogs), "As many dogs as chance gives"),
        tuple(Measured(f"dogs in fold {k}", n) for k, n in enumerate(dogs, 1)),
    )


def sorted_by_class(random_state: int) -> Outcome:
    """``KFold(5)`` without shuffling on the digits 0 to 4, sorted, as many of each."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    X, y = load_digits(return_X_y=True)
    chosen = np.concatenate([np.flatnonzero(y == digit)[:100] for digit in range(5)])
    scores = 100 * cross_val_score(KNeighborsClassifier(1), X[chosen], y[chosen], cv=KFold(5))
    of_folds = tuple(Measured(f"fold {k}", score, "%") for k, score in enumerate(scores.tolist(), 1))
    return Outcome(f"{scores.mean():.0f} %", of_folds)


def features_chosen_first(random_state: int) -> Outcome:
    """The experiment of The Elements of Statistical Learning: 50 samples, 5,000 features of pure noise."""
    from sklearn.feature_selection import SelectKBest, f_classif
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline

    X, y = np.random.default_rng(random_state).standard_normal((50, 5_000)), np.repeat([0, 1], 25)
    folds = StratifiedKFold(5, shuffle=True, random_state=random_state)
    nearest, best = KNeighborsClassifier(1), SelectKBest(f_classif, k=100)
    first = float(100 * cross_val_score(nearest, best.fit_transform(X, y), y, cv=folds).mean())
    inside = float(100 * cross_val_score(make_pipeline(best, nearest), X, y, cv=folds).mean())
    answer = HIGH if first > 75 else LOW if first < 25 else CHANCE
    numbers = (Measured("chosen on all samples", first, "%"), Measured("chosen within each fold", inside, "%"))
    return Outcome(answer, numbers)


def everything_twice(random_state: int) -> Outcome:
    """Labels drawn by lot, each picture in the set twice, the nearest neighbour, 10 shuffled folds."""
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    rng = np.random.default_rng(random_state)
    X, y = rng.standard_normal((300, 20)), rng.integers(2, size=300)
    folds = KFold(10, shuffle=True, random_state=random_state)
    once = float(100 * cross_val_score(KNeighborsClassifier(1), X, y, cv=folds).mean())
    twice = float(100 * cross_val_score(KNeighborsClassifier(1), np.tile(X, (2, 1)), np.tile(y, 2), cv=folds).mean())
    answer = HIGH if twice > 75 else LOW if twice < 25 else CHANCE
    return Outcome(answer, (Measured("each picture once", once, "%"), Measured("each picture twice", twice, "%")))


def best_of_fifty(random_state: int) -> Outcome:
    """Fifty classifiers that draw one of two classes by lot, on 100 test pictures."""
    rng = np.random.default_rng(random_state)
    labels = rng.integers(2, size=100)
    scores = 100 * (rng.integers(2, size=(50, 100)) == labels).mean(axis=1)
    best = float(scores.max())
    answer = LUCKY if best >= 55 else UNLUCKY if best <= 45 else HALF
    return Outcome(answer, (Measured("the best", best, "%"), Measured("their mean", float(scores.mean()), "%")))


VOTES = (
    Vote(
        "crossval-folds-1", "crossval",
        "KFold(3) cuts 10 pictures into folds. How many pictures has each?",
        (
            Option("3, 3, 3", "Folds have to be the same size, so one picture is left out.",
                   f"{SCIKIT_GUIDE}: folds are of equal size only where that is possible; none is left out"),
            Option("4, 3, 3"),
            Option("3, 3, 4", "What is left over goes into the last fold.",
                   measured("KFold gives the first folds one picture more")),
        ),
        1, "Each picture is judged exactly once, so all 10 are in; the first folds take what is left over.",
        sizes_of_folds,
    ),
    Vote(
        "crossval-fits-1", "crossval",
        "GridSearchCV (its defaults otherwise) tries 3 learning rates and 2 widths with 5 folds. How many networks "
        "are trained?",
        (
            Option("30", "When the folds are done, all is done.",
                   f"{SCIKIT_SEARCH}: with refit=True, the default, the best is trained once more on everything"),
            Option("6", "Each setting is trained once.",
                   measured("6 is the number of settings; each is trained in 5 folds")),
            Option("25", "3 and 2 are 5 settings.", of_shapes("sum_for_product")),
            Option("31"),
        ),
        3, "3 x 2 settings x 5 folds, and the best one once more on all pictures.", fits_of_search,
    ),
    Vote(
        "crossval-stratified-1", "crossval",
        "90 cats and 10 dogs go into 5 stratified folds. What is in each?",
        (
            Option("10 dogs and 10 cats", "Stratified means that classes are balanced.",
                   f"{KOHAVI}: folds are stratified so that they have about the proportions of the whole set"),
            Option("As many dogs as chance gives", "Folds are always drawn by lot.",
                   measured("shuffled KFold does so: the dogs then differ from fold to fold")),
            Option("2 dogs and 18 cats"),
        ),
        2, "Stratified keeps the proportions of the whole set in every fold; it doesn't change them.",
        rare_class_in_folds,
    ),
    Vote(
        "crossval-sorted-1", "crossval",
        "Digits 0 to 4, 100 of each, sorted by class, go through KFold(5) without shuffling. What is the accuracy of "
        "a good classifier?",
        (
            Option("0 %"),
            Option("20 %", "Whatever goes wrong, chance is the least that one gets.",
                   measured("chance would be 20 % of 5 classes; with 1 nearest neighbour each fold has 0 %")),
            Option("99 %", "Order does not matter, as each picture is judged once.",
                   f"{SCIKIT_GUIDE}: pictures that are sorted by class have to be shuffled first"),
        ),
        0, "Each fold is one class that the other four folds do not have: nobody can predict what was never there.",
        sorted_by_class,
    ),
    Vote(
        "crossval-selected-1", "crossval",
        "50 samples of two classes have 5,000 features of pure noise. The 100 that go best with the labels are "
        "chosen on all samples; then 5 folds judge the nearest neighbour on these. Which accuracy do they report?",
        (
            Option(CHANCE, "Noise is noise: cross-validation finds out.",
                   f"{ELEMENTS}: done so, the error is 3 % where 50 % is true"),
            Option(HIGH),
            Option(LOW, "What is overfitted does worse than chance.",
                   measured("with each of five seeds they report 90 % or more")),
        ),
        1, "The labels of the judged samples have helped to choose. All that looks at labels belongs inside the folds.",
        features_chosen_first, has_luck=True,
    ),
    Vote(
        "crossval-twice-1", "crossval",
        "The labels of 300 pictures were drawn by lot (two classes). By accident each picture is in the set twice. "
        "What do 10 shuffled folds report for the nearest neighbour?",
        (
            Option(CHANCE, "Copies add nothing new, so they do no harm.",
                   measured("about 50 % is what each picture once gives, with each of five seeds")),
            Option(LOW, "Labels by lot lead it astray.",
                   measured("with each of five seeds far above 50 %")),
            Option(HIGH),
        ),
        2, "Nine times in ten the copy lies in a fold that trains, with its label: the score measures memory.",
        everything_twice, has_luck=True,
    ),
    Vote(
        "crossval-best-1", "crossval",
        "Fifty networks draw one of two classes by lot. The one that does best on the 100 test pictures is kept. Which "
        "accuracy is reported for it?",
        (
            Option(LUCKY),
            Option(HALF, "Each does 50 %, so the best does too.",
                   f"{CAWLEY}: a score by which something was chosen is too good"),
            Option(UNLUCKY, "Choosing among bad networks makes it worse.",
                   measured("with each of five seeds the best of fifty is at 55 % or more")),
        ),
        0, "The best of fifty draws is lucky on these pictures. On others it is at 50 % again: that set can't judge "
           "it.",
        best_of_fifty, has_luck=True,
    ),
)  # fmt: skip
