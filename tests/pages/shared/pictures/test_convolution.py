"""What the moving picture is told: numbers read back, and axes by which NumPy finds the same sums."""

import base64
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.convolution.lesson import EXAMPLES, HANDOUT_A, work
from pages.shared.pictures.convolution import channel_names, lesson_data, numbers


def read(told):
    """As the browser does."""
    if "values" in told:
        values = np.array(told["values"], dtype=float)
    else:
        values = np.frombuffer(base64.b64decode(told["base64"]), dtype=told["type"]).astype(float)
    return values.reshape(told["shape"])


@given(arrays(np.float64, (2, 3, 4), elements=st.floats(-1e9, 1e9)))
def test_small_arrays_arrive_exactly(array):
    assert np.array_equal(read(numbers(array)), array)


def test_a_photograph_arrives_exactly_as_bytes_and_its_map_as_float32():
    photograph = np.random.default_rng(0).integers(0, 256, (3, 80, 90)).astype(float)
    told = numbers(photograph)
    assert told["type"] == "uint8"
    assert np.array_equal(read(told), photograph)
    a_map = photograph / 7 - 9
    assert numbers(a_map)["type"] == "float32"
    assert read(numbers(a_map)) == pytest.approx(a_map, rel=1e-6)


@pytest.mark.parametrize("name", [name for name, (_, lesson) in EXAMPLES.items() if lesson.source == "grid"])
def test_the_axes_give_each_sum(name):
    lesson = EXAMPLES[name][1]
    worked = work(lesson)
    data = lesson_data(lesson, worked.image, worked)
    image, sums, (rows, columns) = read(data["image"]), read(data["sums"]), data["axes"].values()
    kernel, bias = np.array(data["kernel"]), data["bias"]
    assert sums.shape == (len(kernel), rows["count"], columns["count"])
    padded = np.pad(image, [(0, 0), (rows["before"], rows["after"]), (columns["before"], columns["after"])])
    for f, r, c in np.ndindex(sums.shape):
        top, left = r * rows["stride"], c * columns["stride"]
        window = padded[
            :,
            top : top + rows["dilation"] * (rows["window"] - 1) + 1 : rows["dilation"],
            left : left + columns["dilation"] * (columns["window"] - 1) + 1 : columns["dilation"],
        ]
        assert sums[f, r, c] == pytest.approx((window * kernel[f]).sum() + bias[f])


def test_without_a_result_only_image_and_kernels_are_told():
    assert not {"sums", "active", "pooled", "axes", "pool"} & set(lesson_data(HANDOUT_A, np.zeros((1, 4, 3)), None))


def test_what_is_left_out_is_not_told():
    lesson = replace(HANDOUT_A, activation="none", pooling="none")
    data = lesson_data(lesson, np.array(lesson.image, float), work(lesson))
    assert "sums" in data
    assert not {"active", "pooled", "pool"} & set(data)


@pytest.mark.parametrize(
    ("changes", "names"),
    [({}, ["channel 1"]), ({"source": "china", "colour": True}, ["red", "green", "blue"]),
     ({"source": "china"}, ["channel 1"]), ({"colour": True}, ["channel 1"]),
     ({"image": HANDOUT_A.image * 3}, ["channel 1", "channel 2", "channel 3"])],
)  # fmt: skip
def test_channels_have_names(changes, names):
    assert channel_names(replace(HANDOUT_A, **changes)) == names
