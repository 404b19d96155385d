"""Grey values and colours of more than 8 bits as 0 to 255: by how many bits they really have.

A camera of 12 bits writes files of 16, a script floats from 0 to 1: read by their type alone, such pictures are black.
"""

import io
import sys
from typing import Any

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

# Bits that cameras and formats have: the fewest that hold a picture's largest value are taken for its own
_DEPTHS = (1, 2, 4, 8, 10, 12, 14, 16)
_FAINT = 16.0  # floats up to here are none of 0 to 255: a picture of those would be black
# A second reading with the bytes of each value exchanged gives what Pillow drops, the lower byte
_NATIVE, _OTHER = (";16L", ";16B") if sys.byteorder == "little" else (";16B", ";16L")
_EXCHANGED = {";16B": ";16L", ";16L": ";16B", ";16N": _OTHER}


def to_8_bits(values: np.ndarray) -> np.ndarray:
    """Values of one picture, of any shape, as uint8.

    Whole numbers by the fewest usual bits that hold them; floats from 0 to 1, or to 255, as what they seem to be; any
    other values by what occurs in them.
    """
    if values.dtype.kind in "ui":
        low, high = int(values.min()), int(values.max())
        if low >= 0 and high < 1 << _DEPTHS[-1]:
            bits = next(bits for bits in _DEPTHS if high < 1 << bits)
            return np.round(values * (255.0 / ((1 << bits) - 1))).astype(np.uint8)
    known = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    bottom, top = min(float(known.min()), 0.0), float(known.max())
    if bottom == 0.0 and top <= 1.0:
        top = 1.0
    elif bottom == 0.0 and _FAINT < top <= 255.0:
        top = 255.0
    spread = top - bottom
    return np.round((known - bottom) * (255.0 / spread if spread > 0 else 0.0)).astype(np.uint8)


def of_16_bits(data: bytes, picture: Image.Image) -> Image.Image | None:
    """A picture in colours of 16 bits each that do not fill them, as one of 8; None for any other.

    Pillow reads such files by the upper bytes alone.

    Parameters
    ----------
    data : bytes
        The file.
    picture : Image
        The same file, opened and not yet loaded.
    """
    if picture.mode not in ("RGB", "RGBA") or not isinstance(picture, ImageFile) or not _has_16_bits(picture):
        return None
    with Image.open(io.BytesIO(data), formats=[picture.format or ""]) as other:
        assert isinstance(other, ImageFile)
        other.tile = [tile._replace(args=_exchanged(tile.args)) for tile in other.tile]
        lower = np.asarray(other).astype(np.uint16)
    values = np.asarray(picture).astype(np.uint16) << 8 | lower
    colours = values[..., :3]
    if int(colours.max()) >= 1 << _DEPTHS[-2]:  # the upper bytes are all there is to see
        return None
    seen = to_8_bits(colours)
    alpha = np.asarray(picture)[..., 3:]
    found = Image.fromarray(np.concatenate([seen, alpha], axis=2), picture.mode)
    found.info |= {name: picture.info[name] for name in ("exif",) if name in picture.info}
    return found


def _has_16_bits(picture: ImageFile) -> bool:
    return bool(picture.tile) and all(_raw_mode(tile.args)[-4:] in _EXCHANGED for tile in picture.tile)


def _raw_mode(args: object) -> str:
    first = args[0] if isinstance(args, tuple) and args else args
    return first if isinstance(first, str) else ""


def _exchanged(args: object) -> Any:
    mode = _raw_mode(args)
    other = mode[:-4] + _EXCHANGED[mode[-4:]]
    return (other, *args[1:]) if isinstance(args, tuple) else other
