"""The cell that was clicked, as the browser sends it, which may be anything."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.panels.confusion_matrix import clicked

NAMES = ("cat", "dog", "cat dog")


@pytest.mark.parametrize(
    ("cell", "classes"),
    [([{"true": "dog", "predicted": "cat"}], (1, 0)), ([{"true": "cat dog", "predicted": "cat dog"}], (2, 2)),
     ([], None), (None, None), ([{"true": "dog"}], None), ([{"true": "dog", "predicted": "cow"}], None), ([3], None),
     ("dog", None)],
)  # fmt: skip
def test_the_classes_of_the_cell(cell, classes):
    assert clicked(cell, NAMES) == classes


def test_the_names_above_a_cells_pictures_are_text():
    def page():
        import numpy as np

        from core.datasets.image_set import ImageSet
        from pages.shared.panels.confusion_matrix import cell_pictures

        pictures, labels = np.zeros((2, 32, 32, 3), np.uint8), np.zeros(2, np.int64)
        images = ImageSet("x", "x", ("**b**", "_c_"), pictures, labels, pictures, labels, "")
        cell_pictures((0, 1), images, np.array([[0.1, 0.9], [0.2, 0.8]]), lambda i: "")

    at = AppTest.from_function(page).run()
    assert not at.exception
    assert at.header[0].value.startswith(r"\*\*b\*\*, taken for \_c\_: 2")
