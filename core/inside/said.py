"""What a network says of one picture, in a sentence that does not take its own number for its accuracy."""

from collections.abc import Sequence

import numpy as np


def said_of_picture(probabilities: np.ndarray, names: Sequence[str], label: int | None) -> str:
    """The predicted class, its probability by the network, and whether that is right where it is known.

    Parameters
    ----------
    probabilities : ndarray of shape (n_classes,)
        Of the network; NaN where it predicts nothing.
    names : sequence of str
    label : int or None
        The true class, where that is known: of a picture that somebody has brought it is not.
    """
    if not np.isfinite(probabilities).all():
        return "The network predicts nothing: its outputs are no numbers."
    first, second = np.argsort(-probabilities, kind="stable")[:2].tolist() if len(names) > 1 else (0, 0)
    if len(names) > 1 and f"{probabilities[first]:.0%}" == f"{probabilities[second]:.0%}":
        said = f"The network can't decide: {names[first]} and {names[second]}, {probabilities[first]:.0%} each."
        return said if label is None else f"{said} It is: {names[label]}."
    said = f"The network says {names[first]}, at {probabilities[first]:.0%}"
    if label is None:
        return f"{said}."
    return f"{said}: right." if label == first else f"{said}: wrong, it is {names[label]}."
