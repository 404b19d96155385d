"""The ten recipes, what they are answered with, and what they show once they are trained."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from core import datasets
from core.exercises.shelf import Shelf
from core.exercises.sorting import ANSWERS, HINTS, RECIPES, REFERENCE, TITLES, hint, in_order, intended, mistake
from core.exercises.verdict import verdict

ALL = os.environ.get("CHALKNET_SORTING") == "all"


def test_two_recipes_for_each_answer():
    assert Counter(intended(key) for key in RECIPES) == dict.fromkeys(ANSWERS, 2)
    assert intended(REFERENCE) == "fine"


def test_the_seed_decides_the_order():
    assert in_order(3) == in_order(3)
    assert sorted(in_order(3)) == sorted(RECIPES)
    assert len({tuple(in_order(seed)) for seed in range(20)}) > 15


@pytest.mark.parametrize("label", ANSWERS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_answered_with_a_confusion_it_gets_that_hint_and_no_other(answer, label):
    given = hint(answer, label)
    if answer == label:
        assert (given, mistake(answer, label)) == ("", "")
        return
    assert given
    assert mistake(answer, label) == f"{answer}_for_{label}"
    assert [pair for pair, text in HINTS.items() if text == given] == [(answer, label)]


def test_what_can_not_be_told_blames_nobody():
    assert {hint(answer, "unclear") for answer in ANSWERS} == {""}
    assert {mistake(answer, "unclear") for answer in ANSWERS} == {""}
    assert set(TITLES) == {*ANSWERS, "unclear"}


def test_hints_have_no_numbers():
    """They stand beside any recipe with that label."""
    assert not [text for text in HINTS.values() if re.search(r"\d", text)]


def labels_of(recipes, dataset):
    shelf = Shelf()
    info = datasets.info(dataset)
    cut = {key: recipe.cut(info) for key, recipe in RECIPES.items()}
    shelf.fill([cut[REFERENCE], *(cut[key] for key in recipes)], dataset)
    reached = [run.test_accuracy[-1] for run in shelf.seeds(cut[REFERENCE], dataset)]
    return {
        key: verdict(shelf.seeds(cut[key], dataset), reached, label_noise=cut[key].label_noise).label for key in recipes
    }


def test_two_of_them_trained_have_the_labels_they_were_made_for(home):
    keys = ["overfit_few", "underfit_short"]
    assert labels_of(keys, "shapes10") == {key: intended(key) for key in keys}


@pytest.mark.skipif(not ALL, reason="50 runs; CHALKNET_SORTING=all trains them")
def test_all_of_them_on_shapes(home):
    assert labels_of(list(RECIPES), "shapes10") == {key: intended(key) for key in RECIPES}


@pytest.mark.skipif(not ALL, reason="50 runs; CHALKNET_SORTING=all trains them")
def test_all_of_them_on_photographs(home):
    beside = Path(__file__).parents[4] / "shared" / "data" / "cifar10-photos.zip"
    photos = Path(os.environ.get("CHALKNET_PHOTOS") or beside)
    if not photos.is_file():
        pytest.skip(f"{photos} is not there; set CHALKNET_PHOTOS to where it is")
    with photos.open("rb") as file:
        name = datasets.import_zip(file, title="Photographs").name
    assert labels_of(list(RECIPES), name) == {key: intended(key) for key in RECIPES}
