"""What stands below a judged picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared.words.judged import likeliest

NAMES = ("disc", "ring", "star", "moon", "bars")


@pytest.mark.parametrize(
    ("odds", "label", "told"),
    [([0.1, 0.6, 0.2, 0.07, 0.03], 1, "ring ✓ 60%\nstar 20%\ndisc 10%"),
     ([0.1, 0.6, 0.2, 0.07, 0.03], 4, "ring 60%\nstar 20%\ndisc 10%\nbars ✓ 3%")],
)  # fmt: skip
def test_the_true_class_is_marked_and_always_there(odds, label, told):
    assert likeliest(np.array(odds, dtype=np.float32), NAMES, label) == told


@given(st.lists(st.floats(0, 1), min_size=2, max_size=5), st.data())
def test_the_likeliest_come_first_and_one_is_marked(odds, draw):
    label = draw.draw(st.integers(0, len(odds) - 1))
    lines = likeliest(np.array(odds), NAMES[: len(odds)], label).split("\n")
    assert lines[0].startswith(NAMES[int(np.argmax(odds))])
    assert sum("✓" in line for line in lines) == 1
    assert len(lines) in (min(3, len(odds)), 4)


def test_two_classes_are_two_lines():
    assert likeliest(np.array([0.25, 0.75]), ("yes", "no"), 0) == "no 75%\nyes ✓ 25%"
