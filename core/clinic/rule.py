"""The rule that names a disease from ordered tests: the first case whose telling sign is there.

The order matters where a bug shows in another one's test too: an optimizer of another model lets gradients pile up, so
"no layer moves" is asked before "gradients grow"; zero weights and weights blown to nothing do not bend either.
"""

from collections.abc import Callable, Mapping

from core.clinic.case import SOUND
from core.clinic.cases import BY_KEY

IN_ORDER = (
    "last_batch_of_one",
    "log_softmax_into_skorch",
    "inputs_to_255",
    "only_training_normalised",
    "sorted_by_class",
    "labels_apart",
    "optimizer_of_another_model",
    "all_but_head_frozen",
    "zero_weights",
    "no_zero_grad",
    "softmax_before_loss",
    "rate_too_high",
    "rate_too_low",
    "log_softmax_over_batch",
    "no_eval",
    "weights_kept_between_folds",
    "test_in_training",
    "no_relu",
    "log_softmax_before_loss",
)


def diagnose(order: Callable[[str], Mapping[str, float]]) -> str:
    """Name the disease, ordering only the tests that are needed.

    Parameters
    ----------
    order : callable
        Takes a test's key, gives its numbers; asked again for one that it has given.

    Returns
    -------
    str
        The disease's key; ``"sound"`` where no telling sign is there.
    """
    for key in IN_ORDER:
        sign = BY_KEY[key].telling
        if sign.holds(order(sign.test)):
            return BY_KEY[key].name
    return SOUND
