"""What is ready on this machine: data sets, processor, engine; or what is missing, and how to get it."""

import streamlit as st

from core import datasets
from core.engine import calibration
from core.lab import machine
from pages.shared.frame.frame import Lab
from pages.shared.panels.download import download_panel
from pages.shared.words.markdown import plain
from pages.shared.words.progress import PAUSED


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
            f"up to {machine.most_threads()} threads per run"
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
        ready = lab.engine.info()
        mark = ":material/check_circle:" if ready.is_warm else ":material/hourglass_empty:"
        st.markdown(f"{mark} {plain(ready.sentence)}")
        if ready.state == "ready" and not ready.is_warm:
            st.markdown("Its workers are loading torch.")
        if lab.engine.is_paused:
            st.markdown(f":material/pause_circle: {PAUSED}")
