"""The sentence about one picture."""

import numpy as np
import pytest

from core.inside.said import said_of_picture

NAMES = ("cat", "dog", "owl")


@pytest.mark.parametrize(
    ("probabilities", "label", "said"),
    [
        ([0.1, 0.7, 0.2], None, "The network says dog, at 70%."),
        ([0.1, 0.7, 0.2], 1, "The network says dog, at 70%: right."),
        ([0.1, 0.7, 0.2], 2, "The network says dog, at 70%: wrong, it is owl."),
        ([0.401, 0.198, 0.401], None, "The network can't decide: cat and owl, 40% each."),
        ([0.401, 0.198, 0.401], 1, "The network can't decide: cat and owl, 40% each. It is: dog."),
        ([np.nan, np.nan, np.nan], 1, "The network predicts nothing: its outputs are no numbers."),
    ],
)
def test_the_sentence(probabilities, label, said):
    assert said_of_picture(np.array(probabilities), NAMES, label) == said


def test_a_single_class():
    assert said_of_picture(np.array([1.0]), ("cat",), 0) == "The network says cat, at 100%: right."
