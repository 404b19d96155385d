"""Home's parts: the six questions as cards, and the panel that says what is ready."""

from pathlib import Path

import streamlit as st

from core import datasets
from core.engine import calibration
from core.engine.calibration import Calibration
from core.lab import machine
from core.lab.words import duration
from core.specs import AdamSpec, CNNSpec, RunSpec
from pages.shared.frame.frame import Lab
from pages.shared.panels.download import download_panel
from pages.shared.words.markdown import plain

_PAGES = Path(__file__).resolve().parents[1]
# number, title, what it shows, page file
QUESTIONS = (
    (1, "Multi-layer perceptron", "Four linear layers learn to name pictures, live.", "1_Perceptron.py"),
    (2, "Convolution by hand", "Every multiply-add of a convolution, and pooling.", "2_Convolution.py"),
    (3, "Convolutional network", "The same pictures, seen by filters: train it and look inside.", "3_CNN.py"),
    (4, "skorch and K folds", "Fewer lines, and how far one split can mislead.", "4_Cross-validation.py"),
    (5, "Transfer learning", "What pretrained weights buy with few pictures.", "5_Transfer.py"),
    (6, "Optimizers", "A fair race, and each step in numbers.", "6_Optimizers.py"),
)


def question_cards(lab: Lab) -> None:
    """The six questions, two rows of three; one that has no page yet says so."""
    known = calibration.load()
    for row in (QUESTIONS[:3], QUESTIONS[3:]):
        for column, (number, title, shows, file) in zip(st.columns(3), row, strict=True):
            with column.container(border=True, height="stretch"):
                st.markdown(f"**{number}. {title}**")
                st.write(shows)
                if (_PAGES / file).exists():
                    st.caption(_time(number, lab, known))
                    st.page_link(f"pages/{file}", label="Open", icon=":material/arrow_forward:")
                else:
                    st.caption("Not built yet.")


def ready_panel(lab: Lab) -> None:
    """Data sets, processor, engine: present, or what is missing and how to get it."""
    st.subheader("Ready?", anchor=False)
    data, hardware, engine = st.columns(3)
    with data:
        st.markdown("**Data sets**")
        for info in datasets.available():
            if info.present:
                amount = f"{info.n_train:,} + {info.n_test:,} pictures"
                st.markdown(f":material/check_circle: {plain(info.title)}: {amount}")
            elif files := datasets.record(info.name).files:
                download_panel(files, lab.person, with_archive=False)
            else:
                st.markdown(f":material/radio_button_unchecked: {plain(info.missing)}")
    with hardware:
        st.markdown("**This machine**")
        memory = machine.memory_bytes() / 2**30
        st.markdown(
            f":material/memory: {machine.processor_name()}: {machine.n_cpus()} cores, {memory:.0f} GiB; "
            f"{machine.default_n_threads()} threads a training"
        )
        known = calibration.load()
        if known is None:
            st.markdown(":material/hourglass_empty: Its speed is measured as soon as the engine is ready.")
        elif known.devices:
            st.markdown(f":material/check_circle: GPU: {', '.join(known.devices)}")
        else:
            st.markdown(":material/check_circle: No GPU, and none is needed.")
    with engine:
        st.markdown("**Engine**")
        info = lab.engine.info()
        mark = ":material/check_circle:" if info.is_warm else ":material/hourglass_empty:"
        st.markdown(f"{mark} {info.sentence}")
        if info.state == "ready" and not info.is_warm:
            st.markdown("Its workers are loading torch.")


def _time(number: int, lab: Lab, known: Calibration | None) -> str:
    if number == 2:
        return "At once: nothing is trained."
    if known is None:
        return "How long it takes is measured when the engine is ready."
    spec = RunSpec(data=lab.data)
    if number != 1:
        spec = RunSpec(data=lab.data, model=CNNSpec(), optimizer=AdamSpec())
    return f"About {duration(known.seconds(spec))} to train on {lab.data.n_train:,} pictures here."
