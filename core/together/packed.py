"""Bytes as text for an address, and back; what comes back may be from anybody."""

import base64
import binascii

from core.lab.errors import ChalknetError

_NOT_WHOLE = "The link is not whole: it was cut, or changed on its way. Open it once more."


class HandInError(ChalknetError):
    """A ticket or a result that is none; its text is a sentence for people."""


def to_text(data: bytes) -> str:
    """Letters, digits, ``-`` and ``_``: an address takes them as they are."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes again.

    Raises
    ------
    HandInError
        If it is no such text.
    """
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise HandInError(_NOT_WHOLE) from error
    if to_text(data) != text:  # its last letter has bits that mean nothing: one text for the same bytes, no more
        raise HandInError(_NOT_WHOLE)
    return data
