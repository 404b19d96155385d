"""The small confusion matrix against scikit-learn's."""

import re

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from pages.cnn.confusion_table import table_html


@pytest.fixture
def matrix():
    rng = np.random.default_rng(0)
    return confusion_matrix(rng.integers(0, 3, 50), rng.integers(0, 3, 50), labels=range(4))


def test_each_cell_is_scikit_learns_and_as_green_as_its_share_of_the_row(matrix):
    cells = re.findall(r'<td style="--share:(\d+)%">(\d*)</td>', table_html(matrix, ("a", "b", "c", "d")))
    assert [int(n or 0) for _, n in cells] == matrix.ravel().tolist()
    totals = np.maximum(1, matrix.sum(axis=1, keepdims=True))  # class d has no picture
    assert [int(share) for share, _ in cells] == pytest.approx((100 * matrix / totals).ravel().tolist(), abs=0.51)


def test_names_are_shown_as_they_are(matrix):
    html = table_html(matrix, ("<b>", "a&b", '"', "d"))
    assert "<b>" not in html
    assert html.count("&lt;b&gt;") == html.count("a&amp;b") == 2
