"""Numbers, counts and times as people say them: one function each, for every page, sentence and report."""

import math
from decimal import Decimal


def decimal(number: float) -> str:
    """A learning rate, or another setting, without a power of ten: ``"0.00001"``; at most six figures that tell."""
    return f"{Decimal(f'{number:.6g}'):f}"


def number(value: float) -> str:
    """Such as ``"4,097,000"`` where it is whole, ``"0.0123457"`` elsewhere: six figures, and no power of ten."""
    return f"{round(value):,}" if value == round(value) else decimal(value)


def percent(share: float | None, digits: int = 1) -> str:
    """A share from 0 to 1, such as ``"93.4%"``; a dash where it is not known, which is None or NaN."""
    return "–" if share is None or math.isnan(share) else f"{share:.{digits}%}"


def count(n: int, one: str, many: str = "") -> str:
    """How many of something: ``"1 epoch"``, ``"2 epochs"``, ``"10,000 pictures"``; ``many`` by default with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def of_all(n: int, planned: int, one: str) -> str:
    """How many there are of how many there should be: ``"3 of 5 folds"``, and ``"5 folds"`` where it is all of them."""
    return count(planned, one) if n == planned else f"{n:,} of {count(planned, one)}"


def shape(*sizes: int) -> str:
    """The sizes of an array: ``"3 x 32 x 32"``; ``"one number"`` where it has no axis."""
    return " x ".join(f"{size:,}" for size in sizes) or "one number"


def duration(seconds: float) -> str:
    """Such as ``"0.8 s"``, ``"42 s"``, ``"3 min 5 s"``, ``"2 h 10 min"``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
