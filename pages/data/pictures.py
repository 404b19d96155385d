"""A mosaic of pictures by class, and one picture with the numbers that it is made of."""

import base64
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from core import datasets
from core.datasets import looking
from core.datasets.image_set import ImageSet
from core.lab.words import shape
from core.specs import DataSpec
from pages.shared.components import component
from pages.shared.controls.widgets import choice, choice_slider, index_field, number_field, put_index
from pages.shared.frame.tabs import go_to
from pages.shared.pictures.strips import data_url
from pages.shared.words.markdown import plain

COLUMNS = 18
_CLASSES_A_PAGE = 10
_COMPONENTS = Path(__file__).parent / "components"
_CHANNELS = ("red", "green", "blue")
_STAGES = ("0 to 255", "0 to 1", "-1 to 1")
NORMALISE = """\
transform = transforms.Compose(
    [transforms.ToTensor(),                                   # 0 ... 255  ->  0 ... 1
     transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])  # (x - 0.5) / 0.5  ->  -1 ... 1"""


def load_pictures(data: DataSpec) -> ImageSet:
    """The whole set; of Shapes-10 as many as are drawn for a run of this size."""
    return _load(data.dataset, data.n_train, data.n_test)


def about_pictures(data: DataSpec, images: ImageSet) -> None:
    """Which set this is, how large, whose, and under which licence."""
    info = datasets.info(data.dataset)
    st.caption(
        f"**{plain(info.title)}**, {info.n_train:,} to train and {info.n_test:,} to test, 32 x 32 pixels"
        + (f" (Question 5: {shape(info.side, info.side)})" if info.side > images.side else "")
        + f", {len(info.class_names)} classes. {plain(info.source)} {plain(info.licence)}"
    )


@st.cache_resource(max_entries=6, show_spinner="Loading the pictures.")
def _load(name: str, n_train: int, n_test: int) -> ImageSet:
    return datasets.load(name, n_train=n_train, n_test=n_test)


def split_of(images: ImageSet) -> tuple[str, np.ndarray, np.ndarray]:
    """The choice between training and test pictures: its name, pictures and labels."""
    split = choice("Split", "split", options=("train", "test"), default="train")
    return split, getattr(images, f"{split}_images"), getattr(images, f"{split}_labels")


def mosaic(images: ImageSet) -> None:
    """A row per class; a click opens a picture."""
    names = images.class_names
    which, paging, again, some = st.columns([1, 1, 1.6, 1.2], vertical_alignment="bottom")
    with which:
        split, pictures, labels = split_of(images)
    with some:
        classes = _classes(len(names))
    n_pages = looking.n_pages(labels, len(names), COLUMNS)
    with paging:
        page = number_field(f"Page, 1 to {n_pages:,}", "sheet", low=1, high=n_pages, default=1)
    shuffle = int(st.session_state.get("shuffle", 0))
    with again.container(horizontal=True):
        st.button("Reshuffle", icon=":material/shuffle:", key="reshuffle", on_click=_reshuffle, args=(shuffle + 1,))
        st.button(
            "In order", icon=":material/sort:", key="in_order", on_click=_reshuffle, args=(0,), disabled=not shuffle
        )
    rows = looking.by_class(labels, classes, columns=COLUMNS, page=page - 1, random_state=shuffle)
    sheet = data_url(looking.sheet(pictures, rows, COLUMNS))
    data = {
        "key": hashlib.sha256(f"{images.name} {split} {classes} {sheet}".encode()).hexdigest(),
        "sheet": sheet,
        "columns": COLUMNS,
        "rows": [{"name": names[k], "pictures": row.tolist()} for k, row in zip(classes, rows, strict=True)],
    }
    component(_COMPONENTS / "mosaic")(key="mosaic", data=data, on_picked_change=_open)
    st.caption("Click a picture to see its numbers.")


def one_picture(images: ImageSet) -> None:
    """A picture, large, with its numbers before and after normalisation."""
    which, number, said = st.columns([1, 1.2, 2.6], vertical_alignment="bottom")
    with which:
        _, pictures, labels = split_of(images)
    with number:
        index = index_field(f"Picture, 1 to {len(labels):,}", "picture", n=len(labels))
    said.markdown(f"## {plain(images.class_names[labels[index]])}")
    picture = np.ascontiguousarray(pictures[index])
    component(_COMPONENTS / "pixels", common=["arrays.js"])(
        key="pixels", data={"bytes": base64.b64encode(picture.tobytes()).decode()}
    )
    st.code(NORMALISE, language="python")
    with st.expander("All 3 x 32 x 32 numbers", icon=":material/grid_on:"):
        with st.container(horizontal=True):
            channel = choice("Channel", "channel", options=_CHANNELS, default="red")
            stage = choice("Range", "range", options=_STAGES, default=_STAGES[0])
        numbers = picture[:, :, _CHANNELS.index(channel)]
        if stage != _STAGES[0]:
            numbers = numbers / 255 if stage == _STAGES[1] else (numbers / 255 - 0.5) / 0.5
        places = range(1, numbers.shape[0] + 1)
        frame = pd.DataFrame(numbers, index=places, columns=[str(c) for c in places])
        form = "%d" if stage == _STAGES[0] else "%.2f"
        st.dataframe(
            frame, height=420, row_height=24,
            column_config={c: st.column_config.NumberColumn(format=form, width=46) for c in frame.columns.astype(str)},
            alt=f"The {channel} channel, row by row",
        )  # fmt: skip


def _classes(n: int) -> range:
    """Which classes the mosaic shows, where there are too many for one screen."""
    if n <= _CLASSES_A_PAGE:
        return range(n)
    starts = range(0, n, _CLASSES_A_PAGE)
    first = choice_slider(
        "Classes", "classes", options=list(starts), default=0,
        format_option=lambda k: f"{k + 1} to {min(k + _CLASSES_A_PAGE, n)}",
    )  # fmt: skip
    return range(first, min(first + _CLASSES_A_PAGE, n))


def _reshuffle(number: int) -> None:
    st.session_state["shuffle"] = number


def _open() -> None:
    """The picture that was clicked, on its own tab."""
    picked = st.session_state["mosaic"].picked
    if picked is not None:
        put_index("picture", int(picked))
        go_to("One picture")
