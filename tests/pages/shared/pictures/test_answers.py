"""The answers inside a drawing of a network: which number is which pixel, and how strong."""

import numpy as np
import pytest

from pages.shared.pictures.answers import coloured, maps_in, scale_of, units_in


def test_the_sign_is_the_colour_and_the_size_its_strength():
    pixels = coloured(np.array([[-1.0, 0.0, 0.5, 2.0]]), scale=1.0)[0]
    assert pixels[0].tolist() == [43, 123, 186, 255]
    assert pixels[:, 3].tolist() == [255, 0, 128, 255]
    assert pixels[2, :3].tolist() == [230, 97, 1]


@pytest.mark.parametrize(("wide", "high", "columns", "rows"), [(40, 184, 1, 5), (54, 64, 2, 2), (54, 184, 1, 3)])
def test_a_bar_has_as_many_maps_as_fit_from_the_first(wide, high, columns, rows):
    maps = np.random.default_rng(0).normal(size=(32, 8, 8))
    sheet = maps_in(maps, wide, high)
    assert sheet.shape == (9 * rows - 1, 9 * columns - 1, 4)
    whole = coloured(maps[1], scale_of(maps))
    row, column = divmod(1, columns)
    assert np.array_equal(sheet[9 * row : 9 * row + 8, 9 * column : 9 * column + 8], whole)


def test_a_bar_has_no_more_maps_than_there_are():
    assert maps_in(np.ones((3, 8, 8)), 10, 180).shape == (26, 8, 4)


@pytest.mark.parametrize("n", [10, 128, 1000])
def test_all_units_are_there_row_by_row(n):
    units = np.arange(1.0, n + 1)
    pixels = units_in(units, 38, 84, scale=float(n)).reshape(-1, 4)
    assert np.array_equal(pixels[:n, 3], np.round(255 * units / n))
    assert not pixels[n:, 3].any()


def test_nothing_but_zeros_has_a_scale():
    assert scale_of(np.zeros((2, 2))) == 1
