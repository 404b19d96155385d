"""The settings of all pages: a page has its own, the lab has some for all pages, and the address tells both.

A setting is kept as the text that a link has for it, and only where it is not its default: so what nobody touched on a
page is that page's own default, however one came here. A page's address is the truth when somebody arrives by it (a
link, F5, Back); an address without any settings, as the sidebar's links are, leaves the page as it was left.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, quote

import streamlit as st

from pages.shared.controls import fixed
from pages.shared.controls.complaints import complain
from pages.shared.controls.setting import LAB, LANG, PRESENT, Setting
from pages.shared.words.language import say
from pages.shared.words.markdown import quoted

_ALIASES = {"seed": "random_state"}  # what people write into links by hand
_BOOK = "settings"
_ON_ITS_WAY = 30.0  # seconds in which a slow browser may still send the address that it had before
_LISTENER = "lecture"  # the component that counts presses of Back (pages/shared/controls/lecture.py)

T = TypeVar("T")

_DRAWN: ContextVar[list["Setting[Any]"] | None] = ContextVar("drawn", default=None)


@dataclass
class _Book:
    """What one session knows.

    Attributes
    ----------
    own : dict
        Page to the texts that its address has besides those of the lab.
    blank : dict
        Page to what an address without settings means there: how it stood when somebody came by one.
    known : dict
        The settings of this page whose widgets have their value.
    given : dict
        Values that were put for widgets that are not drawn at the moment.
    wrong : dict
        Sentences of links that asked for what can't be, until the setting is changed.
    linked : dict
        What this page's link said. It stays in the address, defaults too: Back has to go through what a page corrects.
    address, earlier
        What was last written, and what the browser had before.
    written : float
        When it was written, in the clock's seconds.
    came_from : str
        The page before this one, while this one is drawn for the first time.
    strays : set
        Pages with addresses that the browser may have under their names and that are another page's. On the way to a
        page, Streamlit's browser can take in its address before its name, and puts it into the history under the name
        of the page before; Back finds it there.
    n_backs : int
        How often the browser has said that somebody went back or forward within a page.
    besides : dict
        What a link for somebody else says besides: what is shown only because of who looks.
    is_opened : bool
        An address has opened this page, and ``has_opened`` was not asked yet.
    waits : bool
        The browser has an older address: if that is a press of Back, it says so next, so its address is left as it is.
    """

    page: str = ""
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    lab: dict[str, str] = field(default_factory=dict)
    blank: dict[str, dict[str, str]] = field(default_factory=dict)
    known: dict[str, Setting[object]] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)
    earlier: list[dict[str, str]] = field(default_factory=list)
    written: float = 0.0
    came_from: str = ""
    strays: set[tuple[str, frozenset[tuple[str, str]]]] = field(default_factory=set)
    n_backs: int = 0
    besides: dict[str, str] = field(default_factory=dict)
    is_opened: bool = False
    waits: bool = False

    def place_of(self, name: str) -> dict[str, str]:
        """Where a setting of this page is kept."""
        return self.lab if name in LAB else self.own.setdefault(self.page, {})

    def here(self) -> dict[str, str]:
        """What the address of this page has to say."""
        return self.own.get(self.page, {}) | self.lab


def arrive(page: str) -> None:
    """Take in the address, at the head of a page's script, before any of its widgets is drawn."""
    book, url, is_of_browser = _book(), _address(), False
    book.besides = {}
    if page != book.page:  # from another page, or the first page of a session
        book.came_from, book.page, book.known, book.given, book.wrong = book.page, page, {}, {}, {}
        if url and (page, frozenset(url.items())) not in book.strays:
            _open(book, url)
            is_of_browser = True
        else:
            book.blank[page], book.linked = dict(book.own.get(page, {})), {}
            book.is_opened = False
    else:
        book.came_from = ""
        has_changed, gone_to = _collect(book), _gone_to(book)
        is_on_its_way = has_changed or time.monotonic() - book.written < _ON_ITS_WAY
        is_late = gone_to is None and url in book.earlier and is_on_its_way
        book.waits = is_late and not book.waits
        if gone_to is not None or (url != book.address and not is_late):  # Back, or another link
            book.known, book.given, book.wrong = {}, {}, {}
            _open(book, (url if gone_to is None else gone_to) or book.blank.get(page, {}))
            is_of_browser = True
    _write(book, is_of_browser=is_of_browser)


