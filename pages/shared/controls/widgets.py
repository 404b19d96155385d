"""Widgets whose state is in the URL, and the sentence for a link that asks for what they can't be."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.shared.words.markdown import quoted


def number_slider(
    label: str, key: str, *, low: float, high: float, step: float, default: float, help: str | None = None
) -> Any:
    """A slider from ``low`` to ``high``, bound to the URL parameter ``key``; whole numbers if ``step`` is one."""
    kind = type(step)

    def fits(text: str) -> bool:
        return low <= kind(text) <= high

    allowed = f"{'a whole number' if kind is int else 'a number'} from {low:,} to {high:,}"
    complain_about_link(key, label, fits, allowed, default)
    return st.slider(label, low, high, default, step, key=key, help=help, bind="query-params")


def number_field(label: str, key: str, *, low: int, high: int, default: int, help: str | None = None) -> int:
    """A field for a whole number from ``low`` to ``high``, bound to the URL parameter ``key``."""

    def fits(text: str) -> bool:
        number = float(text)  # the field writes 5 as 5.0
        return number.is_integer() and low <= number <= high

    complain_about_link(key, label, fits, f"a whole number from {low:,} to {high:,}", default)
    # Of the kind float: a field of whole numbers fails on a link that asks for an infinite one
    number = st.number_input(
        label, float(low), float(high), float(default), 1.0, format="%.0f", key=key, help=help, bind="query-params"
    )
    return int(number)


def choice_slider(
    label: str,
    key: str,
    *,
    options: Sequence[Any],
    default: Any,
    format_option: Callable[[Any], str] = str,
    help: str | None = None,
) -> Any:
    """A slider over given values, bound to the URL parameter ``key`` by their texts."""
    texts = [format_option(option) for option in options]
    complain_about_link(key, label, texts.__contains__, _one_of(texts), format_option(default))
    return st.select_slider(
        label, options, default, format_func=format_option, key=key, help=help, bind="query-params"
    )


def choice(
    label: str, key: str, *, options: Sequence[str], default: str, help: str | None = None, hide_label: bool = False
) -> str:
    """One of a few words, side by side, bound to the URL parameter ``key``."""
    complain_about_link(key, label, options.__contains__, _one_of(options), default)
    return st.segmented_control(
        label,
        options,
        default=default,
        required=True,
        key=key,
        help=help,
        bind="query-params",
        label_visibility="collapsed" if hide_label else "visible",
    )


def complain_about_link(
    key: str, label: str, fits: Callable[[str], bool], allowed: str, default: Any
) -> None:
    """If the link's value of a widget is none that it can have, say so; the widget then has its default.

    Called before the widget is made: Streamlit drops the wrong value from the URL without a word.

    Parameters
    ----------
    fits : callable
        Whether a text is allowed; a ``ValueError`` counts as no.
    """
    if key not in st.query_params:
        return
    text = st.query_params[key]
    try:
        good = fits(text)
    except ValueError:
        good = False
    if not good:
        shown = text if len(text) <= 40 else f"{text[:40]}..."
        st.warning(f"{label} in the link is {quoted(shown)}; allowed is {allowed}. It is now {default}.")


def _one_of(texts: Sequence[str]) -> str:
    return f"one of {', '.join(texts)}" if len(texts) <= 8 else f"one of {texts[0]}, {texts[1]}, … {texts[-1]}"
