"""The language that a page speaks: marks for its texts, and the catalogues that have them in another language.

English stands in the code, as the source. ``say`` gives a text as this page speaks it; the catalogues are gettext's
(``pages/<lesson>/fr.po``, ``pages/shared/fr.po``), kept by ``tests/catalogues.py`` and read once, by the first page
that needs them. A text costs a look-up in a dict, English not even that.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import streamlit as st

from pages.shared.words.sealed import as_judged

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "fr": "Français"}  # each by its own name
CORE = "core"  # the context of texts that core says
_PAGES = Path(__file__).parents[2]
_KEY = "language"  # of the session: fragments run in threads of their own
_SPOKEN: ContextVar[str] = ContextVar("language")
_THIN = "\u202f"  # the narrow space that French has in numbers and before signs


def language() -> str:
    """What this page speaks, such as ``"fr"``."""
    try:
        return _SPOKEN.get()
    except LookupError:
        spoken: str = st.session_state.get(_KEY, ENGLISH) if st.runtime.exists() else ENGLISH
        _SPOKEN.set(spoken)
        return spoken


def speak(spoken: str) -> bool:
    """Let this page speak it from here on, and its fragments; whether that is another language than before."""
    before = st.session_state.get(_KEY, ENGLISH)
    st.session_state[_KEY] = spoken
    _SPOKEN.set(spoken)
    return bool(before != spoken)


@contextmanager
def speaking(spoken: str) -> Iterator[None]:
    """Speak a language where there is no page, as when a file is made behind a click on its button."""
    token = _SPOKEN.set(spoken)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def marked(text: str) -> str:
    """The text itself, marked for the catalogues: for constants, which are said later."""
    return text


def say(text: str, /, **values: object) -> str:
    """A text in the page's language, with values in place of ``{name}``, formatted as in an f-string.

    The text has to stand there as it is, not as an f-string or a name, or no catalogue finds it; what ``marked`` or a
    record has, may come by a name.
    """
    spoken = language()
    if spoken == ENGLISH:
        text = as_judged(text)
        return text.format(**values) if values else text
    told = as_judged(catalogue(spoken).get(text, text))
    return _WITH_SPACES.vformat(told, (), values) if values else told


def say_in(spoken: str, text: str) -> str:
    """A marked text in a language that need not be the page's."""
    return text if spoken == ENGLISH else catalogue(spoken).get(text, text)


def say_count(one: str, many: str, n: int, /, **values: object) -> str:
    """So many of something: ``say_count("{n:,} epoch", "{n:,} epochs", 4)``."""
    spoken = language()
    if spoken == ENGLISH:
        return (one if n == 1 else many).format(n=n, **values)
    forms = plurals(spoken).get(one, (one, many))
    form = forms[0 if n < 2 else -1]  # 0 is singular in French; the form between them, of millions, is not needed
    return _WITH_SPACES.vformat(form, (), {"n": n, **values})


def say_of_core(text: str) -> str:
    """What ``core`` has said in English, in the page's language, as far as the catalogues have it.

    Whole or by sentences; those with values are known by the texts of core in the catalogues, with ``{name}`` in their
    places: one that begins with n_ stands for a number.
    """
    spoken = language()
    if spoken == ENGLISH:
        return as_judged(text)
    sentences, said = re.split(r"(?<=[.!?]) ", text), []
    while sentences:
        for n in range(len(sentences), 0, -1):  # as many of them as one text of a catalogue has
            told = _one_of_core(" ".join(sentences[:n]), spoken)
            if told is not None:
                break
        said.append(spaced(sentences[0]) if told is None else told)
        sentences = sentences[n:]
    return as_judged(" ".join(said))


def spaced(text: str) -> str:
    """The numbers of a text as the page's language writes them: no comma in thousands, which is decimal elsewhere."""
    if language() == ENGLISH:
        return text
    return re.sub(r"(?<=\d)%", f"{_THIN}%", re.sub(r"(?<=\d),(?=\d{3})", _THIN, text))


@lru_cache(maxsize=8)
def catalogue(spoken: str) -> Mapping[str, str]:
    """English texts to those of a language, of all lessons together."""
    return {text: told for text, told, _ in _messages(spoken) if isinstance(told, str)}


@lru_cache(maxsize=8)
def plurals(spoken: str) -> Mapping[str, tuple[str, ...]]:
    """English singulars to the forms of a language."""
    return {text: told for text, told, _ in _messages(spoken) if isinstance(told, tuple)}


@lru_cache(maxsize=8)
def _messages(spoken: str) -> list[tuple[str, str | tuple[str, ...], str]]:
    """All texts with what they are in a language, and their contexts (``CORE`` or none); the untold are left out."""
    from babel.messages.pofile import read_po  # only who reads another language waits for it

    found: list[tuple[str, str | tuple[str, ...], str]] = []
    for path in sorted(_PAGES.glob(f"*/{spoken}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=spoken):
                one, told = message.id, message.string or ""
                if one and told and not message.fuzzy and all(told):  # of plurals each
                    first = one if isinstance(one, str) else one[0]
                    found.append((first, told if isinstance(told, str) else tuple(told), message.context or ""))
    return found


def _one_of_core(text: str, spoken: str) -> str | None:
    told = catalogue(spoken).get(text)
    if told is not None:
        return told
    for pattern, of_pattern in _patterns(spoken):
        if (match := pattern.fullmatch(text)) is not None:
            values = {name: spaced(catalogue(spoken).get(value, value)) for name, value in match.groupdict().items()}
            return of_pattern.format(**values)
    return None


@lru_cache(maxsize=8)
def _patterns(spoken: str) -> list[tuple[re.Pattern[str], str]]:
    """What core says with values, as patterns; those with most words of their own come first."""
    of_core = [(text, told) for text, told, context in _messages(spoken) if context == CORE and isinstance(told, str)]
    found = []
    for text, told in sorted(of_core, key=lambda pair: -len(re.sub(r"\{\w+\}", "", pair[0]))):
        if "{" in text:
            pattern = re.sub(r"\\\{n_(\w+)\\\}", r"(?P<n_\1>[\\d.,]+%?)", re.escape(text))
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", pattern)
            found.append((re.compile(pattern, re.DOTALL), told))
    return found


class _WithSpaces(Formatter):
    """Formats numbers as French has them, but for the decimal point: it is that of the code and cells beside them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        told = str(super().format_field(value, format_spec))
        if "," in format_spec:
            told = told.replace(",", _THIN)
        return told.replace("%", f"{_THIN}%") if format_spec.endswith("%") else told


_WITH_SPACES = _WithSpaces()
