"""What a setting is: a name in links, and how a value is read and written there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pages.shared.words.language import say

PRESENT = "present"  # Lecture mode, which goes along from page to page (pages/shared/controls/lecture.py)
LANG = "lang"  # the language, which does too (pages/shared/controls/language.py)
SEALED = "sealed"  # the sealed test set (pages/shared/frame/data_choice.py)
BET = "bet"  # bets before training (pages/shared/panels/betting.py)
DRAWN = "drawn"  # a curve that was drawn and not yet bet (pages/shared/panels/bet_on_run.py)
COMPARED = "compared"  # runs side by side: their ids with dots between (pages/shared/panels/compare.py)
LAB = ("dataset", "n_train", "n_test", "data_seed", SEALED, BET, PRESENT, LANG)  # what every page obeys
_FORMER = {"train or eval": "Train vs. eval"}  # choices that were called otherwise: links keep working

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting of a page.

    Attributes
    ----------
    name : str
        Of the URL parameter, and the key of the widget.
    label : str
        For people.
    default : T
        The page's own.
    read : callable
        The value of a text; raises ``ValueError`` where it is none that the setting can have.
    write : callable
        The text of a value.
    allowed : str
        The end of a sentence: what it can be.
    is_always_told : bool
        In the address also where it is the default, because that differs between machines.
    follows_default : bool
        Whether it moves with its default as long as nobody touched it. A tab doesn't: it would move under one's hand.
    """

    name: str
    label: str
    default: T
    read: Callable[[str], T]
    write: Callable[[T], str]
    allowed: str
    is_always_told: bool = False
    follows_default: bool = True


def one_of(
    label: str,
    key: str,
    options: Sequence[T],
    default: T,
    format_option: Callable[[T], str] = str,
    *,
    is_always_told: bool = False,
    follows_default: bool = True,
) -> Setting[T]:
    """The setting that is a choice among options, by their texts."""
    by_text = {format_option(option): option for option in options}

    def read(text: str) -> T:
        now = _FORMER.get(text, text)
        if now not in by_text:
            raise ValueError(text)
        return by_text[now]

    return Setting(key, label, default, read, format_option, _allowed(list(by_text)), is_always_told, follows_default)


def _allowed(texts: Sequence[str]) -> str:
    among = ", ".join(texts) if len(texts) <= 8 else f"{texts[0]}, {texts[1]}, … {texts[-1]}"
    return say("one of {texts}", texts=among)
