"""The sidebar's choice of pictures, which every page obeys."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core import datasets
from core.datasets import DatasetInfo, cifar10
from core.specs import MAX_SEED, DataSpec
from pages.shared.controls.setting import BET, SEALED, Setting, one_of
from pages.shared.controls.settings import settle
from pages.shared.controls.widgets import choice_slider, is_fixed, number_field, switch
from pages.shared.words.language import marked, say, say_of_core
from pages.shared.words.markdown import plain

ALL = 1_000_000  # "all there are": more than any data set of the lab has
SEALING = marked(
    "Pages then show validation: some training pictures are held out to judge. What a network does on the test set "
    "lies in an envelope on Results, and each opening is counted. Who tunes on the test set reports too good a figure."
)
N_TRAIN = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, ALL)
N_TEST = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, ALL)


BETTING = marked(
    "Before you press Train, say what will come out: the lab keeps it beside the run, and says in the end how far it "
    "was. Who predicts first sees more. Question 2 asks for the next cell."
)


def betting_choice() -> None:
    """The switch for bets, which every page obeys."""
    with st.sidebar:
        switch(say("Bet first"), BET, help=say(BETTING), texts=("0", "1"))


def data_choice() -> DataSpec:
    """Draw the choice; returns what it says, with no more pictures than there are."""
    present = {info.name: info for info in datasets.available() if info.present}
    with st.sidebar:
        st.header(say("Pictures"))
        now = settle(_setting(present))
        name = st.selectbox(
            say("Data set"), list(present), list(present).index(now), key="dataset",
            format_func=lambda name: present[name].title, disabled=is_fixed("dataset"),
        )  # fmt: skip
        info = present[name]
        st.caption(plain(say_of_core(info.summary)))
        is_sealed = switch(say("Seal the test set"), SEALED, help=say(SEALING))
        n_train = choice_slider(
            say("Training pictures"), "n_train", options=N_TRAIN, default=5_000, format_option=_amount
        )
        n_test = choice_slider(
            say("Validation pictures") if is_sealed else say("Test pictures"),
            "n_test", options=N_TEST, default=1_000, format_option=_amount,
        )
        most = (info.n_train, info.n_test)
        if is_sealed:  # both are training pictures
            n_test = min(n_test, info.n_train // 2)
            most = (info.n_train - n_test, n_test)
        if is_sealed and n_train > most[0]:
            told = say("{n_train:,} are left to train: {n:,} of {dataset}'s training pictures are held out.",
                       n_train=most[0], n=n_test, dataset=plain(info.title))  # fmt: skip
            st.caption(told)
        elif n_train > most[0] or n_test > most[1]:
            told = say(
                "{dataset} has {n_train:,} to train and {n_test:,} to test: all are used.",
                dataset=plain(info.title), n_train=info.n_train, n_test=info.n_test,
            )  # fmt: skip
            st.caption(told)
        seed = number_field(
            say("Random seed"),
            "data_seed",
            low=0,
            high=MAX_SEED,
            default=0,
            help=say("Which pictures are drawn when not all are used."),
        )
    return DataSpec(
        dataset=name, n_train=min(n_train, most[0]), n_test=min(n_test, most[1]), random_state=seed,
        judged_on="validation" if is_sealed else "test",
    )  # fmt: skip


def link_text(info: DatasetInfo) -> str:
    """How links name a data set: those of the lab by their titles, own ones by what can't come to mean another one."""
    return info.name if datasets.record(info.name).is_own else info.title


def _setting(present: Mapping[str, DatasetInfo]) -> Setting[str]:
    """The choice; a new visitor begins with the handout's data set, where this machine has it."""
    names = list(present)
    first = cifar10.NAME if cifar10.NAME in present else names[0]
    texts = {link_text(info): name for name, info in present.items()}
    titles = {info.title: name for name, info in present.items()}  # by hand, and in links of earlier versions

    def read(text: str) -> str:
        found = texts.get(text) or titles.get(text)
        if found is None:
            raise ValueError(text)
        return found

    usual = one_of(say("The data set"), "dataset", names, first, lambda name: present[name].title, is_always_told=True)
    return replace(usual, read=read, write=lambda name: link_text(present[name]))


def _amount(n: int) -> str:
    return "all" if n == ALL else str(n)
