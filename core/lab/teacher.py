"""Who is the teacher: whoever has typed the key that the lab's console shows.

A browser that has is the teacher's for as long as this lab runs, or until it gives that up. It is known by the
person's key that its cookie holds anyway: a cookie of its own would be one more secret to lose, and one that outlives
the lesson. The mark is kept in memory alone, so that a laptop that was once used in class is nobody's teacher tomorrow.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable

from core.lab.errors import ChalknetError, NotYoursError
from core.lab.owners import owner_mark
from core.lab.remembered import Remembered

MIN_KEY = 8  # letters of a key that somebody has chosen
# Tries at once, and seconds until there is one more: of one person, and of all together. A person can have a new cookie
# for each try, so the second pair is what holds a machine that guesses; the first one lets nobody's mashing lock
# the teacher out.
TRIES, SECONDS_PER_TRY = 5, 5.0
ALL_TRIES, SECONDS_PER_ALL = 30, 1.0
_MOST_PERSONS = 1_000
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that look alike on a projector


class TeacherKeyError(ChalknetError):
    """A key that is wrong, too short, or tried too often."""


class Teacher:
    """Knows the teacher's browsers.

    Parameters
    ----------
    key : str
        As the settings have it; an empty one is made up.
    clock : callable
        Seconds, for the tests.

    Attributes
    ----------
    made_up : str
        The key to print on the console; empty where the settings have one, which its owner knows.

    Raises
    ------
    TeacherKeyError
        If the settings' key is so short that it can be guessed.
    """

    def __init__(self, key: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        if key and len(key) < MIN_KEY:
            raise TeacherKeyError(f"The teacher's key has {len(key)} letters; it needs at least {MIN_KEY}.")
        self.made_up = "" if key else new_key()
        self._digest = _digest(key or self.made_up)
        self._marks: set[str] = set()
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: Remembered[str, _Allowance] = Remembered(_MOST_PERSONS)
        self._all_tries = _Allowance(ALL_TRIES, SECONDS_PER_ALL, clock())

    def admit(self, key: str, owner: str) -> None:
        """Make a person the teacher who has the key.

        Raises
        ------
        TeacherKeyError
            If the key is wrong, or too many were tried just now: then the right one is refused too.
        """
        now, mark = self._clock(), owner_mark(owner)
        with self._lock:
            mine = self._tries.get_or_make(mark, lambda: _Allowance(TRIES, SECONDS_PER_TRY, now))
            wait = mine.take(now) or self._all_tries.take(now)
            if wait:
                raise TeacherKeyError(f"Too many keys were tried just now. Try again in {wait:.0f} s.")
            if not (owner and hmac.compare_digest(_digest(key.strip()), self._digest)):
                raise TeacherKeyError("This is not the teacher's key. It stands on the console of the lab's server.")
            self._marks.add(mark)

    def leave(self, owner: str) -> None:
        """Be a person like everybody again."""
        self._marks.discard(owner_mark(owner))

    def is_teacher(self, owner: str) -> bool:
        """Whether this person has shown the key to this lab."""
        return bool(owner) and owner_mark(owner) in self._marks

    def must_be(self, owner: str) -> None:
        """Raise ``NotYoursError`` unless the person is the teacher."""
        if not self.is_teacher(owner):
            raise NotYoursError("Only the teacher can do this. The teacher's key stands on the console of the server.")


class _Allowance:
    """So many at once, and one more after so many seconds."""

    def __init__(self, most: int, seconds_each: float, now: float) -> None:
        self._most, self._seconds_each = most, seconds_each
        self._left, self._then = float(most), now

    def take(self, now: float) -> float:
        """Take one; returns 0, or the seconds until there is one."""
        self._left = min(self._most, self._left + (now - self._then) / self._seconds_each)
        self._then = now
        if self._left < 1:
            return max(1.0, (1 - self._left) * self._seconds_each)
        self._left -= 1
        return 0.0


def new_key() -> str:
    """A key that is short enough to type and that nobody guesses: 16 letters and digits, 80 random bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def _digest(key: str) -> bytes:
    return hashlib.sha256(f"chalknet teacher {key}".encode()).digest()
