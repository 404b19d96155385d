"""What a folder's name is as the name of a class: what people see of it, and nothing that hides in it."""

import unicodedata

# Joiners of emoji and of some scripts' letters, and the tags of flags: without them a name would look otherwise
_JOINERS = {"\u200c", "\u200d"}
_TAGS = range(0xE0020, 0xE0080)
_UNSEEN = {"Cc": " ", "Cf": "", "Cs": "\ufffd", "Zl": " ", "Zp": " "}


def class_name(folder: str) -> str:
    """Composed letters (macOS takes them apart), no control or zero-width characters, single spaces."""
    composed = unicodedata.normalize("NFC", folder)
    seen = "".join(c if _is_kept(c) else _UNSEEN.get(unicodedata.category(c), c) for c in composed)
    return " ".join(seen.split()).strip("".join(_JOINERS))


def is_readable(name: str) -> bool:
    """Whether nothing in it would be hidden: as ``class_name`` leaves it."""
    return name == class_name(name)


def _is_kept(character: str) -> bool:
    return character in _JOINERS or ord(character) in _TAGS
