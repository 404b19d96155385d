"""core/convolution.py against torch itself, the handout's tables, and all that a person can get wrong."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.inputs import ConvolutionError, parse_number
from core.convolution.walkthrough import activate, convolve, pool, relu

IMAGE = [[-1, 0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 10]]
KERNEL = [[2, 1], [0, -1]]
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


def grid(draw, *shape):
    """Whole, fractional and negative numbers; drawn by seed, as thousands of single floats would be slow."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    numbers = rng.uniform(-9, 9, shape)
    return np.round(numbers) if draw(st.booleans()) else numbers


@st.composite
def convolutions(draw):
    channels, filters = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    padding = draw(st.one_of(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.just("same")))
    stride = (1, 1) if padding == "same" else draw(PAIRS)
    window, dilation = draw(st.tuples(st.integers(1, 5), st.integers(1, 5))), draw(PAIRS)
    if padding != "same":  # shrink what would not fit, rather than throw the case away
        room = [n + 2 * p for n, p in zip((height, width), padding, strict=True)]
        window = tuple(min(k, r) for k, r in zip(window, room, strict=True))
        most = [max(1, (r - 1) // max(1, k - 1)) for k, r in zip(window, room, strict=True)]
        dilation = tuple(min(d, m) for d, m in zip(dilation, most, strict=True))
    return (
        grid(draw, channels, height, width),
        grid(draw, filters, channels, *window),
        grid(draw, filters),
        {"stride": stride, "padding": padding, "dilation": dilation},
    )


@st.composite
def poolings(draw):
    size, stride = draw(PAIRS), draw(st.one_of(st.none(), PAIRS))
    padding = tuple(draw(st.integers(0, n // 2)) for n in size)
    shape = [draw(st.integers(max(1, k - 2 * p), 10)) for k, p in zip(size, padding, strict=True)]
    image = grid(draw, draw(st.integers(1, 3)), *shape)
    return image, size, stride, padding, draw(st.sampled_from(["drop", "partial"]))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@settings(max_examples=1500, deadline=None)
@given(convolutions())
def test_convolve_equals_torch(case):
    image, kernel, bias, options = case
    expected = F.conv2d(*(torch.from_numpy(a) for a in (image[None], kernel, bias)), **options)[0]
    result = convolve(image, kernel, bias=bias, **options)
    np.testing.assert_allclose(result.output, expected.numpy(), atol=1e-9)


@settings(max_examples=1500, deadline=None)
@given(poolings(), st.sampled_from(["max", "average"]))
def test_pool_equals_torch(case, kind):
    image, size, stride, padding, edge = case
    torch_pool = F.max_pool2d if kind == "max" else F.avg_pool2d
    tensor = torch.from_numpy(image[None])
    expected = torch_pool(tensor, size, stride, padding, ceil_mode=edge == "partial")[0]
    result = pool(image, size, kind=kind, stride=stride, padding=padding, edge=edge)
    np.testing.assert_allclose(result.output, expected.numpy(), atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(convolutions())
def test_a_convolution_is_the_sum_of_its_steps(case):
    image, kernel, bias, options = case
    walk = convolve(image, kernel, bias=bias, **options)
    assert len(walk.steps) == walk.output.size
    for step in walk.steps:
        assert len(step.terms) == kernel[0].size
        assert step.total == walk.output[step.channel, step.row, step.column]
        assert step.total == pytest.approx(sum(t.product for t in step.terms) + step.bias, abs=1e-9)
        for term in step.terms:
            inside = 0 <= term.image_row < image.shape[1] and 0 <= term.image_column < image.shape[2]
            assert term.pixel == (image[term.channel, term.image_row, term.image_column] if inside else 0)
            assert term.weight == kernel[step.channel, term.channel, term.kernel_row, term.kernel_column]


@settings(max_examples=100, deadline=None)
@given(poolings(), st.sampled_from(["max", "average"]))
def test_a_pooling_is_made_of_its_steps(case, kind):
    image, size, stride, padding, edge = case
    walk = pool(image, size, kind=kind, stride=stride, padding=padding, edge=edge)
    combine = max if kind == "max" else sum
    for step in walk.steps:
        assert step.total == walk.output[step.channel, step.row, step.column]
        assert step.total == pytest.approx(combine(t.product for t in step.terms), abs=1e-9)


def test_the_dimensions_of_the_output_follow_the_arguments():
    assert convolve(IMAGE, KERNEL).output.shape == (3, 2)
    assert convolve([IMAGE, IMAGE], [KERNEL, KERNEL]).output.shape == (3, 2)
    assert convolve([IMAGE], [[KERNEL]] * 5).output.shape == (5, 3, 2)
    assert pool(IMAGE, 2).output.shape == (2, 1)
    assert pool([IMAGE] * 3, (1, 3)).output.shape == (3, 4, 1)


class TestHandout:
    """Question 2, table by table."""

    def test_the_first_step_is_spelled_out_as_printed(self):
        step = convolve(IMAGE, KERNEL).steps[0]
        assert [(t.pixel, t.weight) for t in step.terms] == [(-1, 2), (0, 1), (2, 0), (3, -1)]
        assert step.total == -5

    def test_without_padding(self):
        sums = convolve(IMAGE, KERNEL).output
        assert sums.tolist() == [[-5, -3], [1, 3], [7, 9]]
        assert relu(sums).tolist() == [[0, 0], [1, 3], [7, 9]]
        assert pool(relu(sums), 2, edge="partial").output.tolist() == [[3], [9]]
        assert pool(relu(sums), 2).output.tolist() == [[3]]  # PyTorch's default has no second value

    def test_with_padding(self):
        active = relu(convolve(IMAGE, KERNEL, padding=1).output)
        assert active[:3].tolist() == [[1, 0, 0, 0], [0, 0, 0, 2], [0, 1, 3, 8]]
        assert active[3:].tolist() == [[0, 7, 9, 14], [8, 25, 28, 20]]
        pooled = pool(active, 2, kind="average", edge="partial").output
        assert pooled[:2].tolist() == [[0.25, 0.5], [2, 8.5]]
        assert pooled[2].tolist() == [16.5, 24]  # the handout prints 25 and 28 ...
        assert pool(active, 2, kind="max", edge="partial").output[2].tolist() == [25, 28]  # ... maxima
        assert pool(active, 2, kind="average").output.tolist() == [[0.25, 0.5], [2, 8.5]]

    def test_padding_is_outside_the_image(self):
        first = convolve(IMAGE, KERNEL, padding=1).steps[0].terms
        assert [(t.image_row, t.image_column, t.pixel) for t in first] == [
            (-1, -1, 0),
            (-1, 0, 0),
            (0, -1, 0),
            (0, 0, -1),
        ]



def test_activations():
    assert activate([-5, 3], "none").tolist() == [-5, 3]
    assert activate([-5, 3], "relu").tolist() == [0, 3]
    assert activate([-5, 3], "leaky_relu").tolist() == [-0.05, 3]


def test_steps_are_a_sequence():
    steps = convolve(IMAGE, KERNEL).steps
    assert (steps[-1].row, steps[-1].column) == (2, 1)
    assert [s.total for s in steps[1:3]] == [-3, 1]
    with pytest.raises(IndexError):
        steps[6]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: convolve([[1, 2], [3]], KERNEL), "image is ragged: row 2 has 1 cell, row 1 has 2 cells"),
        (lambda: convolve([[1, 2], 3], KERNEL), "image is ragged: row 2 has a single number"),
        (lambda: convolve([[1, "a"], [3, 4]], KERNEL), "image has 'a' in row 1, column 2; allowed are"),
        (lambda: convolve([[1, None], [3, 4]], KERNEL), "image has None in row 1, column 2"),
        (lambda: convolve(IMAGE, [[1, 2], [float("nan"), 1]]), "kernel has nan in row 2, column 1"),
        (lambda: convolve(np.full((2, 2, 2), np.inf), [KERNEL] * 2), "image has inf in channel 1, row 1"),
        (lambda: convolve([], KERNEL), "image has the shape"),
        (lambda: convolve(7, KERNEL), "image has the shape"),
        (lambda: convolve(IMAGE, np.ones((5, 1))), "kernel has 5 rows, but the image has only 4"),
        (lambda: convolve(IMAGE, np.ones((1, 6)), padding=1), "only 5 (3 and 2 of padding)"),
        (lambda: convolve(IMAGE, KERNEL, dilation=(4, 1)), "spans 5 with dilation 4"),
        (lambda: convolve([IMAGE] * 3, KERNEL), "kernel has 1 channel but the image has 3"),
        (lambda: convolve(IMAGE, KERNEL, stride=0), "stride is 0; allowed are whole numbers from 1."),
        (lambda: convolve(IMAGE, KERNEL, stride=1.5), "stride is 1.5; allowed is a whole number from 1"),
        (lambda: convolve(IMAGE, KERNEL, stride=(1, 2, 3)), "stride is (1, 2, 3)"),
        (lambda: convolve(IMAGE, KERNEL, dilation=0), "dilation is 0"),
        (lambda: convolve(IMAGE, KERNEL, padding=-1), "padding is -1; allowed are whole numbers from 0."),
        (lambda: convolve(IMAGE, KERNEL, padding="valid"), "padding is 'valid'"),
        (lambda: convolve(IMAGE, KERNEL, padding="same", stride=2), "stride is 2, 2; with padding"),
        (lambda: convolve(IMAGE, KERNEL, bias=[1, 2]), "bias has 2 numbers; allowed is one number"),
        (lambda: convolve(IMAGE, KERNEL, bias="x"), "bias has 'x'; allowed are finite numbers"),
        (lambda: pool(IMAGE, 5), "size has 5 rows, but the image has only 4"),
        (lambda: pool(IMAGE, 0), "size is 0"),
        (lambda: pool(IMAGE, 2, stride=0), "stride is 0"),
        (lambda: pool(IMAGE, 2, padding=2), "padding is 2, 2; allowed is at most half"),
        (lambda: pool(IMAGE, 2, kind="median"), "kind is 'median'; allowed are"),
        (lambda: pool(IMAGE, 2, edge="ceil"), "edge is 'ceil'; allowed are"),
        (lambda: pool([[1, "a"]], 1), "image has 'a' in row 1, column 2"),
    ],
)
def test_what_is_impossible_is_one_sentence(call, sentence):
    with pytest.raises(ConvolutionError) as caught:
        call()
    assert sentence in str(caught.value)
    assert "allowed" in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "number"), [(" -3 ", -3), ("0,5", 0.5), ("1/4", 0.25), ("−2", -2), ("1e3", 1000), ("-0", 0)]
)
def test_a_cell_takes_numbers_as_people_write_them(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["", "a", "nan", "inf", "1/0", "2 3", "1e7", "9" * 400, "1e999999999"])
def test_a_cell_refuses_the_rest(text):
    with pytest.raises(ConvolutionError, match=r"Row 1 is .*; allowed are numbers from -1,000,000"):
        parse_number(text, "Row 1")
