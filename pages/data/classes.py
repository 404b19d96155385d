"""How many pictures of each class, and the mean picture of each."""

import numpy as np
import pandas as pd
import streamlit as st

from core.charts.bars import count_bars
from core.datasets import looking
from core.datasets.image_set import ImageSet
from core.lab.rates import Rate
from pages.shared.pictures.strips import picture_strip


def data_classes(images: ImageSet) -> None:
    """Counts beside mean pictures."""
    names = images.class_names
    counts, means = st.columns([1, 1.25], gap="large")
    with counts:
        st.header("Pictures of each class", anchor=False)
        table = pd.DataFrame(
            {
                "class": names,
                "training": looking.counts(images.train_labels, len(names)),
                "test": looking.counts(images.test_labels, len(names)),
            }
        )
        st.altair_chart(count_bars(table), alt="Pictures of each class, training and test")
        least, most = table["training"].min(), table["training"].max()
        st.caption(
            "All classes are of about the same size." if least > 0.9 * most
            else f"The classes are not of the same size: {least:,} to {most:,} training pictures."
        )  # fmt: skip
    with means:
        st.header("Mean picture of each class", anchor=False)
        drawn = _means(images.name, len(images.train_labels), images)
        picture_strip(drawn, names)
        st.caption("All training pictures of a class, averaged pixel by pixel: what a class has in common, and how "
                   "little that is where its things lie anywhere.")  # fmt: skip
        share = _hardness(images.name, len(images.train_labels), images)
        right = Rate.of(share, len(images.test_labels)).in_full()
        st.markdown(f"Guessing the class with the nearest mean picture is right for **{right}** of the test "
                    f"pictures; guessing blindly for about {1 / len(names):.1%}.")  # fmt: skip


@st.cache_data(max_entries=8, show_spinner="Averaging.")
def _means(name: str, n: int, _images: ImageSet) -> np.ndarray:
    means = looking.mean_pictures(_images.train_images, _images.train_labels, len(_images.class_names))
    return np.nan_to_num(means, nan=128).round().astype(np.uint8)


@st.cache_data(max_entries=8, show_spinner=False)
def _hardness(name: str, n: int, _images: ImageSet) -> float:
    train, test = (_images.train_images, _images.train_labels), (_images.test_images, _images.test_labels)
    return looking.nearest_mean_accuracy(train, test, len(_images.class_names))
