"""Who sits in which room, in memory: a page elsewhere in the lab asks here before it opens the rooms' file.

A lab that was started anew knows nobody: ``core.rooms.news.has_seat`` looks into the rooms' file once for each person.
"""

from dataclasses import dataclass

from core.lab.remembered import Remembered

_MOST = 5_000
_places: "Remembered[str, Place]" = Remembered(_MOST)


@dataclass(frozen=True)
class Place:
    """Where somebody sits.

    Attributes
    ----------
    code : str
        Of the room.
    n_sent : int
        How often the room had been sent to a page when this person last went along: each time counts once, on
        whichever page and after a reload too.
    """

    code: str
    n_sent: int


def place_of(person: str) -> Place | None:
    """Where this person was last seen to sit; opens no file."""
    return _places.get(person)


def sits(code: str, person: str, n_sent: int) -> None:
    """Somebody has taken a seat, has gone where the room was sent, or would rather not."""
    _places.put(person, Place(code, n_sent))


def gone(code: str, person: str) -> None:
    """Somebody has left a room, or it is no more."""
    known = _places.get(person)
    if known is not None and known.code == code:
        _places.forget(person)
