"""Something has begun on the teacher's wall: a vote, a deal, bets."""

from pages.shared.controls.lecture import to_the_top
from pages.shared.controls.settings import tell
from pages.shared.frame.room_bar import VOTE


def begun() -> None:
    """Show the wall from its top; the vote that a link has asked for does not stay open below it. For callbacks."""
    to_the_top()
    tell({VOTE: None})
