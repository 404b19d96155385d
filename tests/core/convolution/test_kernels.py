"""What is said of a kernel is what it does, also to a picture in colour."""

import numpy as np
import pytest

from core.convolution import convolve
from core.convolution.kernels import KERNELS, effect_on
from core.convolution.lesson import Lesson, work

PICTURE = np.random.default_rng(0).integers(0, 256, (3, 8, 9)).astype(float)


@pytest.mark.parametrize("name", KERNELS)
def test_on_several_channels_the_map_is_the_sum_of_what_comes_of_each(name):
    kernel = KERNELS[name]
    (whole,) = work(Lesson(source="data", colour=True, kernel=((kernel.weights,) * 3,)), PICTURE).sums.output
    each = [convolve(channel, kernel.weights).output for channel in PICTURE]
    np.testing.assert_allclose(whole, sum(each))
    assert effect_on(kernel, 1) == kernel.effect
    assert "the sum of what comes out of them" in effect_on(kernel, 3)
    assert "3 channels" in effect_on(kernel, 3)


def test_identity_copies_and_box_blur_averages_one_channel():
    channel, inner = PICTURE[0], (slice(1, -1), slice(1, -1))
    np.testing.assert_array_equal(convolve(channel, KERNELS["identity"].weights).output, channel[inner])
    assert KERNELS["identity"].effect == "Copies the pixel below its middle."
    blurred = convolve(channel, KERNELS["box_blur"].weights).output
    assert blurred[2, 3] == pytest.approx(channel[2:5, 3:6].mean())
    sharp = convolve(channel, KERNELS["sharpen"].weights).output
    middle = channel[inner]
    around = channel[:-2, 1:-1] + channel[2:, 1:-1] + channel[1:-1, :-2] + channel[1:-1, 2:]
    np.testing.assert_allclose(sharp, middle + (4 * middle - around))  # differences to the neighbours, on top


def test_edges_are_right_minus_left_and_below_minus_above():
    ramp = np.arange(5.0) * np.ones((5, 1))
    assert (convolve(ramp, KERNELS["sobel_x"].weights).output > 0).all()  # it grows to the right
    assert (convolve(ramp.T, KERNELS["sobel_y"].weights).output > 0).all()  # it grows downwards
    assert (convolve(ramp, KERNELS["sobel_y"].weights).output == 0).all()
