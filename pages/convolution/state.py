"""The lesson of this session, and its link: one truth, from which every widget of Question 2 takes its value.

The session keeps the lesson as the plain texts of its link. A link that somebody opens, or goes back to,
wins over the session, also where it names no setting of the lesson; the session wins where the sidebar leads here.
"""

import time
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from core.convolution.inputs import ConvolutionError
from core.convolution.lesson import HANDOUT_A, Lesson, fit_channels, from_query, to_query
from pages.shared.controls.settings import has_opened, tell, told
from pages.shared.words.language import say, say_of_core
from pages.shared.words.markdown import plain

_NAMES = [field.name for field in fields(Lesson)]
_LESSON, _LINK, _NOTICE = "convolution", "convolution_link", "convolution_notice"
_ON_ITS_WAY = 3.0  # seconds in which a browser may still send the address that it had before


def current_lesson() -> Lesson:
    """The lesson that the page shows; a malformed link gives the default and a notice."""
    link = {name: text for name in _NAMES if (text := told(name)) is not None}
    if has_opened() or (link and is_new_link(_LINK, link)):
        try:
            show(from_query(link))
        except ConvolutionError as error:
            show(HANDOUT_A)
            st.session_state[_NOTICE] = say(
                "The link cannot be read: {why} You see the handout's first exercise instead.",
                why=say_of_core(str(error)),
            )
        remember_link(_LINK, link)
    return from_query(st.session_state.get(_LESSON, {}))


def show(lesson: Lesson) -> None:
    """Make this the lesson of the session."""
    st.session_state[_LESSON] = to_query(fit_channels(lesson))
    st.session_state.pop(_NOTICE, None)


def change(**settings: Any) -> None:
    """Change some settings of the lesson."""
    show(replace(current_lesson(), **settings))


def write_link() -> None:
    """Put the lesson into the browser's address, for everybody to copy."""
    wanted = st.session_state.get(_LESSON, {})
    tell({name: wanted.get(name) for name in _NAMES})
    remember_link(_LINK, dict(wanted))


def is_new_link(key: str, link: object) -> bool:
    """Whether somebody opened this link or went back to it, rather than the page having written it.

    A browser that sends an event before it has received the new address sends the old one with it; taken for a new
    link, it would undo the last change.
    """
    last, earlier, written = st.session_state.get(key, (None, [], 0.0))
    return link != last and not (link in earlier and time.monotonic() - written < _ON_ITS_WAY)


def remember_link(key: str, link: object) -> None:
    """Note what the page writes into the address."""
    last, earlier, _ = st.session_state.get(key, (None, [], 0.0))
    if link != last:
        st.session_state[key] = (link, [*earlier, last][-20:], time.monotonic())


def clear_link() -> None:
    """Take the lesson out of the address, where another view has it; the session still knows it."""
    tell(dict.fromkeys(_NAMES))


def notice() -> str | None:
    """What was wrong with the link, until the lesson is changed; as Markdown."""
    return plain(st.session_state.get(_NOTICE, "")) or None
