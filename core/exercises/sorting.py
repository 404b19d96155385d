"""Is this overfitting? Ten recipes whose curves are to be sorted, and what each wrong answer confuses.

What a recipe is meant to show is written here; what it does show on a data set is found by ``verdict``, which counts.
"""

import random
from typing import Literal, get_args

from core.exercises.short_runs import Recipe
from core.exercises.verdict import Label

Answer = Literal["overfit", "underfit", "noise", "bug", "fine"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)

TITLES: dict[Label, str] = {
    "overfit": "Overfitting",
    "underfit": "Underfitting",
    "noise": "Noise of a small test set",
    "bug": "A bug",
    "fine": "Fine",
    "unclear": "Can't be told",
}

REFERENCE = "fine_wide"  # whose test accuracy says what can be reached

RECIPES: dict[str, Recipe] = {
    REFERENCE: Recipe(n_epochs=6),
    "fine_narrow": Recipe(H=64, n_epochs=7),
    "overfit_few": Recipe(n_train=300, n_epochs=25, learning_rate=0.02),
    "overfit_labels": Recipe(n_train=1_000, n_epochs=20, learning_rate=0.02, label_noise=0.3),
    "underfit_narrow": Recipe(H=4, n_epochs=8, learning_rate=0.02),
    "underfit_short": Recipe(n_train=2_500, n_epochs=5, learning_rate=0.003),
    "noise_20": Recipe(n_test=20, n_epochs=7),
    "noise_40": Recipe(n_test=40, H=64, n_epochs=6, learning_rate=0.015),
    "bug_normalize": Recipe(n_epochs=6, learning_rate=0.03, twist="test_not_normalized"),
    "bug_still": Recipe(n_epochs=8, learning_rate=1e-5),
}


def intended(key: str) -> Answer:
    """What a recipe was made for."""
    return next(answer for answer in ANSWERS if key.startswith(answer))


def in_order(seed: int) -> list[str]:
    """The ten recipes, shuffled."""
    keys = list(RECIPES)
    random.Random(seed).shuffle(keys)
    return keys


# What was answered, and what it is. A sentence may lean on nothing but the label: the numbers stand in the evidence
HINTS: dict[tuple[Answer, Answer], str] = {
    ("overfit", "underfit"): (
        "Overfitting has a gap: training goes on getting better while the test gets worse. Here training itself "
        "stays low."
    ),
    ("overfit", "noise"): (
        "A jagged test curve is not yet overfitting. Look at how many test pictures there are: each is a step of "
        "the curve, and over five seeds no rise of the test loss is certain."
    ),
    ("overfit", "bug"): (
        "Overfitting needs time: the network first learns what the test can use, then its own pictures by heart. "
        "What is wrong from the start, or never moves, comes from elsewhere."
    ),
    ("overfit", "fine"): (
        "A training curve that is somewhat better than the test curve is usual. It is overfitting once the test "
        "loss rises again while the training loss falls."
    ),
    ("underfit", "overfit"): (
        "A low test accuracy alone says nothing of the cause. Look at the training curve: this network learns its "
        "own pictures, and yet the test loss rises."
    ),
    ("underfit", "noise"): (
        "What so few test pictures say may be low or high by chance. Look at the training curve, which is of many "
        "more: it does not stay low."
    ),
    ("underfit", "bug"): (
        "A network that underfits still learns something, and training and test do it together. Where nothing "
        "moves, or the test stays apart from the first epoch on, search for a fault first."
    ),
    ("underfit", "fine"): (
        "Low is relative: compare with what another network reaches. This one reaches on its training pictures "
        "what that one reaches on unseen ones, or comes close."
    ),
    ("noise", "overfit"): (
        "A small test set makes a curve jump up and down. It does not lift the test loss of five seeds together "
        "while their training loss falls."
    ),
    ("noise", "underfit"): (
        "Noise is in the test curve alone. Here the training curve is low as well, and that one is of many more "
        "pictures."
    ),
    ("noise", "bug"): (
        "Chance misses to both sides, and other seeds would mend it. What is off in the same way in all five "
        "seeds is no chance."
    ),
    ("noise", "fine"): (
        "A small unrest of the test curve is always there. This test set is large enough: its interval is narrow "
        "beside what was learnt."
    ),
    ("bug", "overfit"): (
        "No fault shows. At first the test loss falls with the training loss, and only later they part: a fault "
        "would not wait."
    ),
    ("bug", "underfit"): (
        "No fault shows. Training and test get better together, only not far enough: usually the network is too "
        "small or was trained too little."
    ),
    ("bug", "noise"): (
        "No fault shows. The jumps are those of a test curve of few pictures, of which each counts for several "
        "percentage points."
    ),
    ("bug", "fine"): (
        "Nothing points to a fault: the loss begins near that of chance, both curves get better, and the test "
        "does not fall behind from the start."
    ),
    ("fine", "overfit"): (
        "The training curve looks splendid, and that is the trap. Test loss has been rising while training loss "
        "fell: the best network of this run was an earlier one."
    ),
    ("fine", "underfit"): (
        "Two curves close together are a good sign only if they are high enough. Another network reaches far more "
        "on these pictures."
    ),
    ("fine", "noise"): (
        "Nothing else shows, but these test pictures are too few to say how good it is. Do not choose between "
        "networks by such a curve."
    ),
    ("fine", "bug"): (
        "These curves are not those of a network that learns to classify new pictures: compare where they begin "
        "and end with chance, and the test with the training in the very first epoch."
    ),
}


def hint(answer: Answer, label: Label) -> str:
    """What a wrong answer confuses; empty for the right one, and where nothing can be told."""
    return "" if label in (answer, "unclear") else HINTS[answer, label]  # type: ignore[index]


def mistake(answer: Answer, label: Label) -> str:
    """The key of a wrong answer's mistake, such as ``"overfit_for_noise"``; empty for the right one."""
    return "" if label in (answer, "unclear") else f"{answer}_for_{label}"
