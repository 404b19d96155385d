"""Pictures as the browser gets them: read back from their addresses."""

import base64
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from core.inside.receptive_field import Box
from pages.shared.pictures.strips import FINE, Mark, data_url, mark_of, mosaic_sheet, pairs_html, strip_html


def decoded(address):
    kind, _, text = address.partition(";base64,")
    picture = Image.open(io.BytesIO(base64.b64decode(text)))
    assert kind == f"data:{Image.MIME[picture.format]}"
    return np.asarray(picture)


def sources(html):
    return re.findall(r'src="([^"]+)"', html)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([3, 4]))))
def test_a_data_url_holds_the_picture_to_the_bit(picture):
    assert np.array_equal(decoded(data_url(picture)), picture)


def test_small_pictures_are_sent_as_they_are_and_drawn_as_squares():
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    html = strip_html(images, ["a", "b", "c"], size=96)
    assert [decoded(source).tolist() for source in sources(html)] == images.tolist()
    assert 'class="fine"' not in html
    assert html.count('width="96" height="96"') == 3


@pytest.mark.parametrize(("side", "size", "sent"), [(FINE, 96, FINE), (224, 96, 192), (224, 300, 224)])
def test_large_ones_are_photographs_no_larger_than_a_sharp_screen_shows(side, size, sent):
    ramp = np.linspace(0, 255, side).astype(np.uint8)
    image = np.repeat(np.repeat(ramp[None], side, axis=0)[..., None], 3, axis=2)
    (source,) = sources(strip_html(image[None], ["a"], size=size))
    shown = decoded(source)
    assert shown.shape == (sent, sent, 3)
    assert shown[sent // 2, :, 0] == pytest.approx(np.linspace(0, 255, sent), abs=8)  # a JPEG's error


def test_captions_are_shown_as_they_are_and_wrap_at_line_feeds():
    html = strip_html(np.zeros((1, 2, 2, 3), np.uint8), ['<b>cat</b> & "dog"\n93%'], size=9)
    assert "<figcaption>&lt;b&gt;cat&lt;/b&gt; &amp; &quot;dog&quot;<br>93%</figcaption>" in html
    assert "<b>" not in html


def test_a_picture_without_a_caption_is_a_mistake():
    with pytest.raises(ValueError, match="shorter"):
        strip_html(np.zeros((2, 2, 2, 3), np.uint8), ["one"], size=9)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4))
def test_the_mosaic_has_each_picture_in_its_place_and_gaps_of_a_pixel(n, columns, side):
    images = np.arange(n * side * side * 3, dtype=np.uint8).reshape(n, side, side, 3)
    sheet = mosaic_sheet(images, columns)
    step = side + 1
    assert sheet.shape == (-(-n // columns) * step, columns * step, 4)
    for k, image in enumerate(images):
        top, left = k // columns * step, k % columns * step
        assert np.array_equal(sheet[top : top + side, left : left + side, :3], image)
    assert int((sheet[..., 3] == 255).sum()) == n * side * side  # all else lets the page through
    assert set(np.unique(sheet[..., 3])) <= {0, 255}


def test_pairs_stand_side_by_side():
    first, second = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)
    (source,) = sources(pairs_html([(first, second)], ["twins"], size=80))
    assert np.array_equal(decoded(source), np.concatenate([first, second], axis=1))


def test_a_box_is_drawn_where_it_lies_on_the_picture():
    mark = mark_of(Box(-2, 8, 4, 40), 32)
    assert mark == Mark(0, 0.25, 0.125, 1)
    html = strip_html(np.zeros((2, 32, 32, 3), np.uint8), ["a", "b"], size=96, marks=[[mark], []])
    assert html.count("<i ") == 1
    assert '<i style="top:0.00%;left:25.00%;height:12.50%;width:75.00%"></i></span>' in html
