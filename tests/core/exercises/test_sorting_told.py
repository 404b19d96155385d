"""What is said of the ten runs: the numbers are the recipe's, chance is that of the classes."""

import pytest

from core.exercises.short_runs import Recipe
from core.exercises.sorting import ANSWERS, RECIPES, TITLES, mistake
from core.exercises.sorting_told import answered, how_made, measured_by


def test_chance_is_that_of_the_classes_and_a_sound_run_the_mean_of_its_seeds():
    said = measured_by(Recipe(n_train=1_000, n_test=20), 10, [0.5, 0.6, 0.7, 0.8, 0.9])
    assert "1,000 training and 20 test pictures, 10 classes: by chance 10% and a loss of 2.30." in said
    assert "reaches 70% of its test pictures (mean of 5 seeds)" in said
    assert "2 classes: by chance 50% and a loss of 0.69." in measured_by(Recipe(), 2, [1.0])


def test_how_it_was_made_tells_what_is_wrong_with_it():
    told = {key: how_made(recipe) for key, recipe in RECIPES.items()}
    assert "30% of the training labels wrong" in told["overfit_labels"]
    assert "learning rate 0.00001." in told["bug_still"]  # no power of ten
    assert "not normalized as the training pictures are" in told["bug_normalize"]
    assert "H = 4, 8 epochs, learning rate 0.02." in told["underfit_narrow"]
    assert [key for key, said in told.items() if "labels wrong" in said] == ["overfit_labels"]
    assert [key for key, said in told.items() if "normalized" in said] == ["bug_normalize"]


@pytest.mark.parametrize("label", [*ANSWERS, "unclear"])
@pytest.mark.parametrize("answer", ANSWERS)
def test_who_makes_no_mistake_is_told_so(answer, label):
    head, below = answered(answer, label)
    assert head.startswith("No: ") == bool(mistake(answer, label))
    assert TITLES[label].lower() in head.lower()
    assert (f"You answered: {TITLES[answer].lower()}." == below) == bool(mistake(answer, label))
