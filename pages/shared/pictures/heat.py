"""A map of numbers laid over a picture: orange where positive, blue where negative, the picture grey below."""

import numpy as np
import streamlit as st
from PIL import Image

from pages.shared.pictures.colour_bar import colour_bar

_POSITIVE, _NEGATIVE = np.array([230.0, 97.0, 1.0]), np.array([43.0, 123.0, 186.0])


def laid_over(picture: np.ndarray, heat: np.ndarray, scale: int = 8) -> np.ndarray:
    """The blend, enlarged.

    Parameters
    ----------
    picture : ndarray of shape (height, width, 3), uint8
    heat : ndarray of shape (height, width)
        Its largest size is drawn strongest; a map of zeros leaves the picture.
    scale : int
        Pixels of the result for one of the picture.

    Returns
    -------
    ndarray of shape (scale * height, scale * width, 3), uint8
    """
    height, width = heat.shape
    share = heat / max(float(np.abs(heat).max()), 1e-12)
    smooth = np.asarray(
        Image.fromarray(share.astype(np.float32)).resize((width * scale, height * scale), Image.Resampling.BILINEAR)
    )
    grey = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2) * 0.8 + 25
    large = grey.repeat(scale, axis=0).repeat(scale, axis=1)
    colour = np.where(smooth[..., None] > 0, _POSITIVE, _NEGATIVE)
    strength = 0.8 * np.abs(smooth)[..., None]
    return np.round(large * (1 - strength) + colour * strength).astype(np.uint8)


def heat_bars(cam: np.ndarray, fallen: np.ndarray) -> None:
    """What the colours of Grad-CAM and of an occlusion mean, each on its own scale."""
    most, lost = float(cam.max()), float(np.abs(fallen).max())
    with st.container(horizontal=True):
        if most > 0:
            st.html(colour_bar(0.0, most, said="Grad-CAM"))
        if lost > 0:
            st.html(colour_bar(-lost, lost, said="Occlusion: score that is lost"))
