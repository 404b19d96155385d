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
