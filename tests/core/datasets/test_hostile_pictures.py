"""50 files that are no pictures or broken ones: each becomes a square of bytes, or is refused with a reason.

By hand all of them, ``CHALKNET_FUZZ=all``.
"""

import io
import random
import struct
import zlib

import numpy as np
from PIL import Image

from core.datasets.pictures import RefusedError, to_square
from tests.outside import how_many, watched

N = how_many(50, sample=15)
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")


def drawn(rng, kind=None):
    pixels = np.frombuffer(rng.randbytes(30 * 40 * 3), np.uint8).reshape(30, 40, 3)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind or rng.choice(FORMATS))
    return bytearray(file.getvalue())


def torn(rng):
    """Cut short, or with other bytes."""
    data = drawn(rng)
    if rng.random() < 0.5:
        return data[: rng.randrange(len(data))]
    for _ in range(rng.randint(1, 40)):
        data[rng.randrange(min(len(data), rng.choice([60, 10**9])))] = rng.randrange(256)
    return data


def claims(rng):
    """A header that says what is not true: sizes, depths, numbers of frames and of entries."""
    width, height = rng.choice([(2**31 - 1, 1), (65535, 65535), (0, 0), (20_001, 1), (49_999, 999), (8000, 8000)])
    kind = rng.randrange(5)
    if kind == 0:
        head = b"IHDR" + struct.pack(">II5B", width, height, rng.choice([1, 8, 16, 99]), rng.randrange(8), 0, 0, 1)
        body = b"\0\0\0\x0cIDAT" + zlib.compress(bytes(10))
        return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + body
    if kind == 1:
        return b"GIF89a" + struct.pack("<HH", width % 65536, height % 65536) + b"\xf7\0\0" + bytes(800)
    if kind == 2:
        bits = rng.choice([1, 24, 32, 77])
        sizes = struct.pack("<IiiHHIIiiII", 40, width, -height, 1, bits, 0, 2**31, 0, 0, 2**31, 0)
        return b"BM" + struct.pack("<IHHI", 2**31, 0, 0, 54) + sizes
    if kind == 3:
        return rng.choice([b"P6", b"P5", b"P4", b"P3"]) + f" {width} {height} {rng.choice([0, 255, 10**9])}\n".encode()
    entries = b"".join(
        struct.pack("<HHII", tag, rng.randrange(14), rng.randrange(2**32), rng.randrange(2**32))
        for tag in (256, 257, 258, 259, 262, 273, 277, 278, 279)
    )
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 9) + entries + rng.choice([bytes(4), b"\x08\0\0\0"])


def with_notes(rng):
    """Sound pictures whose notes are hostile: orientation, profiles, text that unpacks to much."""
    image, file = Image.frombytes("RGB", (40, 30), rng.randbytes(3600)), io.BytesIO()
    if rng.random() < 0.5:
        exif = Image.Exif()
        exif[0x0112] = rng.choice([0, 9, 2**16 - 1, 6])
        image.save(file, "JPEG", exif=exif.tobytes() + rng.randbytes(30), icc_profile=rng.randbytes(500))
        return file.getvalue()
    image.save(file, "PNG", icc_profile=rng.randbytes(300))
    data = file.getvalue()
    text = b"zTXtc\0\0" + zlib.compress(bytes(rng.choice([10, 10**8])))
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return data[:33] + chunk + data[33:]


def others(rng):
    """Other files, and pictures of kinds that can hold code or name other files."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/tmp/chalknet-eps) (w) file\n"
    mvg = b"push graphic-context\nfill 'url(https://127.0.0.1/x.jpg\"|touch /tmp/chalknet-mvg\")'\n"
    return rng.choice([svg, eps, mvg, b"", b"\0", b"P6", b"MZ", b"8BPS\0\1", b"\xff\xd8\xff", rng.randbytes(999)])


KINDS = (torn, claims, with_notes, torn, others)


def test_no_picture_gets_anything_but_a_square_or_a_reason():
    n_read, wrong = 0, []
    for number in range(N):
        rng = random.Random(number)
        kind = KINDS[number % len(KINDS)]
        data = bytes(kind(rng))
        side = rng.choice([1, 32, 96, 224])
        with watched() as strange:
            try:
                square = to_square(data, side)
                n_read += 1
                if (square.shape, square.dtype) != ((side, side, 3), np.uint8):
                    wrong.append(f"{number} {kind.__name__} became {square.shape} of {square.dtype}")
            except RefusedError as reason:
                if "\n" in str(reason) or not str(reason):
                    wrong.append(f"{number} {kind.__name__} says {reason}")
            except Exception as error:
                wrong.append(f"{number} {kind.__name__}: {type(error).__name__}: {str(error)[:200]}")
        wrong += [f"{number} {kind.__name__}: {what}" for what in strange]
    assert not wrong, "\n".join(wrong)
    assert 0 < n_read < N
