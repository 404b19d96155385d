"""A question with options, as a room asks it: from the lab's bank of votes or a teacher's own."""

import json
from dataclasses import asdict, dataclass

from core.rooms.codes import RoomError

MOST_OPTIONS, MOST_LETTERS = 6, 600
FIRST, TALK, SECOND, SHOWN = "first", "talk", "second", "shown"
# "Discuss, then vote again" (Crouch and Mazur, "Peer Instruction: ten years of experience", Am. J. Phys. 69, 2001)
NEXT_PHASES = {FIRST: (TALK, SHOWN), TALK: (SECOND, SHOWN), SECOND: (SHOWN,), SHOWN: ()}
ROUNDS = {FIRST: 1, SECOND: 2}  # the phases in which answers are taken


@dataclass(frozen=True)
class Ballot:
    """What is asked.

    Attributes
    ----------
    question : str
        Plain text.
    options : tuple of str
        From 2 to ``MOST_OPTIONS``.
    right : int or None
        Which option is right, counted from 0; None for an opinion.
    why : str
        What is said when it is shown.
    code : str
        Of the lab's bank of votes, which knows how to compute it; empty for a teacher's own.
    """

    question: str
    options: tuple[str, ...]
    right: int | None = None
    why: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        if not self.question.strip():
            raise RoomError("A vote needs a question.")
        if not 2 <= len(self.options) <= MOST_OPTIONS:
            raise RoomError(f"A vote has from 2 to {MOST_OPTIONS} options; this one has {len(self.options)}.")
        if not all(option.strip() for option in self.options) or len(set(self.options)) < len(self.options):
            raise RoomError("The options of a vote differ, and none is empty.")
        if max(map(len, (self.question, self.why, *self.options))) > MOST_LETTERS:
            raise RoomError(f"A question, an option and what is said of them have at most {MOST_LETTERS} letters each.")
        if self.right is not None and not 0 <= self.right < len(self.options):
            raise RoomError(f"The right option is one of {len(self.options)}, or none for an opinion.")

    def to_json(self) -> str:
        """As the rooms' file keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Ballot":
        """What ``to_json`` has written."""
        told = json.loads(text)
        return cls(**told | {"options": tuple(told["options"])})
