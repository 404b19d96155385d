"""The language in the link, ``lang=fr``: it goes along from page to page, as Lecture mode does."""

import streamlit as st

from pages.shared.controls.complaints import complain
from pages.shared.controls.setting import LANG
from pages.shared.controls.settings import show_anew, tell, told
from pages.shared.lessons import Lesson
from pages.shared.words import language
from pages.shared.words.language import ENGLISH, LANGUAGES, marked, say_in
from pages.shared.words.markdown import quoted

_NOT_YET = marked("This page is not there in French yet; it stays in English.")


def wanted() -> str:
    """That of the link, English where it names none that there is."""
    told_one = told(LANG)
    return told_one if told_one in LANGUAGES else ENGLISH


def speak_on(page: Lesson) -> None:
    """Let the page speak what is wanted, if it has it; before its first text."""
    if language.speak(wanted() if wanted() in page.languages else ENGLISH):
        show_anew()


def say_what_is_missing(page: Lesson) -> None:
    """Where a link asks for a language that there is not, or that this page has not."""
    asked = told(LANG)
    if asked is not None and asked not in LANGUAGES:
        allowed = " or ".join(LANGUAGES)
        complain(f"The language in the link is {quoted(asked[:40])}; allowed is {allowed}. It is English now.")
    elif wanted() not in (ENGLISH, *page.languages):
        st.caption(say_in(wanted(), _NOT_YET))


def language_button() -> None:
    """To the other language, which the button names in its own words; draw it in the sidebar."""
    other = next(code for code in LANGUAGES if code != wanted())
    st.button(
        LANGUAGES[other], icon=":material/translate:", key="language_button", on_click=_choose, args=(other,),
        type="tertiary",
    )  # fmt: skip


def _choose(code: str) -> None:
    tell({LANG: None if code == ENGLISH else code})
