"""How many threads an epoch is trained and judged with.

Sums are split by threads, so another number rounds differently: two trainings with the same numbers give the same bits.
What is decided is told with its epoch, and ``RunSpec.threads_of_epochs`` trains it again just so.
"""

import torch

from core.lab.load import free_cores
from core.lab.machine import most_threads
from core.specs import RunSpec


def use(spec: RunSpec, epoch: int) -> int:
    """Give torch the threads of the next epoch.

    Parameters
    ----------
    spec : RunSpec
        Where it leaves the number open, the machine decides: all cores that nobody else uses now.
    epoch : int
        Whole epochs behind the run.

    Returns
    -------
    int
        So many.
    """
    n = spec.threads_at(epoch)
    if n is None:
        n = min(most_threads(), free_cores()) if spec.device == "cpu" else 1
    torch.set_num_threads(n)
    return n


def use_at_first(spec: RunSpec) -> None:
    """Give torch the threads with which a run is prepared: one where they are still open."""
    torch.set_num_threads(spec.threads_at(0) or 1)
