"""The size of a map as a formula."""

from core.convolution.formula import size_formula
from core.convolution.walkthrough import Axis


def test_the_formula_has_symbols_then_numbers():
    assert size_formula(Axis(4, 2, before=1, after=1)) == (
        r"\left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1 = "
        r"\left\lfloor \frac{4 + 2 \cdot 1 - 2}{1} \right\rfloor + 1 = 5"
    )
    assert r"\frac{W - k}{s}" in size_formula(Axis(4, 2), "W")  # what stands at its default is left out
    assert r"\frac{9 + 0 + 1 - 2 \cdot (2 - 1) - 1}{3}" in size_formula(Axis(9, 2, 3, 2, 0, 1))
    assert r"\lceil" in size_formula(Axis(5, 2, stride=2, partial=True))
