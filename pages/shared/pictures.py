"""Small pictures side by side, enlarged without blur, each with its caption."""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image


def picture_strip(images: np.ndarray, captions: Sequence[str], *, size: int = 96) -> None:
    """Draw pictures that wrap to the width of the page.

    Parameters
    ----------
    images : ndarray of shape (n, height, width, 3), uint8
    captions : sequence of str
        A text each, shown as it is; a line feed begins a new line.
    size : int
        Width on the screen, in pixels.
    """
    figures = "".join(
        f'<figure><img src="{_data_url(image)}" alt="{html.escape(caption)}" width="{size}" height="{size}">'
        f"<figcaption>{html.escape(caption).replace(chr(10), '<br>')}</figcaption></figure>"
        for image, caption in zip(images, captions, strict=True)
    )
    st.html(
        "<style>.strip{display:flex;flex-wrap:wrap;gap:14px}.strip figure{margin:0;text-align:center}"
        ".strip img{image-rendering:pixelated;border-radius:6px;display:block;margin:auto}"
        ".strip figcaption{font-size:0.86rem;line-height:1.25;margin-top:4px}</style>"
        f'<div class="strip">{figures}</div>'
    )


def _data_url(image: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
