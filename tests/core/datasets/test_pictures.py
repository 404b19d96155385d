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


RAMP = np.tile(np.linspace(0, 1, 64), (64, 1))


def _of_ramp(values, kind):
    """How a picture from black to white is seen: its columns from left to right."""
    return to_square(_encode(Image.fromarray(values), kind))[16, :, 0].astype(int)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (RAMP.astype(np.float32), "TIFF"),
        ((2 * RAMP - 1).astype(np.float32), "TIFF"),
        ((RAMP * 1.08 - 0.04).astype(np.float32), "TIFF"),  # a filter has overshot
        ((RAMP * 255).astype(np.float32), "TIFF"),
        ((RAMP * 4095).astype(np.float32), "TIFF"),
        ((RAMP * 3).astype(np.float32), "TIFF"),
        *(((RAMP * (2**bits - 1)).round().astype(np.uint16), kind)
          for bits in (4, 8, 10, 12, 14, 16) for kind in ("PNG", "TIFF")),
        ((RAMP * 4095).round().astype(np.int32), "TIFF"),
        ((RAMP * 4000 - 1000).round().astype(np.int32), "TIFF"),  # as computed tomography has them
        ((RAMP * 10_000_000).round().astype(np.int32), "TIFF"),
    ],
)  # fmt: skip
def test_whatever_the_values_the_picture_goes_from_black_to_white(values, kind):
    seen = _of_ramp(values, kind)
    np.testing.assert_allclose(seen, np.linspace(4, 251, 32), atol=12)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_a_dark_picture_stays_dark_among_those_of_its_camera(bits):
    """Half of what the bits hold is half of white: nobody stretches a picture to its own brightest pixel."""
    seen = _of_ramp((RAMP * 0.6 * (2**bits - 1)).round().astype(np.uint16), "PNG")
    assert abs(int(seen.max()) - 153) <= 3


@pytest.mark.parametrize("value", [0, 1, 7, 4095, 0.0, 0.5, -3.0, float("nan"), float("inf")])
def test_one_value_alone_is_a_picture(value):
    kind = np.float32 if isinstance(value, float) else np.uint16
    assert to_square(_encode(Image.fromarray(np.full((40, 40), value, kind)), "TIFF")).shape == (32, 32, 3)


def _png_of_16_bits(values):
    """A PNG of colours of 16 bits, which Pillow reads and does not write: (h, w, 3 or 4), uint16."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    height, width, n = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, {3: 2, 4: 6}[n], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))  # fmt: skip


def _tiff_of_16_bits(values, order):
    """A TIFF of colours of 16 bits in one strip, least byte first (``"<"``) or last."""
    height, width, _ = values.shape
    strip = values.astype(f"{order}u2").tobytes()
    tags = [(256, 3, width), (257, 3, height), (258, 3, 0), (259, 3, 1), (262, 3, 2), (273, 4, 0), (277, 3, 3),
            (278, 3, height), (279, 4, len(strip))]  # fmt: skip
    behind = 8 + 2 + 12 * len(tags) + 4
    told = struct.pack(f"{order}H", len(tags))
    for tag, kind, value in tags:
        if tag == 258:  # three numbers do not fit here
            told += struct.pack(f"{order}HHII", tag, kind, 3, behind)
        elif tag == 273:
            told += struct.pack(f"{order}HHII", tag, kind, 1, behind + 6)
        elif kind == 3:
            told += struct.pack(f"{order}HHIHH", tag, kind, 1, value, 0)
        else:
            told += struct.pack(f"{order}HHII", tag, kind, 1, value)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return head + told + bytes(4) + struct.pack(f"{order}HHH", 16, 16, 16) + strip


@pytest.mark.parametrize("bits", [8, 12, 14, 16])
@pytest.mark.parametrize("kind", ["PNG", "PNG with alpha", "TIFF <", "TIFF >"])
def test_colours_that_do_not_fill_their_16_bits(bits, kind):
    values = np.random.default_rng(0).integers(0, 2**bits, (32, 32, 3)).astype(np.uint16)
    values[0, 0] = 2**bits - 1
    if kind.startswith("TIFF"):
        data = _tiff_of_16_bits(values, kind[-1])
    else:
        more = np.full((32, 32, 1 if kind.endswith("alpha") else 0), 65535, np.uint16)
        data = _png_of_16_bits(np.concatenate([values, more], axis=2))
    expected = values >> 8 if bits == 16 else np.round(values * (255 / (2**bits - 1)))
    np.testing.assert_array_equal(to_square(data), expected)


def _boxes(*brands):
    body = brands[0] + bytes(4) + b"".join(brands[1:])
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + bytes(200)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_boxes(b"heic", b"mif1", b"heic"), "is a HEIC picture, as iPhones take them; save it as JPEG"),
        (_boxes(b"mif1", b"mif1", b"heic"), "is a HEIC picture"),
        (_boxes(b"hevc", b"heic"), "is a HEIC picture"),
        (_boxes(b"avif", b"mif1", b"miaf"), "is an AVIF picture; open it in a browser"),
        (_boxes(b"mif1", b"avif", b"miaf"), "is an AVIF picture"),
        (_boxes(b"isom", b"mp41"), "is a film"),
        (b"\xff\x0a" + bytes(50), "is a JPEG XL picture"),
        (b"%PDF-1.7" + bytes(50), "is a PDF"),
        (bytes(128) + b"DICM" + bytes(50), "is a DICOM picture"),
        (b"\n<!DOCTYPE html><html>not found", "is a web page that was saved in the place of a picture"),
        (b"<?xml version='1.0'?><svg/>", "is an SVG drawing"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "is only Git LFS's note"),
        (b"PK\x03\x04" + bytes(50), "is a zip; unpack it"),
        (_boxes(b"zzzz"), "is no picture that can be read; allowed are JPEG"),
        (b"", "is no picture that can be read"),
    ],
)
def test_what_is_no_picture_is_named_as_what_it_is(data, said):
    with pytest.raises(RefusedError, match=f"^{said}"):
        to_square(data)


def test_an_avif_that_pillow_itself_writes_is_named():
    if "AVIF" not in Image.SAVE:
        Image.init()
    if "AVIF" not in Image.SAVE:
        pytest.skip("this Pillow writes no AVIF")
    with pytest.raises(RefusedError, match="is an AVIF picture"):
        to_square(_encode(Image.new("RGB", (40, 40)), "AVIF"))


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
    with pytest.raises(RefusedError, match=r"pixels per side|megapixels"):
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
