"""Whether a file's weights can go into a network, and what PyTorch would say of those that do not fit."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from core.inside.weights import Difference

Severity = Literal["fits", "hides", "refused"]


def severity(found: Sequence[Difference], *, strict: bool) -> Severity:
    """What ``load_state_dict`` does: takes all, passes over what does not fit without a word, or refuses the file.

    Parameters
    ----------
    found : sequence of Difference
    strict : bool
        Of ``load_state_dict``. Without it a wrong shape is refused all the same.
    """
    if not found:
        return "fits"
    return "refused" if strict or any(each.problem == "wrong shape" for each in found) else "hides"


def told(found: Sequence[Difference], *, strict: bool, n_keys: int) -> str:
    """The same as sentences, for a file with so many keys; Markdown."""
    if not found:
        return f"All {n_keys} keys fit."
    kinds = Counter(each.problem for each in found)
    counted = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    if severity(found, strict=strict) == "hides":
        return f"{counted}. `strict=False` hides this: PyTorch would say nothing, and what is missing stays **random**."
    if strict:
        return f"{counted}. With `strict=True` PyTorch refuses the file; nothing is replaced."
    return f"{counted}. `strict=False` does not help against a wrong shape; nothing is replaced."
