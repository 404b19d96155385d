"""What an ordered test has found: numbers that a rule reads, and what a person looks at."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Finding:
    """The result of one test of one patient.

    Attributes
    ----------
    test : str
        Its key, of ``core.clinic.orders``.
    said : str
        What was measured, as a sentence without a diagnosis.
    numbers : dict of str to float
        What rules and tests read.
    table : dict of str to list of str
        Columns.
    series : dict of str to list of float
        Lines over steps, from step 1 on.
    axis : tuple of str
        What the lines' axes are.
    bars : dict of str to list of float
        Shares, with one bar a class.
    pictures : ndarray of shape (n, 32, 32, 3), uint8, or None
    captions : list of str
        Of the pictures.
    seconds : float
        What it took.
    """

    test: str
    said: str
    numbers: dict[str, float]
    table: dict[str, list[str]] = field(default_factory=dict)
    series: dict[str, list[float]] = field(default_factory=dict)
    axis: tuple[str, str] = ("step", "loss")
    bars: dict[str, list[float]] = field(default_factory=dict)
    pictures: np.ndarray | None = None
    captions: list[str] = field(default_factory=list)
    seconds: float = 0.0