def settle(setting: Setting[Any]) -> Any:
    """Give a setting's widget its value, right before it is drawn with ``key=setting.name``, and return it.

    The widget gets the value as its own default as well: the browser draws a widget with its default first and takes
    the state's value a moment later, and what is pressed in that moment sends the defaults.

    A link's wrong value is complained about here, at its own control, until the setting is changed.
    """
    book, name = _book(), setting.name
    place, before = book.place_of(name), book.known.get(name)
    asked = place.get(name) if before is None else None
    if name in book.given:
        st.session_state[name] = book.given.pop(name)
    elif before is None or st.session_state.get(name) is None:  # a button was pressed before the browser had drawn it
        st.session_state[name] = _value(book, setting)
    elif name not in place and before.default != setting.default and setting.follows_default:
        st.session_state[name] = setting.default  # untouched, and the default moved with another setting
    if not _fits(setting, st.session_state[name]):  # of another data set, or of another network
        book.wrong[name] = say(
            "{setting}: what was chosen is not among them any more; the choice begins anew.", setting=setting.label
        )
        st.session_state[name] = setting.default
        place.pop(name, None)
    _hold_fast(book, setting, asked)
    _note(book, setting)
    book.known[name] = setting
    _write(book)
    drawn = _DRAWN.get()
    if drawn is not None:
        drawn.append(setting)
    if name in book.wrong:
        complain(book.wrong[name])
    return st.session_state[name]


@contextmanager
def gathered(into: list[Setting[Any]]) -> Iterator[None]:
    """The settings that are drawn meanwhile go into a list."""
    before = _DRAWN.set(into)
    try:
        yield
    finally:
        _DRAWN.reset(before)


def changed_of(settings: Sequence[Setting[Any]]) -> dict[str, str]:
    """Those that are not at their defaults: labels to texts, in order."""
    here = _book().here()
    told = {one.label: (here.get(one.name), one.write(one.default)) for one in settings if not one.is_always_told}
    return {label: text for label, (text, usual) in told.items() if text not in (None, usual)}


def value_of(setting: Setting[T]) -> T:
    """A setting's value before its widget is drawn, without a complaint."""
    book = _book()
    fixed_at = fixed.text_of(book.page, setting.name)
    if fixed_at is not None:
        return _read_or_default(setting, fixed_at)
    if setting.name in book.given:
        return cast(T, book.given[setting.name])
    if setting.name in book.known and st.session_state.get(setting.name) is not None:
        return cast(T, st.session_state[setting.name])
    text = book.place_of(setting.name).get(setting.name)
    return setting.default if text is None else _read_or_default(setting, text)


def is_on(name: str) -> bool:
    """Whether a switch is on, before it is drawn."""
    return value_of(Setting(name, name, False, lambda text: text == "true", str, ""))


def put(values: Mapping[str, object]) -> None:
    """Set some of this page's settings; for callbacks, before the page is drawn again."""
    book = _book()
    for name, value in values.items():
        if name in book.known and name in st.session_state:
            st.session_state[name] = value
        else:
            book.given[name] = value


def told(name: str) -> str | None:
    """What the address says of something that is no widget's, such as ``run``; None where it says nothing."""
    return _address().get(name)


def tell(texts: Mapping[str, str | None]) -> None:
    """Put something that is no widget's into this page's address; None takes it out."""
    book = _book()
    for name, text in texts.items():
        if text is None:
            book.place_of(name).pop(name, None)
        else:
            book.place_of(name)[name] = text
    _write(book)


def page() -> str:
    """The key of the page that is drawn, of ``pages.shared.lessons``."""
    return _book().page


def left(page: str) -> dict[str, str]:
    """What a page's settings were when this session was last there, and the lab's: those that are not at default."""
    book = _book()
    return book.own.get(page, {}) | book.lab


def show_anew() -> None:
    """Let every widget take its value from the address again: what it was called may be called otherwise now."""
    book = _book()
    _collect(book)
    book.known = {}


def has_opened() -> bool:
    """Whether an address has opened this page since this was asked: what it does not name has its default."""
    book = _book()
    is_opened, book.is_opened = book.is_opened, False
    return is_opened


def carried() -> dict[str, str]:
    """What a link within the lab takes along besides its own settings: Lecture mode and the language."""
    return {name: text for name in (PRESENT, LANG) if (text := _book().lab.get(name)) is not None}


def go_by_link() -> None:
    """The address that comes next was chosen, also where the browser has had it a moment ago."""
    _book().earlier = []


def address() -> dict[str, str]:
    """This page's address, by its parameters."""
    return _book().here()


def for_others() -> dict[str, str]:
    """What a link has to say that lets somebody else see what is shown here."""
    return _book().here() | _book().besides


def tell_others(texts: Mapping[str, str]) -> None:
    """While this page is drawn: somebody else would see something else, as these settings' defaults are a person's."""
    _book().besides.update(texts)


