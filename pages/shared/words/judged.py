"""What a network says of one picture, as it stands below it."""

from collections.abc import Sequence

import numpy as np

from pages.shared.words.language import spaced

_SURE = 3  # classes that are named


def likeliest(probabilities: np.ndarray, names: Sequence[str], label: int) -> str:
    """The likeliest classes with their probabilities, a line each; the true one is marked, and always among them."""
    top = np.argsort(-probabilities, kind="stable")[:_SURE].tolist()  # of equals the predicted class comes first
    return "\n".join(
        f"{names[k]}{' ✓' if k == label else ''} {spaced(f'{probabilities[k]:.0%}')}"
        for k in (top if label in top else [*top, label])
    )
