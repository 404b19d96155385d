"""A plan from a lesson's steps and how many minutes each has; and what many plans say alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.plans.plan import Plan, Step

OFFLINE = (
    "Nothing in this plan needs the internet: what is trained, is trained here, on pictures of this machine. If phones "
    "can't reach the lab, vote by fingers: one for A, two for B. If the projector fails, the votes are on paper."
)


def by_the_clock(
    lesson: str,
    steps: Mapping[str, Step],
    clock: Mapping[str, int],
    *,
    aim: str,
    ahead: Sequence[str] = (),
    offline: str = OFFLINE,
) -> Plan:
    """A plan.

    Parameters
    ----------
    lesson : str
    steps : mapping of str to Step
        All that the lesson has, by a short name.
    clock : mapping of str to int
        The minutes of those that are in this plan, in their order.
    aim, offline : str
        As ``Plan`` has them.
    ahead : sequence of str
        The steps for a class that is ahead.
    """
    timed = tuple(replace(steps[name], minutes=minutes) for name, minutes in clock.items())
    return Plan(lesson, sum(clock.values()), aim, timed, offline, tuple(steps[name] for name in ahead))
