"""What was trained once is there for the next one; and what a short run is."""

import dataclasses
import threading

import numpy as np
import pytest

from core import datasets
from core.exercises.shelf import Shelf
from core.exercises.short_runs import Curves, Recipe, fits, pictures, train_short
from core.lab.jobs import JobStoppedError
from core.training.training import train

SMALL = Recipe(n_train=64, n_test=20, H=4, n_epochs=2)


def test_a_recipe_trains_what_its_spec_trains(home):
    """With right labels and right code it is a run of the lab like any other, bit for bit."""
    losses = []

    def note(event):
        if type(event).__name__ == "EpochEnd":
            losses.append(event.test_loss)

    train(SMALL.spec("shapes10", 3), note)
    assert list(train_short(SMALL, "shapes10", 3).test_loss) == losses


def test_wrong_labels_and_wrong_pictures_change_what_they_name_and_nothing_else(home):
    plain = pictures(SMALL, "shapes10", 0)
    noisy = pictures(dataclasses.replace(SMALL, label_noise=0.5), "shapes10", 0)
    assert (noisy.train_labels != plain.train_labels).sum() == 32
    assert (noisy.test_labels == plain.test_labels).all()
    twisted = pictures(dataclasses.replace(SMALL, twist="test_not_normalized"), "shapes10", 0)
    assert (twisted.train_images == plain.train_images).all()
    as_floats = twisted.test_images.astype(float) / 127.5 - 1
    assert np.abs(as_floats - plain.test_images / 255).max() <= 0.5 / 127.5 + 1e-9


def test_the_test_pictures_of_the_set_stay_unseen(home):
    assert SMALL.spec("shapes10", 0).data.judged_on == "validation"


def test_a_key_is_of_all_that_decides():
    others = [
        dataclasses.replace(SMALL, **change)
        for change in ({"n_train": 65}, {"n_test": 21}, {"H": 5}, {"n_epochs": 3}, {"learning_rate": 0.02},
                       {"label_noise": 0.1}, {"twist": "test_not_normalized"})
    ]  # fmt: skip
    keys = {recipe.key("shapes10", 0) for recipe in (SMALL, *others)}
    assert len(keys | {SMALL.key("shapes10", 1), SMALL.key("digits", 0)}) == len(others) + 3
    assert SMALL.key("shapes10", 0) == dataclasses.replace(SMALL).key("shapes10", 0)


def test_a_second_lab_waits_for_nothing(home, monkeypatch):
    first = Shelf()
    seen = []
    first.fill([SMALL], "shapes10", on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 5) for n in range(6)]
    monkeypatch.setattr("core.exercises.shelf.train_short", None)  # would fail
    second = Shelf()
    second.fill([SMALL], "shapes10")
    assert second.seeds(SMALL, "shapes10") == first.seeds(SMALL, "shapes10")
    assert second.n_missing([SMALL], "shapes10") == 0


def test_two_at_once_train_it_once(home, monkeypatch):
    n_trained = []

    def counted(*args, **settings):
        n_trained.append(1)
        return train_short(*args, **settings)

    monkeypatch.setattr("core.exercises.shelf.train_short", counted)
    shelf = Shelf()
    threads = [threading.Thread(target=shelf.fill, args=([SMALL], "shapes10")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(n_trained) == 5


def test_a_stop_keeps_what_is_trained(home):
    shelf, asked = Shelf(), []

    def after_two():
        asked.append(shelf.n_missing([SMALL], "shapes10"))
        return asked[-1] == 3

    with pytest.raises(JobStoppedError):
        shelf.fill([SMALL], "shapes10", should_stop=after_two)
    assert len(shelf.seeds(SMALL, "shapes10")) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"train_loss": [1]}', '{"train_loss": "x"}'])
def test_a_file_that_is_none_is_trained_anew(home, content):
    folder = home / "exercises" / "short_runs"
    folder.mkdir(parents=True)
    path = folder / f"{SMALL.key('shapes10', 0)}.json"
    path.write_text(content)
    shelf = Shelf()
    assert shelf.get(SMALL, "shapes10", 0) is None
    shelf.fill([SMALL], "shapes10")
    assert Shelf().get(SMALL, "shapes10", 0) == shelf.get(SMALL, "shapes10", 0)


def test_a_folder_that_can_not_be_written_is_told_and_the_curves_are_there(home):
    (home / "exercises").write_text("a file where the folder should be")
    shelf = Shelf()
    shelf.fill([SMALL], "shapes10")
    assert isinstance(shelf.disk_error, OSError)
    assert len(shelf.seeds(SMALL, "shapes10")) == 5


def test_numbers_that_are_none_come_back(home):
    curves = Curves((1.0, float("nan")), (0.1, 0.1), (2.0, float("nan")), (0.1, float("nan")), 20, 10, {"update": "!"})
    again = Curves.read(curves.told())
    assert again.alarms == curves.alarms
    assert np.array_equal(again.train_loss, curves.train_loss, equal_nan=True)


def test_a_small_set_trains_with_what_it_has(home):
    info = datasets.info("digits")
    assert fits(datasets.info("shapes10"))
    assert Recipe().cut(info).n_train == min(5_000, info.n_train - 500)
