"""Text that somebody typed, or that stands in a link, made safe to stand in Markdown."""

_SPEAKS_TO_MARKDOWN = frozenset("\\*_`[]<>#$~:|&")


def plain(text: str) -> str:
    """Escaped, so that Markdown shows it as it is: no heading, link, formula, icon, HTML or entity comes of it."""
    return "".join(f"\\{c}" if c in _SPEAKS_TO_MARKDOWN else c for c in text)


def quoted(text: str) -> str:
    """Between backticks, on one line: for what a sentence is about, such as the value in a link."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"
