"""All cases of the clinic, and the patients: a code names a case and a seed without saying which.

To add a case: its script in ``core/clinic/scripts``, its record in one of the ``cases_of_...`` files, its place in
``core.clinic.rule``. The tests train it and hold its sentences against it.
"""

import hashlib
import random
import re
from dataclasses import dataclass

from core.clinic import cases_of_the_loop, cases_of_the_network, cases_of_the_pictures
from core.clinic.case import LEVELS, Case, Level
from core.lab.errors import ChalknetError

CASES: tuple[Case, ...] = (*cases_of_the_loop.CASES, *cases_of_the_network.CASES, *cases_of_the_pictures.CASES)
BY_KEY = {case.key: case for case in CASES}
# The diagnoses to choose from, sound ones once, in an order that says nothing
DISEASES = {case.name: case.title for case in sorted(CASES, key=lambda case: case.title.lower())}
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE = re.compile(rf"[123][{_LETTERS}]{{4}}")


class PatientError(ChalknetError):
    """A code that is no patient's."""


@dataclass(frozen=True)
class Patient:
    """A case with a seed, under a code that can be passed on.

    Attributes
    ----------
    code : str
        A digit for the level and four letters or digits.
    case : Case
    random_state : int
        Of weights, batches and pictures, from 0 to 99.
    """

    code: str
    case: Case
    random_state: int

    @property
    def level(self) -> Level:
        """Easy, middle or hard."""
        return LEVELS[int(self.code[0]) - 1]


def patient_of(code: str) -> Patient:
    """Who has a code; the same one in every lab of this version.

    Raises
    ------
    PatientError
        If it is not a code.
    """
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise PatientError(f"There is no patient {code[:20]!r}; a code is a 1, 2 or 3 and four letters or digits.")
    among = of_level(LEVELS[int(code[0]) - 1])
    drawn = hashlib.sha256(code.encode()).digest()
    return Patient(code, among[drawn[0] % len(among)], drawn[1] % 100)


def of_level(level: Level) -> list[Case]:
    """The cases of a level. A hard one may be sound: so may what looks like it."""
    return [case for case in CASES if case.level == level]


def new_patient(level: Level, seen: frozenset[str] = frozenset()) -> Patient:
    """A patient by chance, of a case that was not seen yet as long as there is one.

    Parameters
    ----------
    level : str
    seen : frozenset of str
        Keys of cases.
    """
    unseen = {case.key for case in of_level(level)} - seen
    draw = random.SystemRandom()
    while True:
        code = f"{LEVELS.index(level) + 1}{''.join(draw.choices(_LETTERS, k=4))}"
        patient = patient_of(code)
        if not unseen or patient.case.key in unseen:
            return patient
