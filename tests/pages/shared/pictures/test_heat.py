"""A map laid over a picture, against the blend worked out by hand and Pillow's own enlargement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pages.shared.pictures.heat import laid_over

ORANGE, BLUE = np.array([230, 97, 1]), np.array([43, 123, 186])


def grey(value, side=4):
    return np.full((side, side, 3), value, dtype=np.uint8)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 5))
def test_it_is_enlarged_and_of_bytes(height, width, scale):
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    blend = laid_over(picture, np.zeros((height, width)), scale)
    assert blend.shape == (scale * height, scale * width, 3)
    assert blend.dtype == np.uint8


def test_a_map_of_zeros_leaves_the_picture_grey():
    picture = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    blend = laid_over(picture, np.zeros((4, 4)), scale=3)
    means = picture.mean(axis=2).repeat(3, axis=0).repeat(3, axis=1)
    assert blend == pytest.approx(np.repeat(means[..., None] * 0.8 + 25, 3, axis=2), abs=0.51)


@pytest.mark.parametrize(("sign", "colour"), [(1, ORANGE), (-1, BLUE)])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_strongest_is_four_fifths_of_its_colour_whatever_its_size(sign, colour, size):
    blend = laid_over(grey(100), np.full((4, 4), sign * size), scale=2)
    assert blend[0, 0] == pytest.approx(0.2 * (100 * 0.8 + 25) + 0.8 * colour, abs=0.51)


def test_between_its_pixels_the_map_is_pillows_bilinear():
    heat = np.random.default_rng(1).uniform(-1, 1, (5, 5))
    blend = laid_over(grey(0, 5), heat, scale=4).astype(float)
    smooth = np.asarray(
        Image.fromarray((heat / np.abs(heat).max()).astype(np.float32)).resize((20, 20), Image.Resampling.BILINEAR)
    )
    strength = 0.8 * np.abs(smooth)[..., None]
    expected = 25 * (1 - strength) + np.where(smooth[..., None] > 0, ORANGE, BLUE) * strength
    assert blend == pytest.approx(expected, abs=0.51)
