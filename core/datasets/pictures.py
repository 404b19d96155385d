"""Any picture, of any size and mode, as a square of RGB; or the reason why not."""

import contextlib
import io

import numpy as np
from PIL import Image, ImageOps

from core.datasets.grey_values import of_16_bits, to_8_bits
from core.datasets.image_set import SIDE
from core.datasets.other_files import what_it_is

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
KINDS = "JPEG, PNG, GIF, BMP, WebP, TIFF and PPM"  # for people
SUFFIXES = {
    ".jpg",
    ".jpeg",
    ".jpe",
    ".jfif",
    ".png",
    ".gif",
    ".bmp",
    ".webp",
    ".tif",
    ".tiff",
    ".ppm",
    ".pgm",
    ".pbm",
}
# Looked at all the same: other systems' pictures, which are told what to do with, or may be one of the above inside
LOOKED_AT = {*SUFFIXES, ".heic", ".heif", ".hif", ".avif", ".jxl"}
MAX_SIDE = 20_000  # pixels
MAX_PIXELS = 50_000_000  # more than any camera a student owns; 200 MB when decoded
ENOUGH = 4  # times the wanted side are worth decoding: JPEG can leave out the finer detail, many times faster


class RefusedError(ValueError):
    """One file that does not become a picture; the text ends the sentence "<file>: ..."."""


def to_square(data: bytes, side: int = SIDE) -> np.ndarray:
    """Decode one picture, cut its middle square and shrink (or enlarge) it.

    Turned as its EXIF orientation says, transparency over white, more than 8 bits brought to 8 (``grey_values``), the
    first frame of an animation, Lanczos resampling. A picture that has that size comes back as it is.

    Parameters
    ----------
    data : bytes
        The file.
    side : int
        Pixels of the result.

    Returns
    -------
    ndarray of shape (side, side, 3), uint8

    Raises
    ------
    RefusedError
        As ``square_and_size``.
    """
    return square_and_size(data, side)[0]


def square_and_size(data: bytes, side: int = SIDE) -> tuple[np.ndarray, int]:
    """As ``to_square``, and how many pixels the file's own middle square has a side.

    Raises
    ------
    RefusedError
        If it is no picture, is broken, or is larger than ``MAX_PIXELS`` or ``MAX_SIDE``; sizes are read from
        the header, before anything is decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                raise RefusedError(
                    f"is {width} x {height} pixels large; allowed are {MAX_PIXELS // 10**6} megapixels and "
                    f"{MAX_SIDE} pixels per side"
                )
            picture.draft(picture.mode, (ENOUGH * side, ENOUGH * side))
            known = of_16_bits(data, picture) or picture
            with contextlib.suppress(Exception):  # unreadable EXIF is no reason to refuse a good picture
                ImageOps.exif_transpose(known, in_place=True)
            return np.asarray(_shrink(_to_rgb(known), side)), min(width, height)
    except Image.UnidentifiedImageError as error:
        told = what_it_is(data) or f"is no picture that can be read; allowed are {KINDS}"
        raise RefusedError(told) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedError(f"has more than {MAX_PIXELS // 10**6} megapixels") from error
    except RefusedError:
        raise
    except MemoryError as error:
        raise RefusedError("needs more memory than there is") from error
    except Exception as error:  # decoders raise nearly anything on broken files: OSError, SyntaxError, struct.error
        raise RefusedError(f"is broken ({str(error).strip().rstrip('.') or type(error).__name__})") from error


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):
        return Image.fromarray(to_8_bits(np.asarray(picture))).convert("RGB")
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture.convert("RGB")


def _shrink(picture: Image.Image, side: int) -> Image.Image:
    width, height = picture.size
    middle = min(width, height)
    left, top = (width - middle) // 2, (height - middle) // 2
    box = (left, top, left + middle, top + middle)
    return picture.resize((side, side), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
