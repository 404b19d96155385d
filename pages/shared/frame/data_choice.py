"""The sidebar's choice of pictures, which every page obeys."""

import streamlit as st

from core import datasets
from core.specs import MAX_SEED, DataSpec
from pages.shared.controls.settings import one_of, settle
from pages.shared.controls.widgets import choice_slider, number_field

ALL = 1_000_000  # "all there are": more than any data set of the lab has
N_TRAIN = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, ALL)
N_TEST = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, ALL)


def data_choice() -> DataSpec:
    """Draw the choice; returns what it says, with no more pictures than there are."""
    present = {info.name: info for info in datasets.available() if info.present}
    with st.sidebar:
        st.subheader("Pictures")
        names = list(present)

        def title(name: str) -> str:
            return present[name].title

        settle(one_of("The data set", "dataset", names, names[0], title, is_always_told=True))
        name = st.selectbox("Data set", names, key="dataset", format_func=title)
        info = present[name]
        st.caption(info.summary)
        n_train = choice_slider(
            "Training pictures", "n_train", options=N_TRAIN, default=5_000, format_option=_amount
        )
        n_test = choice_slider("Test pictures", "n_test", options=N_TEST, default=1_000, format_option=_amount)
        if n_train > info.n_train or n_test > info.n_test:
            st.caption(f"{info.title} has {info.n_train:,} to train and {info.n_test:,} to test: all are used.")
        seed = number_field(
            "Seed of the choice",
            "data_seed",
            low=0,
            high=MAX_SEED,
            default=0,
            help="Which pictures are drawn when not all are used.",
        )
    return DataSpec(
        dataset=name, n_train=min(n_train, info.n_train), n_test=min(n_test, info.n_test), random_state=seed
    )


def _amount(n: int) -> str:
    return "all" if n == ALL else str(n)
