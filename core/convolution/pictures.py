"""Pictures to convolve: from a data set, and scikit-learn's two sample photographs."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from core.convolution.inputs import ConvolutionError

PHOTOGRAPHS = {"china": "A temple in China", "flower": "A flower"}
# ITU-R BT.601, what PIL's convert("L") uses: how bright each colour looks
LUMINANCE = np.array([0.299, 0.587, 0.114])


def channels_of(picture: np.ndarray, colour: bool) -> np.ndarray:
    """A picture (H, W, 3) of 0 to 255 as channels: (3, H, W), or one of brightness, (1, H, W)."""
    if colour:
        return np.moveaxis(picture, 2, 0).astype(np.float64)
    return np.rint(picture @ LUMINANCE)[None]


@lru_cache(maxsize=4)
def photograph(name: str, colour: bool) -> np.ndarray:
    """A sample photograph of scikit-learn: shape (3, 427, 640) or (1, 427, 640), whole numbers from 0 to 255.

    The file is read where it lies, as importing scikit-learn takes a second.
    """
    from PIL import Image

    spec = find_spec("sklearn")
    if name not in PHOTOGRAPHS or spec is None or spec.origin is None:
        raise ConvolutionError(f"The photograph is {name!r}; allowed are {', '.join(PHOTOGRAPHS)}.")
    with Image.open(Path(spec.origin).parent / "datasets" / "images" / f"{name}.jpg") as file:
        pixels = channels_of(np.asarray(file.convert("RGB")), colour)
    pixels.setflags(write=False)
    return pixels