def _book() -> _Book:
    if _BOOK not in st.session_state:
        st.session_state[_BOOK] = _Book()
    book: _Book = st.session_state[_BOOK]
    return book


def _address() -> dict[str, str]:
    """The browser's; what it names several times, as links of earlier versions do, with commas between."""
    return _texts({name: st.query_params.get_all(name) for name in st.query_params.to_dict()})


def _texts(every: dict[str, list[str]]) -> dict[str, str]:
    return {name: texts[0] if len(texts) == 1 else ",".join(map(quote, texts)) for name, texts in every.items()}


def _open(book: _Book, url: dict[str, str]) -> None:
    """The address is the truth: what it does not name has its default."""
    book.is_opened = True
    book.linked = url = {_ALIASES.get(name, name): text for name, text in url.items()}
    book.own[book.page] = {name: text for name, text in url.items() if name not in LAB}
    lab = {name: text for name, text in url.items() if name in LAB}
    book.lab = lab if "dataset" in lab else book.lab | lab  # a link by hand may say nothing of the pictures


def _gone_to(book: _Book) -> dict[str, str] | None:
    """The address that somebody went back or forward to: the browser says so right after Streamlit's own message."""
    said = getattr(st.session_state.get(_LISTENER), "back", None) or {}
    before, book.n_backs = book.n_backs, int(said.get("n", 0))
    return _texts(parse_qs(said["query"], keep_blank_values=True)) if book.n_backs > before else None


def _collect(book: _Book) -> bool:
    """Note what widgets and callbacks have changed since the last drawing; whether they have."""
    before = (dict(book.lab), dict(book.own.get(book.page, {})))
    for setting in book.known.values():
        if st.session_state.get(setting.name) is not None:
            _note(book, setting)
    return before != (book.lab, book.own.get(book.page, {}))


def _fits(setting: Setting[object], value: object) -> bool:
    try:
        setting.read(setting.write(value))
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _note(book: _Book, setting: Setting[object]) -> None:
    """Keep what the widget shows; a complaint about the link ends where somebody has changed it."""
    place, name = book.place_of(setting.name), setting.name
    text, usual = setting.write(st.session_state[name]), setting.write(setting.default)
    if name in book.known and text != place.get(name, usual):
        book.wrong.pop(name, None)
    if text != usual or setting.is_always_told or book.linked.get(name) == text:
        place[name] = text
    else:
        place.pop(name, None)


def _read_or_default(setting: Setting[T], text: str) -> T:
    try:
        return setting.read(text)
    except ValueError:
        return setting.default


def _hold_fast(book: _Book, setting: Setting[Any], asked: str | None) -> None:
    """A setting that an assignment fixes has that value, whatever its widget, a button or the address asked for."""
    name = setting.name
    text = fixed.text_of(book.page, name)
    if text is None:
        return
    told = {"setting": setting.label, "text": quoted(text)}
    try:
        st.session_state[name] = value = setting.read(text)
    except ValueError:
        book.wrong[name] = say(
            "The assignment fixes {setting} at {text}, which can't be here; allowed is {allowed}.",
            **told, allowed=setting.allowed,
        )  # fmt: skip
        return
    if asked is not None:
        book.wrong.pop(name, None)
        if asked != setting.write(value):
            book.wrong[name] = say("The assignment fixes {setting} at {text}.", **told)


def _value(book: _Book, setting: Setting[T]) -> T:
    """What the address says; the default where it says nothing, or what can't be."""
    text = book.place_of(setting.name).pop(setting.name, None)
    if text is None:
        return setting.default
    try:
        return setting.read(text)
    except ValueError:
        shown = text if len(text) <= 40 else f"{text[:40]}..."
        book.wrong[setting.name] = say(
            "{setting} in the link is {shown}; allowed is {allowed}. It is now {default}.", setting=setting.label,
            shown=quoted(shown), allowed=setting.allowed, default=setting.write(setting.default),
        )  # fmt: skip
        return setting.default


def _write(book: _Book, *, is_of_browser: bool = False) -> None:
    """Let the browser's address be that of what is shown.

    A new one is sent also where the browser's message has the same one: that message can be older than the last one
    that was sent, as where somebody goes there and back in a hurry. One that came from the browser is not.
    """
    wanted = book.here()
    is_new = wanted != book.address
    if (wanted != _address() or (is_new and not is_of_browser)) and (is_new or not book.waits):
        book.written = time.monotonic()
        st.query_params.from_dict(wanted)  # a script that makes way for the next one ends in it, and nothing was sent
    if is_new:
        book.earlier = [*book.earlier, book.address][-20:]
        book.address = wanted
        if book.came_from and book.own.get(book.page):
            book.strays.add((book.came_from, frozenset(wanted.items())))
