"""Is this overfitting?, in sentences: what a run of the ten is measured by, how it was made, what an answer was."""

import math
import statistics
from collections.abc import Sequence

from core.exercises.short_runs import N_SEEDS, Recipe
from core.exercises.sorting import TITLES, Answer
from core.exercises.verdict import Label
from core.lab.words import count


def measured_by(recipe: Recipe, n_classes: int, reached: Sequence[float]) -> str:
    """Pictures of a run, and what chance and a sound run come to on them.

    Parameters
    ----------
    recipe : Recipe
    n_classes : int
    reached : sequence of float
        Test accuracies of the sound run's seeds, from 0 to 1.
    """
    return (
        f"{recipe.n_train:,} training and {recipe.n_test:,} test pictures, {count(n_classes, 'class', 'classes')}"
        f": by chance {1 / n_classes:.0%} and a loss of {math.log(n_classes):.2f}. To compare: a sound run "
        f"on these pictures reaches {statistics.fmean(reached):.0%} of its test pictures (mean of {N_SEEDS} seeds)."
    )


def how_made(recipe: Recipe) -> str:
    """The recipe's settings, what is wrong with its pictures included."""
    wrong = f", {recipe.label_noise:.0%} of the training labels wrong" if recipe.label_noise else ""
    twist = ", and its test pictures are not normalized as the training pictures are" if recipe.twist else ""
    rate = f"{recipe.learning_rate:g}" if recipe.learning_rate >= 1e-4 else f"{recipe.learning_rate:.5f}"
    return (
        f"How it was made: {recipe.n_train:,} pictures{wrong}, H = {recipe.H}, {count(recipe.n_epochs, 'epoch')}, "
        f"learning rate {rate}{twist}."
    )


def answered(answer: Answer, label: Label) -> tuple[str, str]:
    """Whether an answer is right, as a headline and the line below it."""
    if label == "unclear":
        return "This one can't be told.", "The seeds do not settle it, so no answer is wrong."
    if answer == label:
        return f"Right: {TITLES[label].lower()}.", f"Found by {N_SEEDS} seeds, not by how it was made."
    return f"No: {TITLES[label].lower()}.", f"You answered: {TITLES[answer].lower()}."
