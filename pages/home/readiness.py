"""What is ready on this machine: data sets, processor, engine; or what is missing, and how to get it."""

import streamlit as st

from core import datasets
from core.engine import calibration
from core.lab import machine
from pages.shared.frame.frame import Lab
from pages.shared.panels.download import download_panel
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain
from pages.shared.words.progress import PAUSED


def ready_panel(lab: Lab) -> None:
    """Data sets, processor, engine: present, or what is missing and how to get it."""
    st.header(say("Ready?"), anchor=False)
    data, hardware, engine = st.columns(3)
    with data:
        st.markdown(f"**{say('Data sets')}**")
        for info in datasets.available():
            if info.present:
                amount = say("{n_train:,} + {n_test:,} pictures", n_train=info.n_train, n_test=info.n_test)
                present = say("{dataset}: {amount}", dataset=plain(info.title), amount=amount)
                st.markdown(f":material/check_circle: {present}")
            elif files := datasets.record(info.name).files:
                download_panel(files, lab.person, with_archive=False)
            else:
                st.markdown(f":material/radio_button_unchecked: {plain(say_of_core(info.missing))}")
    with hardware:
        st.markdown(f"**{say('This machine')}**")
        memory = machine.memory_bytes() / 2**30
        told = say(
            "{processor}: {n} cores, {memory:.0f} GiB; up to {n_threads} threads per run",
            processor=machine.processor_name(), n=machine.n_cpus(), memory=memory, n_threads=machine.most_threads(),
        )  # fmt: skip
        st.markdown(f":material/memory: {told}")
        known = calibration.load()
        if known is None:
            said = say("Its speed is measured as soon as the engine is ready.")
            st.markdown(f":material/hourglass_empty: {said}")
        elif known.devices:
            st.markdown(f":material/check_circle: GPU: {', '.join(known.devices)}")
        else:
            st.markdown(f":material/check_circle: {say('No GPU, and none is needed.')}")
    with engine:
        st.markdown(f"**{say('Engine')}**")
        ready = lab.engine.info()
        mark = ":material/check_circle:" if ready.is_warm else ":material/hourglass_empty:"
        st.markdown(f"{mark} {plain(say_of_core(ready.sentence))}")
        if ready.state == "ready" and not ready.is_warm:
            st.markdown(say("Its workers are loading torch."))
        if lab.engine.is_paused:
            st.markdown(f":material/pause_circle: {say(PAUSED)}")
