"""The cell that was clicked, as the browser sends it, which may be anything."""

import pytest

from pages.shared.panels.confusion_matrix import clicked

NAMES = ("cat", "dog", "cat dog")


@pytest.mark.parametrize(
    ("cell", "classes"),
    [([{"true": "dog", "guess": "cat"}], (1, 0)), ([{"true": "cat dog", "guess": "cat dog"}], (2, 2)),
     ([], None), (None, None), ([{"true": "dog"}], None), ([{"true": "dog", "guess": "cow"}], None), ([3], None),
     ("dog", None)],
)  # fmt: skip
def test_the_classes_of_the_cell(cell, classes):
    assert clicked(cell, NAMES) == classes
