"""Shapes and numbers of parameters as people type them."""

import math
import re
from collections.abc import Sequence

from core.exercises.layers import Shape
from core.lab.errors import ChalknetError

_MOST = 10**9  # of one size; no network here comes near
_THOUSANDS = re.compile(r"\b[0-9]{1,3}(?:[,'\u00a0\u202f][0-9]{3})+\b")
_SPACED = re.compile(r"(?<=[0-9]) (?=[0-9]{3}\b)")  # in a shape a space stands between two sizes
_BATCH_NAMES = {"n", "b", "-1", "batch"}


class AnswerError(ChalknetError):
    """An answer that can't be read: a slip of the keyboard, no mistake."""


def read_shape(text: str, *, n_axes: int, batch_size: int) -> Shape:
    """The shape of one picture, as typed.

    Parameters
    ----------
    text : str
        Such as ``"64, 16, 16"``, ``"64 x 16 x 16"``, ``"(64, 16, 16)"``, ``"[32, 64, 16, 16]"``, ``"8*8*64"``: what
        stands between stars is multiplied.
    n_axes : int
        How many numbers the right answer has. Where it is one, ``"4,096"`` is one number.
    batch_size : int
        A leading batch, as this number, ``N`` or -1, is taken off where there is one number too many.

    Raises
    ------
    AnswerError
        If it is no shape; the sentence says what is allowed.
    """
    # One number with commas would also be several without, and which is meant follows from how many are asked
    if n_axes == 1:
        text = _THOUSANDS.sub(lambda found: re.sub("[^0-9]", "", found[0]), text)
    bare = text.strip().removeprefix("torch.Size").strip(" ()[]{}").lower()
    tokens = [token for token in re.split(r"[\sx×,;]+", re.sub(r"\s*\*\s*", "*", bare)) if token]
    has_name = len(tokens) == n_axes + 1 and tokens[0] in _BATCH_NAMES
    if has_name:
        tokens = tokens[1:]
    try:
        sizes = tuple(_size(token) for token in tokens)
    except ValueError:
        sizes = ()
    if not sizes or not all(1 <= size <= _MOST for size in sizes):
        such = "4,096" if n_axes == 1 else "64, 16, 16 or 64 x 16 x 16"
        raise AnswerError(
            f"The shape {text[:40]!r} can't be read; allowed are whole numbers from 1 to {_MOST:,}, such as {such}."
        )
    return sizes[1:] if len(sizes) == n_axes + 1 and sizes[0] == batch_size else sizes


def read_count(text: str) -> int:
    """A number of parameters, as typed: ``"9,248"``, ``"9 248"``, or reckoned in place, ``"3*3*32*32 + 32"``.

    Raises
    ------
    AnswerError
        If it is none; the sentence says what is allowed.
    """
    together = _THOUSANDS.sub(lambda found: re.sub("[^0-9]", "", found[0]), _SPACED.sub("", text))
    bare = re.sub(r"\s*([x×*+])\s*", r"\1", together.strip().lower())
    try:
        count = sum(_size(re.sub("[x×]", "*", product)) for product in bare.split("+"))
    except ValueError:
        count = -1
    if not 0 <= count <= _MOST:
        raise AnswerError(
            f"The parameters {text[:40]!r} can't be read; allowed is a whole number from 0 to {_MOST:,}, such as 896, "
            "or a sum of products, such as 3*3*3*32 + 32."
        )
    return count


def _size(token: str) -> int:
    """A whole number, or a product of some; what begins with 0 is the rest of a number that was cut, as in 4 096."""
    factors: Sequence[str] = token.split("*")
    if not all(re.fullmatch("[1-9][0-9]{0,9}|0", factor) for factor in factors) or len(factors) > 10:
        raise ValueError(token)
    return math.prod(map(int, factors))
