"""The glossary's terms in the pages' sentences: pointed at, focused or touched, each shows its definition below."""

import html
import re
import unicodedata
from collections.abc import Iterable

import streamlit as st

from pages.shared.words.glossary import GLOSSARY, definition
from pages.shared.words.language import ENGLISH, language, say

# In code, formulas and links a word is no term
_LEFT_ALONE = re.compile(r"(`[^`]*`|\$[^$]*\$|\[[^\]]*\]\([^)]*\)|:[a-z]+/\w+:)")


def words_line(terms: Iterable[str]) -> None:
    """The terms of a page, at its end: for who would not look for them in the sentences."""
    marked = " · ".join(_marked(name, say(name), "last") for name in sorted(terms, key=_in_a_dictionary))
    if marked:
        st.caption(f"{say('Words:')} {marked}", unsafe_allow_html=True)


def _in_a_dictionary(name: str) -> str:
    """Where a term stands in one: accents count as their letters."""
    return "".join(c for c in unicodedata.normalize("NFD", say(name).lower()) if not unicodedata.combining(c))


def markdown_with_terms(text: str, terms: Iterable[str] | None = None) -> None:
    """A text of the lab's own (Markdown, nothing that anybody typed), each term marked where it comes first."""
    st.markdown(with_terms(text, terms), unsafe_allow_html=True)


def caption_with_terms(text: str) -> None:
    """The same in small letters."""
    st.caption(with_terms(text), unsafe_allow_html=True)


def with_terms(text: str, terms: Iterable[str] | None = None) -> str:
    """The text with its terms marked as HTML; each once, in singular or plural; ``terms`` by default are all."""
    names = {say(name).lower(): name for name in (GLOSSARY if terms is None else terms)}
    longest_first = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])({longest_first})(?:e?s|x)?(?![\w-])", re.IGNORECASE)
    if not names:
        return text
    seen: set[str] = set()

    def mark(found: re.Match[str]) -> str:
        name = names[found[1].lower()]
        if name in seen:
            return found[0]
        seen.add(name)
        return _marked(name, found[0])

    parts = _LEFT_ALONE.split(text)
    return "".join(part if k % 2 else pattern.sub(mark, part) for k, part in enumerate(parts))


def _marked(name: str, shown: str, place: str = "") -> str:
    """A term that takes the keyboard's focus; a screen reader reads its definition with it."""
    said = html.escape(definition(name), quote=True)
    colon = ": " if language() == ENGLISH else "\u00a0: "
    kind = f"term {place}".strip()
    return (
        f'<span class="{kind}" tabindex="0" role="note" aria-label="{html.escape(say(name))}{colon}{said}" '
        f'data-says="{said}">{shown}</span>'
    )


# The definition stands below the whole paragraph (above it at the page's end), so that it covers nothing of the
# sentence and is never cut at a side
TERMS_STYLE = (
    "<style>.term{text-decoration:underline dotted;text-underline-offset:.2em;cursor:help}"
    "p:has(>.term),p:has(.term){position:relative;overflow:visible}"
    ".term:is(:hover,:focus)::after{content:attr(data-says);position:absolute;left:0;top:calc(100% + .2rem);z-index:99;"
    "width:max-content;max-width:min(100%,36rem);padding:.4rem .6rem;border-radius:.4rem;font-size:.95rem;"
    "font-weight:400;line-height:1.35;text-align:left;white-space:normal;color:light-dark(#ffffff,#0d1f18);"
    "background:light-dark(#17231f,#e9f2ee);box-shadow:0 2px 8px #0004;pointer-events:none}"
    ".term.last:is(:hover,:focus)::after{top:auto;bottom:calc(100% + .2rem)}.term{scroll-margin-bottom:7rem}"
    '[data-testid="stCaptionContainer"]:has(.term:is(:hover,:focus)){opacity:1}'
    ".term:focus-visible{outline:2px solid currentColor;outline-offset:2px;border-radius:2px}</style>"
)
