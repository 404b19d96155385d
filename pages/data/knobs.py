"""Shapes-10 with its knobs: what makes a data set hard, seen at once."""

import numpy as np
import streamlit as st

from core.datasets import looking
from core.datasets.shapes10_drawing import CLASS_NAMES, draw_block
from pages.shared.controls.settings import put
from pages.shared.controls.widgets import number_slider
from pages.shared.pictures.strips import data_url

_KNOBS = {
    "sizes": ("Size", 0.4, 1.3, "Of the shapes. Small ones leave few pixels that tell the class."),
    "places": ("Position", 0.0, 1.6, "How far from the middle. A network of plain layers learns each place anew."),
    "colours": ("Colour", 0.0, 1.0, "How much colours vary. At 0 every shape is light on dark."),
    "behind": ("Background", 0.0, 2.0, "Waves and specks, which tell nothing of the class."),
    "noise": ("Noise", 0.0, 6.0, "Of each pixel."),
}
_COLUMNS = 12
_EASY = {"sizes": 1.2, "places": 0.0, "colours": 0.0, "behind": 0.0, "noise": 0.0}


def data_knobs() -> None:
    """Sliders, and the pictures that they make."""
    knobs, pictures = st.columns([1, 2.6], gap="medium")
    with knobs:
        chosen = {
            key: number_slider(label, key, low=low, high=high, step=0.1, default=1.0, help=help)
            for key, (label, low, high, help) in _KNOBS.items()
        }
        left, right = st.columns(2)
        left.button("As it is", key="as_it_is", on_click=_set, args=(dict.fromkeys(_KNOBS, 1.0),), width="stretch")
        right.button("Easy", key="easy", on_click=_set, args=(_EASY,), width="stretch")
    with pictures:
        train, share = _drawn(tuple(chosen.items()))
        rows = looking.by_class(train[1], range(len(CLASS_NAMES)), columns=_COLUMNS)
        st.metric(
            "Right with the nearest mean picture",
            f"{share:.1%}",
            help="The simplest of all classifiers: each of 1,000 new pictures is given the class whose mean of 1,000 "
            "pictures is nearest. Blind guessing has 10 %. What makes this hard makes it hard for a network too.",
        )
        sheet = data_url(looking.sheet(train[0], rows, _COLUMNS))
        names = ", ".join(CLASS_NAMES)
        st.html(
            "<style>.knobs{width:100%;max-width:580px;image-rendering:pixelated;border-radius:6px;display:block}</style>"
            f'<img class="knobs" src="{sheet}" alt="Twelve pictures per row: {names}">'
        )
    st.caption("1 is Shapes-10 as every page uses it. The knobs only draw here; they change no data set.")


def _set(values: dict[str, float]) -> None:
    put(values)


@st.cache_data(max_entries=32, show_spinner=False)
def _drawn(knobs: tuple[tuple[str, float], ...]) -> tuple[tuple[np.ndarray, np.ndarray], float]:
    train, test = (draw_block(0, 0, split, **dict(knobs)) for split in ("train", "test"))
    return train, looking.nearest_mean_accuracy(train, test, len(CLASS_NAMES))
