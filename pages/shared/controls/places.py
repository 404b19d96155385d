"""Where settings stand: the few that matter in sight, the rest folded; in Lecture mode all of them in a slim bar."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared.controls import lecture
from pages.shared.controls.complaints import complain_at
from pages.shared.controls.setting import Setting
from pages.shared.controls.settings import changed_of, gathered
from pages.shared.words.language import marked, say
from pages.shared.words.markdown import plain

_BAR: ContextVar[DeltaGenerator | None] = ContextVar("bar", default=None)  # of this drawing of the page

_SWITCHED = {"true": marked("on"), "false": marked("off")}  # as a link has them: as people say them

T = TypeVar("T")


@dataclass(frozen=True)
class Places:
    """Where a page's settings and its lesson go.

    Attributes
    ----------
    first : container
        Two or three settings, always in sight.
    listed : container
        A list that is folded in itself, such as a race's contestants: in sight beside the lesson, not in a bar.
    lesson : container
        What happens.
    """

    first: DeltaGenerator
    listed: DeltaGenerator
    lesson: DeltaGenerator
    _more: DeltaGenerator
    _complaints: DeltaGenerator
    _changed: DeltaGenerator | None = None
    _folded: list[Setting[Any]] = field(default_factory=list)

    def cells(self, n_first: int) -> Iterator[AbstractContextManager[object]]:
        """A place for each setting in turn: so many in sight, the rest folded."""
        yield from repeat(self.first, n_first)
        while True:
            yield self.more()

    @contextmanager
    def more(self) -> Iterator[None]:
        """For the other settings: folded. What is changed there, and complaints about a link's values, are in sight."""
        with self._more, complain_at(self._complaints), gathered(self._folded):
            yield
        changed = changed_of(self._folded)
        if self._changed is not None and changed:
            told = ", ".join(f"{label} {say(_SWITCHED.get(text, text))}" for label, text in changed.items())
            self._changed.caption(say("Changed there: {settings}.", settings=plain(told)))


def settings_and_lesson() -> Places:
    """Settings at the left and the lesson beside them; in Lecture mode a bar above it."""
    if lecture.is_on():
        return settings_above()
    left, right = st.columns([1, 3.2], gap="medium")
    with left.container(key="settings"):
        first, listed, complaints = st.container(), st.container(), st.container()
        more, changed = st.expander(say("More settings")), st.empty()
    return Places(first, listed, right, more, complaints, changed)


def settings_above() -> Places:
    """Settings in a row, and below it the lesson, which takes all of the width."""
    if lecture.is_on():
        complaints = st.container()
        bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="lecture_bar")
        _BAR.set(bar)
        first = bar.container(horizontal=True, vertical_alignment="center", gap="small", key="lecture_first")
        # No popover: see contestants_controls of Question 6
        more = bar.container(key="lecture_more").expander(say("More"))
        return Places(first, more, st.container(), more, complaints)
    first, complaints = st.container(horizontal=True, vertical_alignment="bottom", gap="medium"), st.container()
    more, changed = st.expander(say("More settings")), st.empty()
    return Places(first, more, st.container(), more, complaints, changed)


def beside(controls: Callable[[Places], T], view: Callable[[T], object]) -> Callable[[], None]:
    """A view with its settings: ``view`` is called with what ``controls`` returns."""

    def both() -> None:
        places = settings_and_lesson()
        chosen = controls(places)
        with places.lesson:
            view(chosen)

    return both


def row() -> DeltaGenerator:
    """For buttons that start and stop: the bar of Lecture mode, else a row of their own."""
    bar = _BAR.get()
    if bar is not None and lecture.is_on():
        return bar.container(
            horizontal=True, vertical_alignment="center", width="content", gap="small", key="lecture_buttons"
        )
    return st.container(horizontal=True, vertical_alignment="center")


def begin() -> None:
    """At the head of a page: no bar yet."""
    _BAR.set(None)
