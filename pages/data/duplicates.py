"""Pictures that are there twice, and what that does to a test."""

import numpy as np
import streamlit as st

from core.datasets import duplicates
from core.datasets.duplicates import Duplicates, Pair
from core.datasets.image_set import ImageSet
from core.lab.jobs import Job
from pages.shared.controls.attempt import attempt
from pages.shared.frame.frame import Lab
from pages.shared.panels.jobs import job_progress, jobs
from pages.shared.pictures.strips import picture_pairs
from pages.shared.words.markdown import plain

_KIND = "duplicates"
_SHOWN = 24  # pairs


def data_duplicates(lab: Lab, images: ImageSet) -> None:
    """Search in the background, then counts and pairs."""
    st.markdown(
        "A test picture that the network has trained on, or nearly, tests its memory. **Exact**: the same bytes. "
        "**Near**: a [perceptual hash](https://pypi.org/project/ImageHash/) of 64 bits differs in few of them."
    )
    job = jobs().of(_KIND, lab.person)
    if job is not None and job.state == "running":
        job_progress(job, lab.person)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bits = st.slider(
            "Near-duplicates: bits of 64 that may differ", 0, duplicates.MOST_BITS, 4, key="bits", width=320
        )
        n = len(images.train_labels) + len(images.test_labels)
        if st.button(f"Search {n:,} pictures", type="primary", icon=":material/search:", key="search"):
            _start(lab, images, bits)
    if job is None:
        return
    if job.state != "done":
        (st.info if job.state == "stopped" else st.error)(plain(job.error))
        return
    of, most_bits, found = job.result
    if of != _identity(images):
        st.caption("The last search was in another data set.")
        return
    _show(images, found, most_bits)


def _start(lab: Lab, images: ImageSet, bits: int) -> None:
    def work(job: Job) -> tuple[str, int, Duplicates]:
        found = duplicates.find(images, most_bits=bits, on_progress=job.progress, should_stop=job.should_stop)
        return _identity(images), bits, found

    if attempt(lambda: jobs().start(_KIND, lab.person, f"Searching {images.title}", work, unit="pictures")):
        st.rerun()


def _show(images: ImageSet, found: Duplicates, most_bits: int) -> None:
    for column, (where, told) in zip(
        st.columns(3),
        (("between", "between train and test"), ("train", "inside train"), ("test", "inside test")),
        strict=True,
    ):
        near = f"{found.near[where]:,} near pairs"
        column.metric(
            f"Exact pairs {told}", f"{found.exact[where]:,}", near, delta_color="off", delta_arrow="off"
        )
    for title, pairs, total in (
        ("The same bytes", found.exact_pairs, sum(found.exact.values())),
        (f"At most {most_bits} of 64 bits differ", found.near_pairs, sum(found.near.values())),
    ):
        if not total:
            continue
        st.header(title, anchor=False)
        shown = pairs[:_SHOWN]
        picture_pairs(
            [(picture(images, p.first, found), picture(images, p.second, found)) for p in shown],
            [caption(images, p, found) for p in shown],
        )
        if total > len(shown):
            st.caption(f"{len(shown)} of {total:,} pairs, those between train and test first.")


def picture(images: ImageSet, place: int, found: Duplicates) -> np.ndarray:
    """The picture of a place: training pictures come first, then those of the test."""
    n = found.n_train
    return images.train_images[place] if place < n else images.test_images[place - n]


def caption(images: ImageSet, pair: Pair, found: Duplicates) -> str:
    """Where both of a pair stand, and what they are said to be."""
    lines = []
    for place in (pair.first, pair.second):
        split, index = ("train", place) if place < found.n_train else ("test", place - found.n_train)
        label = getattr(images, f"{split}_labels")[index]
        lines.append(f"{split} {index + 1}: {images.class_names[label]}")
    return "\n".join(lines)


def _identity(images: ImageSet) -> str:
    return f"{images.name} {len(images.train_labels)} {len(images.test_labels)}"
