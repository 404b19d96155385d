"""All plans: 50 and 75 minutes for each of the six questions."""

from collections.abc import Callable

from core.engine import calibration
from core.plans import cnn, convolution, crossval, optimizers, perceptron, transfer
from core.plans.plan import LENGTHS, Chosen, Plan, PlanError
from core.specs import DataSpec
from core.votes.vote import LESSONS

_MAKERS: dict[str, Callable[[int, Chosen], Plan]] = {
    "perceptron": perceptron.plan,
    "convolution": convolution.plan,
    "cnn": cnn.plan,
    "crossval": crossval.plan,
    "transfer": transfer.plan,
    "optimizers": optimizers.plan,
}
NAMES = tuple((lesson, minutes) for lesson in LESSONS for minutes in LENGTHS)


def plan(lesson: str, minutes: int, data: DataSpec, owner: str) -> Plan:
    """A plan for these pictures, this machine, and the weights that a person has.

    Raises
    ------
    PlanError
        If there is none.
    """
    if (lesson, minutes) not in NAMES:
        raise PlanError(f"There is no plan for {lesson!r} of {minutes} minutes; allowed are {LENGTHS} minutes.")
    known = calibration.load()
    device = "cuda" if known is not None and known.devices else "cpu"
    weights = transfer.weights_for(data.dataset, owner) if lesson == transfer.LESSON else None
    return _MAKERS[lesson](minutes, Chosen(data, weights, device))
