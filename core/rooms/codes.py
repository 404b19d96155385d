"""A room's code: short enough to call through a hall, without letters that look alike."""

import secrets

from core.lab.errors import ChalknetError

LENGTH = 5
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1


class RoomError(ChalknetError):
    """What can't be done in a room; its text is a sentence for people."""


def new_code() -> str:
    """A code at random."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(text: str) -> str:
    """A code as somebody has typed it: in any case, with spaces and hyphens.

    Raises
    ------
    RoomError
        If it can't be a code.
    """
    code = "".join(text.lower().replace("-", " ").split())
    if len(code) == LENGTH and set(code) <= set(LETTERS):
        return code
    shown = text if len(text) <= 20 else f"{text[:20]}..."
    raise RoomError(
        f"“{shown}” is no room's code. A code has {LENGTH} letters and digits, such as “k7mpx”; it stands on the "
        "teacher's screen."
    )
