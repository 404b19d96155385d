"""Small pictures side by side, enlarged without blur, each with its caption; larger ones as photographs."""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

if TYPE_CHECKING:  # its module needs torch
    from core.inside.receptive_field import Box

FINE = 64  # pixels: smaller pictures are squares to count, larger ones have detail of their own
_STYLE = (
    "<style>.strip{display:flex;flex-wrap:wrap;gap:14px}.strip figure{margin:0;text-align:center}"
    ".strip img{image-rendering:pixelated;border-radius:6px;display:block;margin:auto}"
    ".strip img.fine{image-rendering:auto}"
    ".strip figcaption{font-size:0.86rem;line-height:1.25;margin-top:4px}"
    ".strip .framed{position:relative;display:block;width:max-content;margin:auto}"
    # Around the pixels, not over them: of 3 x 3 of them nothing would be left
    ".strip i{position:absolute;outline:3px solid #ffb000;box-shadow:0 0 0 4px #000,inset 0 0 0 1px #000}"
    ".strip i.thin{outline:2px dashed #fff;box-shadow:0 0 0 2px #000}</style>"
)


@dataclass(frozen=True)
class Mark:
    """A box on a picture, each edge a share of its side from 0 to 1; the thin one is dashed."""

    top: float
    left: float
    bottom: float
    right: float
    is_thin: bool = False


def mark_of(box: "Box", side: int, *, is_thin: bool = False) -> Mark:
    """A receptive field on a picture of ``side`` pixels, where it lies on it."""
    on_it = box.within(side)
    return Mark(on_it.top / side, on_it.left / side, on_it.bottom / side, on_it.right / side, is_thin)


def picture_strip(
    images: np.ndarray,
    captions: Sequence[str],
    *,
    size: int = 96,
    marks: Sequence[Sequence[Mark]] = (),
) -> None:
    """Draw pictures that wrap to the width of the page.

    From ``FINE`` pixels on they are drawn smoothly, and sent no larger than a sharp screen can show.

    Parameters
    ----------
    images : ndarray of shape (n, height, width, 3), uint8
    captions : sequence of str
        A text each, shown as it is; a line feed begins a new line.
    size : int
        Width on the screen, in pixels.
    marks : sequence of sequences of Mark, optional
        The boxes on each picture.
    """
    st.html(strip_html(images, captions, size=size, marks=marks))


def strip_html(
    images: np.ndarray, captions: Sequence[str], *, size: int, marks: Sequence[Sequence[Mark]] = ()
) -> str:
    """What ``picture_strip`` draws."""
    figures = "".join(
        f'<figure><span class="framed"><img {_source(image, size)} alt="{html.escape(caption)}" width="{size}" '
        f'height="{size}">{"".join(map(_box, boxes))}</span>'
        f"<figcaption>{html.escape(caption).replace(chr(10), '<br>')}</figcaption></figure>"
        for image, caption, boxes in zip(images, captions, marks or [()] * len(images), strict=True)
    )
    return f'{_STYLE}<div class="strip">{figures}</div>'


def _box(mark: Mark) -> str:
    edges = {
        "top": mark.top,
        "left": mark.left,
        "height": mark.bottom - mark.top,
        "width": mark.right - mark.left,
    }
    style = ";".join(f"{name}:{100 * share:.2f}%" for name, share in edges.items())
    return f'<i{" class=thin" if mark.is_thin else ""} style="{style}"></i>'


def _source(image: np.ndarray, size: int) -> str:
    """The attributes of an ``img`` that is ``size`` pixels wide on the screen."""
    if image.shape[1] < FINE:
        return f'src="{data_url(image)}"'
    picture = Image.fromarray(np.asarray(image))
    picture.thumbnail((2 * size, 2 * size), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)  # a tenth of a PNG
    return f'class="fine" src="data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"'


def picture_mosaic(images: np.ndarray, *, columns: int, size: int, alt: str) -> None:
    """Draw many tiny pictures as one, in rows, with a gap of a pixel.

    Parameters
    ----------
    images : ndarray of shape (n, side, side, 3), uint8
    columns : int
        Pictures in a row.
    size : int
        Width of one on the screen, in pixels.
    alt : str
        What they are.
    """
    sheet, width = mosaic_sheet(images, columns), columns * size
    st.html(
        f'<img src="{data_url(sheet)}" alt="{html.escape(alt)}" width="{width}" '
        f'height="{round(width * sheet.shape[0] / sheet.shape[1])}" style="image-rendering:pixelated;max-width:100%">'
    )


def mosaic_sheet(images: np.ndarray, columns: int) -> np.ndarray:
    """All of them in one picture with an alpha channel: 0 between them."""
    n, side = len(images), images.shape[1]
    rows = -(-n // columns)
    sheet = np.zeros((rows, side + 1, columns, side + 1, 4), dtype=np.uint8)  # transparent between the pictures
    for k, image in enumerate(images):
        sheet[k // columns, :side, k % columns, :side] = np.dstack([image, np.full((side, side), 255, np.uint8)])
    return sheet.reshape(rows * (side + 1), columns * (side + 1), 4)


def picture_pairs(pairs: Sequence[tuple[np.ndarray, np.ndarray]], captions: Sequence[str], *, size: int = 80) -> None:
    """Draw two pictures side by side and a caption below them, again and again.

    Parameters
    ----------
    pairs : sequence of two ndarrays of shape (height, width, 3), uint8
    captions : sequence of str
    size : int
        Width of one picture on the screen, in pixels.
    """
    st.html(pairs_html(pairs, captions, size=size))


def pairs_html(pairs: Sequence[tuple[np.ndarray, np.ndarray]], captions: Sequence[str], *, size: int) -> str:
    """What ``picture_pairs`` draws."""
    joined = [np.concatenate(pair, axis=1) for pair in pairs]
    figures = "".join(
        f'<figure><img src="{data_url(pair)}" alt="{html.escape(caption)}" width="{2 * size}" height="{size}">'
        f"<figcaption>{html.escape(caption).replace(chr(10), '<br>')}</figcaption></figure>"
        for pair, caption in zip(joined, captions, strict=True)
    )
    return f'{_STYLE}<div class="strip">{figures}</div>'


def data_url(image: np.ndarray) -> str:
    """A picture as the address that an ``img`` takes."""
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(image)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
