"""Text that somebody typed, or that stands in a link, made safe to stand in Markdown."""

import re

from core.lab.errors import ChalknetError
from pages.shared.words.sealed import as_judged

_SPEAKS_TO_MARKDOWN = frozenset("\\*_`[]<>#$~:|&")
_BEGINS_A_LIST = re.compile(r"(?m)^(\s*)(?:([-+=])|(\d+)([.)]))(?=\s|$)")
# What Streamlit makes an icon, a link or a sign of where no backslash helps: a word joiner, which nobody sees, parts it
_JOINER = "\u2060"
_PARTED = re.compile(
    r"(?::(?=material/|//)|www(?=\.)|(?<=[\w+.-])(?=@[\w-]+\.)|(?<!\S)[<>~-](?=[>=-](?!\S))|(?<!\S)<-(?=>(?!\S)))"
)


class MarkdownError(ChalknetError):
    """An error of the pages' own, whose sentence has Markdown and nothing that anybody typed."""


def plain(text: str) -> str:
    """Escaped, so that Markdown shows it as it is: no heading, list, link, formula, icon, HTML or entity."""
    parted = _PARTED.sub(rf"\g<0>{_JOINER}", text)
    escaped = "".join(f"\\{c}" if c in _SPEAKS_TO_MARKDOWN else c for c in parted)
    return _BEGINS_A_LIST.sub(lambda m: f"{m[1]}{m[3] or ''}\\{m[2] or m[4]}", escaped)


def sentence_of(error: Exception) -> str:
    """An error's sentence as Markdown; most name what people have typed."""
    told = as_judged(str(error))
    return told if isinstance(error, MarkdownError) else plain(told)


def quoted(text: str) -> str:
    """Between backticks, on one line: for what a sentence is about, such as the value in a link."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"
