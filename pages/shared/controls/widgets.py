"""Widgets whose state is a setting of the page (``settings.py``): in its address, and in its memory."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote

import streamlit as st

from pages.shared.controls import fixed
from pages.shared.controls.setting import Setting, one_of
from pages.shared.controls.settings import page, put, settle
from pages.shared.words.language import say
from pages.shared.words.markdown import plain

N = TypeVar("N", int, float)
T = TypeVar("T")


def number_slider(
    label: str, key: str, *, low: N, high: N, step: N, default: N, help: str | None = None
) -> N:
    """A slider from ``low`` to ``high``, of the URL parameter ``key``; whole numbers if ``step`` is one."""
    kind = type(step)

    def read(text: str) -> N:
        number = kind(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    if kind is int:
        allowed = say("a whole number from {low:,} to {high:,}", low=low, high=high)
    else:
        allowed = say("a number from {low:,} to {high:,}", low=low, high=high)
    now: N = settle(Setting(key, label, kind(default), read, str, allowed))
    if _is_hidden(key):
        return now
    return st.slider(label, low, high, now, step=step, key=key, help=help, disabled=is_fixed(key))


def number_field(label: str, key: str, *, low: int, high: int, default: int, help: str | None = None) -> int:
    """A field for a whole number from ``low`` to ``high``, of the URL parameter ``key``."""

    def read(text: str) -> int:
        number = float(text)  # links that are out there say 5.0
        if not (number.is_integer() and low <= number <= high):
            raise ValueError(text)
        return int(number)

    allowed = say("a whole number from {low:,} to {high:,}", low=low, high=high)
    now = settle(Setting(key, label, default, read, str, allowed))
    if _is_hidden(key):
        return int(now)
    return int(st.number_input(label, low, high, now, step=1, key=key, help=help, disabled=is_fixed(key)))


def index_field(label: str, key: str, *, n: int, help: str | None = None) -> int:
    """A field for one of ``n`` things in a row, such as a picture; people count from 1.

    Returns
    -------
    int
        Its index, from 0 to ``n - 1``, as code has it. So has the URL parameter ``key``: a link that is out there still
        names the same picture.
    """
    if st.session_state.get(key, 1) > n:  # chosen where there are more: of another run, or of the other split
        st.session_state[key] = n

    def read(text: str) -> int:
        number = float(text)  # links that are out there say 5.0
        if not (number.is_integer() and 0 <= number < n):
            raise ValueError(text)
        return int(number) + 1

    allowed = f"a whole number from 0 to {n - 1:,}, as a link counts from 0"
    now = settle(Setting(key, label, 1, read, lambda shown: str(int(shown) - 1), allowed))
    if _is_hidden(key):
        return int(now) - 1
    return int(st.number_input(label, 1, n, now, step=1, key=key, help=help, disabled=is_fixed(key))) - 1


def put_index(key: str, index: int) -> None:
    """A callback: let an ``index_field`` show the thing of this index."""
    put({key: index + 1})


def choice_slider(
    label: str,
    key: str,
    *,
    options: Sequence[T],
    default: T,
    format_option: Callable[[T], str] = str,
    help: str | None = None,
) -> T:
    """A slider over given values, of the URL parameter ``key`` by their texts."""
    now: T = settle(one_of(label, key, options, default, format_option))
    if _is_hidden(key):
        return now
    return st.select_slider(
        label, options, now, format_func=_as_text(format_option), key=key, help=help, disabled=is_fixed(key)
    )


def choice(
    label: str, key: str, *, options: Sequence[str], default: str, help: str | None = None, hide_label: bool = False
) -> str:
    """One of a few words, side by side, of the URL parameter ``key``; they are said in the page's language."""
    now: str = settle(one_of(label, key, options, default))
    if _is_hidden(key):
        return now
    told = {option: plain(say(option)) for option in options}
    chosen = st.segmented_control(
        label, options, required=True, default=now, format_func=told.__getitem__, key=key, help=help,
        label_visibility="collapsed" if hide_label else "visible", wrap=True, disabled=is_fixed(key),
    )  # fmt: skip
    return default if chosen is None else chosen


def choice_list(
    label: str,
    key: str,
    *,
    options: Sequence[T],
    default: T,
    format_option: Callable[[T], str] = str,
    help: str | None = None,
    hide_label: bool = False,
    width: int | None = None,
) -> T:
    """One of a list that opens, of the URL parameter ``key`` by its text."""
    now: T = settle(one_of(label, key, options, default, format_option))
    if _is_hidden(key):
        return now
    return st.selectbox(
        label, options, list(options).index(now), format_func=format_option, key=key, help=help,
        width=width or "stretch", label_visibility="collapsed" if hide_label else "visible", disabled=is_fixed(key),
    )  # fmt: skip


def choices(
    label: str,
    key: str,
    *,
    options: Sequence[T],
    default: Sequence[T],
    format_option: Callable[[T], str] = str,
    help: str | None = None,
    as_list: bool = False,
) -> list[T]:
    """Several of some options, of the URL parameter ``key``: their texts with commas between.

    Parameters
    ----------
    as_list : bool
        In a list that opens; else all are in sight.
    """
    by_text = {quote(format_option(option), safe=" "): option for option in options}

    def read(text: str) -> list[T]:
        texts = text.split(",") if text else []
        if not set(texts) <= by_text.keys():
            raise ValueError(text)
        return [by_text[one] for one in texts]

    def write(chosen: Sequence[T]) -> str:
        return ",".join(quote(format_option(option), safe=" ") for option in chosen)

    now = settle(Setting(key, label, list(default), read, write, f"some of {', '.join(map(format_option, options))}"))
    if _is_hidden(key):
        return list(now)
    if as_list:
        return st.multiselect(
            label, options, now, format_func=format_option, key=key, help=help, disabled=is_fixed(key)
        )
    return st.pills(
        label, options, selection_mode="multi", default=now, format_func=_as_text(format_option), key=key, help=help,
        wrap=True, disabled=is_fixed(key),
    )  # fmt: skip


def switch(
    label: str, key: str, *, default: bool = False, help: str | None = None, texts: tuple[str, str] = ("false", "true")
) -> bool:
    """On or off, of the URL parameter ``key``.

    Parameters
    ----------
    texts : (str, str)
        What the address says where it is off, and where it is on; it is read in either spelling.
    """
    meaning = {"false": False, "0": False, "true": True, "1": True}

    def read(text: str) -> bool:
        if text not in meaning:
            raise ValueError(text)
        return meaning[text]

    allowed = say("{on} or {off}", on=texts[1], off=texts[0])
    now = settle(Setting(key, label, default, read, lambda on: texts[on], allowed))
    if _is_hidden(key):
        return bool(now)
    return st.toggle(label, now, key=key, help=help, disabled=is_fixed(key))


def is_fixed(key: str) -> bool:
    """Whether an assignment fixes a setting of this page, so that its widget only shows it."""
    return fixed.text_of(page(), key) is not None


def _is_hidden(key: str) -> bool:
    return fixed.is_hidden(page(), key)


def _as_text(format_option: Callable[[T], str]) -> Callable[[T], str]:
    """Options in sight are Markdown to Streamlit, those in lists that open are text."""
    return lambda option: plain(format_option(option))
