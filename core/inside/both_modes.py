"""One network judged in ``eval()`` and in ``train()`` mode, by batches of several sizes.

In ``train()`` mode batch norm goes by the batch itself, so an answer depends on how many pictures are judged together.
Small batches are slow per picture, so fewer are judged with them: on one core all of it takes some three seconds (the
handout's CNN, an EPYC of Zen 3).
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from core.inside.attribution import one_thread
from core.inside.inspection import to_input
from core.lab.jobs import JobStoppedError
from core.lab.rates import Rate
from core.models.drawing import seeded

# Pictures that are judged together: at most so many in all
MOST = {1: 80, 2: 80, 8: 160, 32: 160, 1000: 1000}
EVAL_BATCH = 100  # in eval() mode it changes no answer; these maps fit a cache


@dataclass(frozen=True)
class ModePoint:
    """How the network does in ``train()`` mode with batches of one size.

    Attributes
    ----------
    batch_size : int
    rate : Rate
        Of the first pictures, as many as were judged.
    n_changed : int
        Of these, how many get another predicted class than in ``eval()`` mode.
    moved : float
        By how much this pass has moved the running means of batch norm, relative to their size.
    """

    batch_size: int
    rate: Rate
    n_changed: int
    moved: float


@dataclass(frozen=True)
class BothModes:
    """``eval()`` mode, which no batch size changes, and ``train()`` mode by batch size."""

    in_eval: Rate
    in_train: tuple[ModePoint, ...]


def sizes_for(n: int) -> dict[int, int]:
    """Batch sizes, and how many of ``n`` pictures are judged by each; one of all there are stands for larger ones."""
    return {min(size, n): min(most, n) for size, most in MOST.items()}


def both_modes(
    model: nn.Module,
    pictures: np.ndarray,
    labels: np.ndarray,
    *,
    random_state: int,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> BothModes:
    """Judge the same network as the handout does, in ``eval()`` mode, and as it must not be, in ``train()`` mode.

    Parameters
    ----------
    model : nn.Module
        Stays as it is: copies are judged, as batch norm would learn from the test pictures in ``train()`` mode.
    pictures : ndarray of shape (n, 32, 32, 3), uint8
        Of which the first thousand are judged.
    labels : ndarray of shape (n,)
    random_state : int
        Of dropout, with each batch size anew.
    on_progress, should_stop : callable
        As a ``core.lab.jobs.Job`` has them; pictures are counted.

    Raises
    ------
    JobStoppedError
        If it was asked to stop.
    """
    n = min(len(labels), max(MOST.values()))
    pictures, labels = pictures[:n], labels[:n]
    sizes = sizes_for(n)
    done, total = 0, n + sum(sizes.values())

    def predicted(network: nn.Module, n_judged: int, batch_size: int) -> np.ndarray:
        nonlocal done
        found = []
        with torch.no_grad():
            for i in range(0, n_judged, batch_size):
                if should_stop():
                    raise JobStoppedError("Judging in both modes was stopped.")
                batch = pictures[i : min(i + batch_size, n_judged)]
                found.append(network(to_input(batch)).argmax(1))
                done += len(batch)
                on_progress(done, total)
        return torch.cat(found).numpy()

    with one_thread():
        in_eval = predicted(copy.deepcopy(model).eval(), n, EVAL_BATCH)
        points = []
        for batch_size, n_judged in sizes.items():
            copied = copy.deepcopy(model).train()
            with seeded(random_state):
                found = predicted(copied, n_judged, batch_size)
            right = int((found == labels[:n_judged]).sum())
            changed = int((found != in_eval[:n_judged]).sum())
            points.append(ModePoint(batch_size, Rate(right, n_judged), changed, _moved(model, copied)))
    return BothModes(Rate(int((in_eval == labels).sum()), n), tuple(points))


def _moved(before: nn.Module, after: nn.Module) -> float:
    pairs = [
        (a, b)
        for (name, a), b in zip(before.named_buffers(), after.buffers(), strict=True)
        if name.endswith("running_mean")
    ]
    size = sum(float(a.square().sum()) for a, _ in pairs)
    return (sum(float((a - b).square().sum()) for a, b in pairs) / size) ** 0.5 if size else 0.0


def said_of_modes(judged: BothModes) -> str:
    """What came out, in a sentence: whether train() mode changes the answers, and with which batches most."""
    worst = min(judged.in_train, key=lambda point: point.rate.share)
    told = f"eval() mode: {judged.in_eval.told()} right"
    if not any(point.n_changed for point in judged.in_train):
        return f"{told}; in train() mode every predicted class is the same."
    if worst.rate.interval[1] < judged.in_eval.interval[0]:
        return f"{told}. train() mode with batches of {worst.batch_size:,}: only {worst.rate.told()}."
    return f"{told}. train() mode changes answers; of so few pictures no loss of accuracy can be told."
