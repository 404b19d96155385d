"""Plans for Question 4: skorch's few lines, K folds, and how one split misleads."""

from functools import partial

from core.crossval import members
from core.plans import figures
from core.plans.clock import by_the_clock
from core.plans.plan import Chosen, Figure, Needs, Plan, Shows, Step
from core.specs import AdamSpec, CNNSpec, MLPSpec
from core.specs.folds import FoldSpec, LeakSpec

LESSON = "crossval"
_N_SPLITS = 20

_CLOCKS = {
    50: {"lines": 9, "folds": 11, "luck": 12, "leak": 10, "fits": 5, "close": 3},
    75: {
        "lines": 10, "folds": 13, "sorted": 8, "luck": 13, "leak": 12, "selected": 9, "fits": 7, "close": 3,
    },
}  # fmt: skip


def plan(minutes: int, chosen: Chosen) -> Plan:
    """That of 50 or of 75 minutes."""
    return by_the_clock(
        LESSON,
        _steps(chosen),
        _CLOCKS[minutes],
        aim="Everybody can say what a fold has not seen, how far one split misleads, and three ways to fool oneself.",
        ahead=("order",) if minutes == 75 else ("sorted", "order"),
    )


def _steps(chosen: Chosen) -> dict[str, Step]:
    base = FoldSpec(
        data=chosen.data, model=CNNSpec(), optimizer=AdamSpec(), n_epochs=1, batch_size=64, device=chosen.device
    )
    holdout = base.model_copy(update={"split": "holdout", "own_folds": 5})
    quick = base.model_copy(update={"model": MLPSpec(), "n_epochs": 2})
    long = base.model_copy(update={"model": MLPSpec(), "n_epochs": 10, "judges_test": True})
    of_folds: dict[str, object] = {"n_folds": base.n_folds}
    folds = Needs("the five folds", LESSON, members.folds(base), members.FOLDS_KIND, of_folds)
    splits = Needs(
        f"five folds and {_N_SPLITS} single splits", LESSON, members.splits(quick, _N_SPLITS), members.SPLITS_KIND,
        of_folds,
    )  # fmt: skip
    leak = Needs(
        "folds with and without near-duplicates", LESSON, members.leak(long, LeakSpec()), members.LEAK_KIND, of_folds
    )
    return {
        "lines": Step(
            "Fewer lines, and where the pictures went",
            "Start it, then read the two programs side by side. End with the drawing of who gets which pictures.",
            "How many of the training pictures does fit() train on?",
            (
                Shows(
                    "skorch's fit in place of the loop", LESSON, "Fewer lines",
                    needs=Needs("skorch's fit", LESSON, [({}, holdout)]),
                ),
            ),
            figures=(Figure("test accuracy", figures.accuracy), Figure("training time", figures.trained_for)),
            slow="Read the two programs without training: the drawing needs no run.",
        ),
        "folds": Step(
            "Five folds fill",
            "Vote, then Start. While they fill, ask of each new score: luck or skill?",
            "How far apart will the best and the worst fold be?",
            (Shows("Five folds of the handout's CNN", LESSON, "K folds", needs=folds),),
            ("crossval-folds-1", "crossval-stratified-1"),
            (
                Figure("mean of the folds", figures.folds_mean),
                Figure("worst to best fold", partial(figures.lowest_and_highest, "folds")),
                Figure("training time of all runs", figures.trained_for),
            ),
            slow="Choose the MLP: the same folds in a moment. Or show the folds of the rehearsal.",
        ),
        "sorted": Step(
            "Folds of sorted pictures",
            "Vote, discuss, vote again. Then show where Shuffled and Stratified are switched off.",
            "What can a network say of a class that it has never seen?",
            (
                Shows(
                    "Neither shuffled nor stratified", LESSON, "K folds",
                    settings={"stratified": False, "shuffle": False},
                ),
            ),
            ("crossval-sorted-1",),
        ),
        "luck": Step(
            "How lucky can one split be?",
            "Everybody writes down a number before Start: lowest and highest of twenty splits.",
            "Which of the twenty would you report?",
            (
                Shows(
                    "Twenty single splits beside five folds", LESSON, "One split",
                    settings={"network": "MLP", "n_epochs": quick.n_epochs, "n_splits": _N_SPLITS}, needs=splits,
                ),
            ),
            ("crossval-best-1",),
            (
                Figure("lowest to highest single split", partial(figures.lowest_and_highest, "random")),
                Figure("mean of the folds", figures.folds_mean),
                Figure("training time of all runs", figures.trained_for),
            ),
            slow="Move Single splits to 5.",
        ),
        "leak": Step(
            "A leak",
            "Vote, Start, and do not say a word until the dots are there.",
            "Has the network become better?",
            (Shows("Near-duplicates in other folds", LESSON, "Leak", needs=leak),),
            ("crossval-twice-1",),
            (Figure("mean of the folds", figures.leak_gain), Figure("training time of all runs", figures.trained_for)),
            slow="Show the leak of the rehearsal: it is the same picture.",
        ),
        "selected": Step(
            "Tuned on the test set",
            "Vote on the noise first: it is the extreme case. Then let fifty networks be tuned on 100 pictures.",
            "Where did the good score come from, if there was nothing to learn?",
            (Shows("Fifty networks, one test set", LESSON, "Tuned on test"),),
            ("crossval-selected-1",),
            slow="Leave out the fifty networks: the vote is computed without them.",
        ),
        "fits": Step(
            "What a grid search costs",
            "Vote, then let the page say how many networks and how long, before anybody starts it.",
            "How many networks, and who pays for them?",
            (Shows("The grid search", LESSON, "Grid search"),),
            ("crossval-fits-1",),
        ),
        "order": Step(
            "The lines of K folds, shuffled",
            "In pairs, as in Question 1.",
            "Which line must not stand outside the loop?",
            (Shows("The lines in order", LESSON, "In order"),),
        ),
        "close": Step(
            "What to take home",
            "Each names one way to report too good a score without cheating.",
        ),
    }  # fmt: skip
