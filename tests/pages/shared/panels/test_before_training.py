"""pages/shared/panels/before_training.py: what is said and shown before the first run."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datasets
from pages.shared.panels.before_training import one_of_each


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_one_of_each_class_the_first_and_ten_at_most(labels):
    found = one_of_each(np.array(labels))
    classes = [labels[i] for i in found]
    assert classes == sorted(set(labels))[:10]
    assert all(labels.index(kind) == i for kind, i in zip(classes, found, strict=True))


@pytest.mark.parametrize("dataset", ["Shapes-10", "Digits"])
def test_chance_and_pictures_stand_there_before_the_first_run(visit, texts, wait_until, dataset):
    at = visit("1_Perceptron", dataset=dataset, n_train="500", n_test="100")

    def drawn() -> bool:
        at.run()
        return "class=\"strip\"" in "".join(each.proto.body for each in at.get("html"))

    wait_until(drawn, "the pictures are there")
    assert not at.exception
    said = texts(at)
    assert "chance alone classifies **10.0%** correctly" in said
    assert f"ln 10 = {math.log(10):.2f}" in said
    (info,) = [info for info in datasets.available() if info.title == dataset]
    html = "".join(each.proto.body for each in at.get("html"))
    assert all(f"<figcaption>{name}</figcaption>" in html for name in info.class_names)


def test_pictures_that_can_not_be_read_are_a_sentence_and_are_tried_again(visit, texts, wait_until, monkeypatch):
    wrong = ["The disk is full."]
    load = datasets.load_for

    def read(data):
        if wrong:
            raise datasets.DatasetError(wrong[0])
        return load(data)

    monkeypatch.setattr("core.datasets.load_for", read)
    at = visit("1_Perceptron", dataset="Digits", n_train="200", n_test="200")
    wait_until(lambda: "The disk is full." in " ".join(w.value for w in at.run().warning), "it is said")
    assert not at.exception
    wrong.clear()
    wait_until(lambda: "chance alone classifies" in texts(at.run()), "it is read now")
