"""The lesson of Question 2: its link, its edits, its export, and the same through torch."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.inputs import ConvolutionError
from core.convolution.kernels import KERNELS, kernel_name
from core.convolution.lesson import (
    CHOICES,
    EXAMPLES,
    HANDOUT_A,
    HANDOUT_B,
    RANGES,
    Lesson,
    from_query,
    resize_image,
    resize_kernel,
    to_query,
    with_cell,
    work,
)
from core.convolution.pictures import channels_of, photograph
from core.convolution.torch_check import compare
from core.convolution.worked_solution import grids_csv, pytorch_lines, worked_markdown

NUMBERS = st.one_of(st.integers(-99, 99).map(float), st.floats(-1e6, 1e6).map(lambda x: x + 0.0))


@st.composite
def lessons(draw):
    def pair(name):
        return draw(st.tuples(*[st.integers(*RANGES[name])] * 2))

    def cube(channels, rows, columns):
        return tuple(tuple(tuple(draw(NUMBERS) for _ in range(columns)) for _ in range(rows)) for _ in range(channels))

    source = draw(st.sampled_from(CHOICES["source"]))
    lesson = Lesson(source=source, colour=source != "grid" and draw(st.booleans()))
    if source == "grid":
        sizes = draw(st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5)))
        lesson = replace(lesson, image=cube(*sizes))
    window = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    filters = draw(st.integers(1, 3))
    return replace(
        lesson,
        index=draw(st.integers(0, 999)) if source != "grid" else 0,
        kernel=tuple(cube(lesson.channels, *window) for _ in range(filters)),
        bias=tuple(draw(NUMBERS) for _ in range(filters)),
        padding=draw(st.one_of(st.just("same"), st.just(pair("padding")))),
        stride=pair("stride"),
        dilation=pair("dilation"),
        pool_size=pair("pool_size"),
        pool_stride=pair("pool_stride"),
        **{name: draw(st.sampled_from(CHOICES[name])) for name in ("activation", "pooling", "edge")},
    )


@settings(max_examples=150, deadline=None)
@given(lessons())
def test_a_link_brings_back_exactly_the_lesson(lesson):
    query = to_query(lesson)
    assert from_query(query) == lesson
    assert all(set(text) <= set("0123456789abcdefghijklmnopqrstuvwxyz_~.+-") for text in query.values())


def test_the_handouts_link_is_short():
    assert to_query(HANDOUT_A) == {}
    assert to_query(HANDOUT_B) == {"padding": "1", "pooling": "average"}


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(vars(HANDOUT_A))), st.text(max_size=30), min_size=1))
def test_any_link_is_a_lesson_or_a_sentence(query):
    try:
        lesson, sentence = from_query(query), ""
    except ConvolutionError as error:
        lesson, sentence = None, str(error)
    assert "allowed" in sentence if lesson is None else from_query(to_query(lesson)) == lesson


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"image": "1_2~3"}, "image is ragged"),
        ({"image": "a"}, "A cell of image is 'a'"),
        ({"image": "nan"}, "A cell of image is 'nan'"),
        ({"image": "_".join("1" * 13)}, "image is 1 x 1 x 13; allowed are up to 6 x 12 x 12"),
        ({"image": "1" * 40_000}, "image is '1111"),
        ({"kernel": "1_2~~1_2"}, "kernel has 2 channels; allowed are as many as the image has: 1"),
        ({"kernel": "1~~~1_2"}, "kernel has filters of different sizes"),
        ({"kernel": "~~~".join("1234567")}, "kernel has 7 filters; allowed are up to 6"),
        ({"bias": "1_2"}, "bias has 2 numbers; allowed is one for each filter: 1"),
        ({"stride": "0"}, "stride is '0'; allowed is a whole number from 1 to 6"),
        ({"padding": "1_2_3"}, "padding is '1_2_3'"),
        ({"index": "1_2"}, "index is '1_2'; allowed is a whole number from 0"),
        ({"pooling": "median"}, "pooling is 'median'; allowed are none, max, average"),
        ({"colour": "blue"}, "colour is 'blue'; allowed are rgb and grey"),
    ],
)
def test_a_malformed_link_is_one_sentence(query, sentence):
    with pytest.raises(ConvolutionError) as caught:
        from_query(query)
    assert sentence in str(caught.value)


def test_a_cell_is_edited_or_refused():
    assert with_cell(HANDOUT_A, "image", (0, 0, 1), "7").image[0][0] == (-1, 7, 1)
    assert with_cell(HANDOUT_A, "kernel", (0, 0, 1, 1), "1/2").kernel[0][0][1] == (0, 0.5)
    assert with_cell(HANDOUT_A, "bias", (0,), "-3").bias == (-3,)
    with pytest.raises(ConvolutionError, match="The image's cell in row 1, column 2 is 'x'; allowed are numbers"):
        with_cell(HANDOUT_A, "image", (0, 0, 1), "x")
    with pytest.raises(ConvolutionError, match="image has no cell"):
        with_cell(HANDOUT_A, "image", (0, 9, 9), "1")
    with pytest.raises(ConvolutionError, match="grid is 'lesson'"):
        with_cell(HANDOUT_A, "lesson", (0,), "1")


def test_sizes_change_and_what_was_there_stays():
    larger = resize_image(HANDOUT_A, 6, 2, 3)
    assert np.shape(larger.image) == (3, 6, 2)
    assert np.shape(larger.kernel) == (1, 3, 2, 2)  # the kernel follows the channels
    assert larger.image[0][0] == (-1, 0)
    more = resize_kernel(larger, 3, 1, 4)
    assert np.shape(more.kernel) == (4, 3, 3, 1)
    assert len(more.bias) == 4
    work(more)
    assert resize_kernel(resize_image(larger, 4, 3, 1), 2, 2, 1).kernel == HANDOUT_A.kernel


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_works_and_equals_torch(name):
    lesson = EXAMPLES[name][1]
    picture = None if lesson.source == "grid" else photograph("china", lesson.colour)
    for stage in compare(work(lesson, picture)):
        assert stage.ours.shape == stage.theirs.shape
        assert stage.difference < 1e-9


def is_possible(lesson):
    """Whether PyTorch finds a place for every window."""
    size = np.shape(lesson.image)[1:] if lesson.source == "grid" else (8, 9)
    kernel = torch.zeros(np.shape(lesson.kernel))
    try:
        maps = F.conv2d(
            torch.zeros(lesson.channels, *size), kernel, None, lesson.stride, lesson.padding, lesson.dilation
        )
        if lesson.pooling != "none":
            F.avg_pool2d(maps, lesson.pool_size, lesson.pool_stride, ceil_mode=lesson.edge == "partial")
    except RuntimeError:
        return False
    return True


@settings(max_examples=100, deadline=None)
@given(lessons())
def test_every_possible_lesson_equals_torch(lesson):
    try:
        worked = work(lesson, None if lesson.source == "grid" else np.ones((lesson.channels, 8, 9)))
    except ConvolutionError:
        assert not is_possible(lesson)
        return
    assert is_possible(lesson)
    for stage in compare(worked):
        scale = max(1.0, float(np.abs(stage.ours).max()))
        assert stage.difference <= 1e-9 * scale


def test_what_pooling_cannot_do_is_said():
    with pytest.raises(ConvolutionError, match="Pooling: size has 6 rows, but the image has only 3"):
        work(replace(HANDOUT_A, pool_size=(6, 6), edge="drop"))


def test_the_worked_solution_writes_every_step():
    text = worked_markdown(work(HANDOUT_B))
    assert r"$(-1 \times 2) + (0 \times 1) + (2 \times 0) + (3 \times -1) = -5,\quad \max(0, -5) = 0$" in text
    assert r"row 3, column 1: $\frac{8 + 25}{2} = 16.5$" in text
    assert text.count(r"\max(0, ") == 20
    assert "nn.AvgPool2d(kernel_size=2, stride=2, ceil_mode=True)" in text
    assert r"+ 1 = 5$$" in text
    leaky = worked_markdown(work(replace(EXAMPLES["channels"][1], activation="leaky_relu", pooling="none")))
    assert r"\text{leaky ReLU}" in leaky


def test_a_photograph_is_not_written_out():
    lesson = EXAMPLES["photograph"][1]
    assert len(worked_markdown(work(lesson, photograph("china", False)))) < 3_000


def test_the_csv_has_every_cell():
    rows = list(csv.DictReader(io.StringIO(grids_csv(work(HANDOUT_B)))))
    last = rows[-1]
    assert (last["grid"], last["row"], last["column"], float(last["value"])) == ("pooled", "3", "2", 24)
    assert len(rows) == 12 + 4 + 1 + 20 + 20 + 6


def test_the_pytorch_lines_run_and_give_the_shape():
    import torch

    for _, lesson in EXAMPLES.values():
        scope: dict = {}
        exec(pytorch_lines(lesson), scope)
        picture = None if lesson.source == "grid" else np.ones((lesson.channels, 32, 32))
        worked = work(lesson, picture)
        made = scope["layers"](torch.zeros(1, *worked.image.shape))
        expected = worked.active if worked.pooled is None else worked.pooled.output
        assert made.shape[1:] == expected.shape


def test_presets_know_their_names():
    assert all(kernel_name(kernel.weights) == name for name, kernel in KERNELS.items())
    assert kernel_name(((1,),)) is None


def test_photographs_are_whole_numbers():
    grey, colour = photograph("flower", False), photograph("flower", True)
    assert grey.shape == (1, 427, 640)
    assert colour.shape == (3, 427, 640)
    assert (grey % 1 == 0).all()
    assert channels_of(np.full((2, 2, 3), 255, dtype=np.uint8), False).max() == 255
    with pytest.raises(ConvolutionError, match="The photograph is 'moon'; allowed are china, flower"):
        photograph("moon", False)
