"""Which of two accuracies is higher, or that they are about the same, as votes that compare two trainings ask it."""

from collections.abc import Mapping

from core.votes.vote import Measured, Outcome

ALIKE = 5.0  # percentage points: nearer than this are two accuracies "about the same"
BOTH_ALIKE = "Both about the same"


def compared(scores: Mapping[str, float]) -> Outcome:
    """The option with the highest accuracy, or ``BOTH_ALIKE``.

    Parameters
    ----------
    scores : mapping of str to float
        The options' texts to accuracies in percent.
    """
    answer = max(scores, key=lambda name: scores[name])
    if max(scores.values()) - min(scores.values()) < ALIKE:
        answer = BOTH_ALIKE
    return Outcome(answer, tuple(Measured(name, score, "%") for name, score in scores.items()))
