"""The colour bars: their ends say what is drawn there."""

import numpy as np

from core.inside.filters import as_pictures, scale_of
from pages.shared.pictures.colour_bar import colour_bar, number, weights_bar


def test_the_ends_of_a_bar_are_its_values():
    html = colour_bar(-0.8125, 0.8125, said="<score>")
    assert "<b>\u22120.812</b>" in html
    assert "<b>0.812</b>" in html
    assert "&lt;score&gt;" in html
    assert 'aria-label="Colours from \u22120.812 to 0.812, in the middle 0"' in html
    assert "#2b7bba" not in colour_bar(0, 1, said="only above")


def test_the_bar_of_filters_ends_where_their_colours_do():
    weights = np.zeros((1, 3, 1, 2), np.float32)
    weights[0, 0, 0] = [0.25, -0.25]
    (pixels,) = as_pictures(weights, scale_of(weights, 0.5 * weights, None))
    assert pixels[0].tolist() == [[255, 128, 128], [0, 128, 128]]
    assert "rgb(0,127.5,127.5),#808080,rgb(255,127.5,127.5)" in weights_bar(0.25)
    assert "<b>\u22120.25</b>" in weights_bar(0.25)


def test_numbers_have_three_figures():
    assert [number(x) for x in (0.0, 1.23456, -0.000123456, 12.0)] == ["0", "1.23", "\u22120.000123", "12"]
