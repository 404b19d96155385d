"""Any picture becomes 32 x 32 RGB, and looks like itself."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.datasets import to_square
from core.datasets.pictures import RefusedError


def _encode(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _halves(first, second, size=(64, 64), mode="RGB"):
    """A picture whose left half has one colour and whose right half another."""
    picture = Image.new(mode, size, second)
    picture.paste(first, (0, 0, size[0] // 2, size[1]))
    return picture


def _png_header(width, height):
    """A PNG that states this size and holds next to nothing."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def test_picture_of_the_right_size_comes_back_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    np.testing.assert_array_equal(to_square(_encode(Image.fromarray(pixels))), pixels)
    lossy = _encode(Image.fromarray(pixels), "JPEG")
    np.testing.assert_array_equal(to_square(lossy), np.asarray(Image.open(io.BytesIO(lossy)).convert("RGB")))


@pytest.mark.parametrize(
    ("mode", "left", "right", "kind", "expected"),
    [
        ("1", 0, 1, "PNG", ((0, 0, 0), (255, 255, 255))),
        ("L", 50, 200, "PNG", ((50, 50, 50), (200, 200, 200))),
        ("LA", (50, 255), (200, 0), "PNG", ((50, 50, 50), (255, 255, 255))),
        ("RGBA", (255, 0, 0, 255), (0, 0, 255, 0), "PNG", ((255, 0, 0), (255, 255, 255))),
        ("RGBA", (255, 0, 0, 0), (0, 0, 0, 128), "WEBP", ((255, 255, 255), (127, 127, 127))),
        ("RGB", (10, 20, 30), (200, 100, 0), "BMP", ((10, 20, 30), (200, 100, 0))),
        ("CMYK", (255, 255, 0, 0), (0, 0, 0, 0), "TIFF", ((0, 0, 255), (255, 255, 255))),
        ("CMYK", (0, 0, 0, 255), (0, 0, 0, 0), "JPEG", ((0, 0, 0), (255, 255, 255))),
        ("I;16", 0, 65535, "PNG", ((0, 0, 0), (255, 255, 255))),
        ("I;16", 257 * 40, 257 * 90, "TIFF", ((40, 40, 40), (90, 90, 90))),
        ("I", 1000 * 257 // 10, 60000, "TIFF", ((100, 100, 100), (233, 233, 233))),
        ("F", 0.0, 510.0, "TIFF", ((0, 0, 0), (255, 255, 255))),
    ],
)
def test_every_mode_becomes_rgb(mode, left, right, kind, expected):
    square = to_square(_encode(_halves(left, right, mode=mode), kind))
    assert (square.shape, square.dtype) == ((32, 32, 3), np.uint8)
    np.testing.assert_allclose(square[16, 4], expected[0], atol=2)
    np.testing.assert_allclose(square[16, 27], expected[1], atol=2)


def test_palette_with_and_without_transparency():
    palette = _halves((255, 0, 0), (0, 0, 255)).convert("P", palette=Image.Palette.ADAPTIVE, colors=2)
    np.testing.assert_array_equal(to_square(_encode(palette, "GIF"))[16, 4], (255, 0, 0))
    red = palette.getpixel((0, 0))
    square = to_square(_encode(palette, transparency=red))
    np.testing.assert_array_equal(square[16, [4, 27]], [(255, 255, 255), (0, 0, 255)])


def test_turned_as_the_camera_says():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by a quarter, clockwise
    square = to_square(_encode(_halves((255, 0, 0), (0, 0, 255)), exif=exif))
    np.testing.assert_array_equal(square[[4, 27], 16], [(255, 0, 0), (0, 0, 255)])  # the left is now on top


def test_broken_exif_does_not_spoil_a_good_picture():
    data = _encode(
        _halves((255, 0, 0), (0, 0, 255)), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff junk"
    )
    assert to_square(data)[16, 4, 0] > 240


def test_the_middle_square_is_kept():
    wide = Image.new("RGB", (300, 100), "black")
    wide.paste("white", (100, 0, 200, 100))
    assert (to_square(_encode(wide)) > 240).mean() > 0.93
    tall = wide.transpose(Image.Transpose.ROTATE_90)
    assert (to_square(_encode(tall, "JPEG")) > 240).mean() > 0.93


def test_large_jpeg_is_shrunk_as_well_as_when_decoded_whole():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    large = Image.fromarray(pixels).resize((2400, 2400), Image.Resampling.BICUBIC)
    whole = np.asarray(large.resize((32, 32), Image.Resampling.LANCZOS)).astype(int)
    assert abs(to_square(_encode(large, "JPEG", quality=95)) - whole).max() <= 8


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.sampled_from(["L", "RGB", "RGBA", "P", "1"]))
def test_any_size_gives_a_square(width, height, mode):
    assert to_square(_encode(Image.new(mode, (width, height)))).shape == (32, 32, 3)


@pytest.mark.parametrize(
    ("width", "height"), [(20_001, 1), (1, 20_001), (8_000, 8_000), (19_999, 19_999), (2**31 - 1, 2**31 - 1)]
)
def test_absurd_dimensions_are_refused_by_the_header(width, height):
    with pytest.raises(RefusedError, match=r"pixels a side|megapixels"):
        to_square(_png_header(width, height))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_cut_or_scribbled_files_give_a_reason_or_a_picture(data):
    """Whatever is done to a file, the outcome is a picture or a reason, never another error."""
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM"]))
    content = bytearray(_encode(_halves((255, 0, 0), (0, 0, 255)), kind))
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(RefusedError):
        assert to_square(content).shape == (32, 32, 3)
