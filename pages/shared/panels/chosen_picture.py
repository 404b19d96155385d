"""One picture to look at, chosen from the test set or brought along, and what a network takes it for."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

import numpy as np
import streamlit as st

from core.datasets.image_set import ImageSet
from core.datasets.pictures import SUFFIXES, RefusedError, to_square
from pages.shared.controls.widgets import choice, index_field, put_index
from pages.shared.pictures.strips import Mark, picture_strip

TEST, OWN, CAMERA = "Test picture", "My picture", "Camera"
_STORED = "own_picture"  # of this session: the file that was brought, and its pixels at each side asked for


@dataclass(frozen=True)
class ChosenPicture:
    """The picture (side, side, 3), bytes, and its true class where that is known."""

    pixels: np.ndarray
    label: int | None


def choose_picture(images: ImageSet, *, camera: bool = False, is_drawn: bool = True) -> ChosenPicture | None:
    """Draw the choice and the picture; None until one has been uploaded, or taken with the camera where that is on.

    What is brought along is cut to a square of as many pixels as ``images`` have: a network gets it as it gets those.
    Where there are no test pictures any more, one can only be brought. ``is_drawn`` is False where the caller draws it.
    """
    options = ((TEST,) if images.has_pictures else ()) + ((OWN, CAMERA) if camera else (OWN,))
    if st.session_state.get("picture_from", options[0]) not in options:  # the camera of another page
        st.session_state["picture_from"] = options[0]
    source = choice("Picture", "picture_from", options=options, default=options[0], hide_label=True)
    if source == OWN:
        chosen = _upload(images.side)
    elif source == CAMERA:
        chosen = _decoded(st.camera_input("A picture of it", key="camera_picture"), images.side)
    else:
        n = len(images.test_labels)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            index = index_field("Number", "picture", n=n)
            st.button("Another", key="another_picture", on_click=_another, args=(n,))
        chosen = ChosenPicture(images.test_images[index], int(images.test_labels[index]))
    if chosen is not None and is_drawn:
        draw_picture(chosen, images)
    return chosen


def draw_picture(chosen: ChosenPicture, images: ImageSet, marks: Sequence[Mark] = ()) -> None:
    """The picture and its class, with boxes on it."""
    name = "your picture" if chosen.label is None else images.class_names[chosen.label]
    picture_strip(chosen.pixels[None], [name], size=160, marks=[marks])


def _another(n: int) -> None:
    put_index("picture", SystemRandom().randrange(n))


def _upload(side: int) -> ChosenPicture | None:
    kinds = sorted(suffix[1:] for suffix in SUFFIXES)
    return _decoded(st.file_uploader("Picture file", type=kinds, key="own_picture_file", max_upload_size=20), side)


def _decoded(file: Any, side: int) -> ChosenPicture | None:
    """What was brought, or else what was brought last, on whichever page."""
    last, squares = st.session_state.get(_STORED, (b"", {}))
    for data in (last if file is None else file.getvalue(), last):
        if not data:
            continue
        known = squares if data == last else {}
        try:
            pixels = known[side] if side in known else to_square(data, side)
        except RefusedError as error:
            st.error(f"This file {error}.")
            continue
        st.session_state[_STORED] = data, known | {side: pixels}
        return ChosenPicture(pixels, None)
    return None


def probability_bars(probabilities: np.ndarray, names: tuple[str, ...], label: int | None) -> None:
    """Each class with its probability; the true one is marked. Names are shown as they are."""
    predicted = int(probabilities.argmax())
    rows = "".join(
        f'<div class="row{" best" if k == predicted else ""}">'
        f"<span>{html.escape(name)}{' ✓' if k == label else ''}</span>"
        f'<div><i style="width:{100 * p:.1f}%"></i></div><b>{p:.0%}</b></div>'
        for k, (name, p) in enumerate(zip(names, probabilities, strict=True))
    )
    st.html(
        "<style>.odds{max-height:22rem;overflow-y:auto}.odds .row{display:grid;grid-template-columns:5.4rem 1fr 2.9rem;"
        "gap:8px;align-items:center;font-size:.92rem;line-height:1.5}.odds span{overflow:hidden;text-overflow:ellipsis;"
        "white-space:nowrap}.odds div div{background:color-mix(in srgb,currentColor 10%,transparent);border-radius:3px}"
        ".odds i{display:block;height:.75rem;border-radius:3px;background:#7a8a86}.odds .best i{background:#1f9e77}"
        ".odds b{font-weight:400;text-align:right;font-variant-numeric:tabular-nums}.odds .best b,.odds .best span"
        "{font-weight:700}</style>"
        f'<div class="odds" role="group" tabindex="0" aria-label="Probabilities">{rows}</div>'
    )
