"""One person and one patient: what was ordered and found, what was named, and whether it was right.

Here it is known that a case is solved, with how many tests (``is_solved``, ``n_tests``): what keeps a person's progress
reads it here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.clinic.case import Case
from core.clinic.cases import Patient
from core.clinic.finding import Finding
from core.clinic.orders import BY_KEY, ORDERS

if TYPE_CHECKING:
    from core.clinic.script import Course

FULL = 10  # points of a patient
OF_A_TEST, OF_A_WRONG_NAME = 1, 3


@dataclass(frozen=True)
class Refutation:
    """Why a diagnosis is wrong: one test of a patient that has what was named, beside the same test of this one.

    Attributes
    ----------
    named : Case
    sentence : str
        What the named disease shows in that test.
    of_named, of_patient : Finding
    course : Course
        How the training went that has the named disease.
    """

    named: Case
    sentence: str
    of_named: Finding
    of_patient: Finding
    course: Course


@dataclass
class Consultation:
    """The patient's file.

    Attributes
    ----------
    patient : Patient
    dataset : str
        Whose pictures the script trains on.
    course : Course or None
        Of its training, as far as it is.
    findings : dict of str to Finding
        Of the tests that were ordered, in their order.
    named : list of str
        Diseases, in the order in which they were named.
    refutations : dict of str to Refutation
        Of the wrong ones.
    cured : Course or None
        Of the cured script.
    """

    patient: Patient
    dataset: str
    course: Course | None = None
    is_trained: bool = False
    findings: dict[str, Finding] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    refutations: dict[str, Refutation] = field(default_factory=dict)
    cured: Course | None = None

    @property
    def is_solved(self) -> bool:
        """Whether the right disease was named."""
        return self.patient.case.name in self.named

    @property
    def n_tests(self) -> int:
        """How many tests were ordered."""
        return len(self.findings)

    @property
    def n_wrong(self) -> int:
        """How many wrong diseases were named."""
        return sum(name != self.patient.case.name for name in self.named)

    @property
    def seconds(self) -> float:
        """What the ordered tests took."""
        return sum(found.seconds for found in self.findings.values())

    @property
    def score(self) -> int:
        """Points, from 1 to 10: each ordered test costs one, each wrong diagnosis three."""
        return max(1, FULL - OF_A_TEST * self.n_tests - OF_A_WRONG_NAME * self.n_wrong)

    def price(self, test: str) -> float:
        """About how many seconds a test takes here, by what a step of the training took."""
        each = self.course.seconds_per_step if self.course is not None else 0.0
        return each * BY_KEY[test].n_steps

    def open_orders(self) -> list[str]:
        """Tests that were not ordered yet."""
        return [order.key for order in ORDERS if order.key not in self.findings]


@dataclass(frozen=True)
class Measured:
    """A case's curves, without its network.

    Attributes
    ----------
    epochs : list of dict
        As ``Course.epochs``.
    error : str
        What ended it early.
    """

    epochs: list[dict[str, float]]
    error: str
