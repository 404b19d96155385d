"""A fair race of optimizers: same network, same initial weights, same batches, and only the optimizer differs.

A run's seed decides its initial weights and the order of its pictures, and nothing of that depends on the optimizer. So
contestants whose settings differ in the optimizer alone start alike by construction; ``fingerprint`` and the recorded
loss of the first batch prove it. Importing this needs no torch.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.optimizers.seed_statistics import band
from core.runs.experiments import MemberSnapshot, Snapshot
from core.runs.series import EPOCH_QUANTITIES, Numbers, Series, series_of_run
from core.specs import RunSpec
from core.specs.optimizers import AdamSpec, AnyOptimizerSpec, RMSpropSpec, SGDSpec

KIND, SEEDS_KIND = "race", "seeds"
FEWEST, MOST = 2, 6  # contestants
MOST_SEEDS = 20

Contestants = dict[str, AnyOptimizerSpec]
Members = list[tuple[dict[str, object], RunSpec]]

# Question 6 asks to put Adam and RMSprop into the place of Question 1's SGD, and leaves its learning rate
HANDOUT: tuple[AnyOptimizerSpec, ...] = (SGDSpec(), AdamSpec(learning_rate=0.01), RMSpropSpec(learning_rate=0.01))


class RaceError(ChalknetError):
    """A race that can't be held."""


@dataclass(frozen=True)
class Fingerprint:
    """Where a run starts.

    Attributes
    ----------
    weights : str
        SHA-256 of the initial state dict, hexadecimal.
    first_batch : tuple of int
        The training pictures of the first batch, by their numbers, in order.
    """

    weights: str
    first_batch: tuple[int, ...]


def named(optimizers: Sequence[AnyOptimizerSpec]) -> Contestants:
    """Names for the legend, each once: the title, with the learning rate where two share it, else with a number."""
    titles = [optimizer.title for optimizer in optimizers]
    rated = [f"{name} {decimal(o.learning_rate)}" for name, o in zip(titles, optimizers, strict=True)]
    names = [rate if titles.count(name) > 1 else name for name, rate in zip(titles, rated, strict=True)]
    seen: Counter[str] = Counter()
    contestants = {}
    for name, optimizer in zip(names, optimizers, strict=True):
        seen[name] += 1
        contestants[f"{name} ({seen[name]})" if seen[name] > 1 else name] = optimizer
    return contestants


def members(base: RunSpec, contestants: Contestants, seeds: Iterable[int]) -> Members:
    """The runs of a race: all contestants of the first seed, then all of the next, so that pairs fill early.

    One thread each: as many train side by side as there are cores, and no loss depends on how many those are.

    Parameters
    ----------
    base : RunSpec
        All settings but the optimizer and the seed.
    contestants : dict of str to optimizer spec
        Two to six.
    seeds : iterable of int
        At most twenty.

    Raises
    ------
    RaceError
        If there are too few or too many of either.
    """
    seeds = list(seeds)
    if not FEWEST <= len(contestants) <= MOST:
        raise RaceError(f"The race has {len(contestants)} contestants; allowed are {FEWEST} to {MOST}.")
    if not 1 <= len(seeds) <= MOST_SEEDS or len(set(seeds)) != len(seeds):
        raise RaceError(f"The race has {len(seeds)} seeds; allowed are 1 to {MOST_SEEDS}, all different.")
    return [
        (
            {"contestant": name, "seed": seed},
            base.model_copy(update={"optimizer": optimizer, "random_state": seed, "n_threads": 1}),
        )
        for seed in seeds
        for name, optimizer in contestants.items()
    ]


def settings_of(contestants: Contestants) -> dict[str, object]:
    """What an experiment's settings keep of the contestants, in their order."""
    return {"contestants": {name: optimizer.model_dump() for name, optimizer in contestants.items()}}


def fingerprint(spec: RunSpec, n_images: int, n_classes: int) -> Fingerprint:
    """Compute where a run starts, from its settings alone. Imports torch.

    Parameters
    ----------
    spec : RunSpec
    n_images, n_classes : int
        Of its training pictures.
    """
    import torch

    from core.optimizers.first_steps import initial_model

    digest = hashlib.sha256()
    for name, value in initial_model(spec, n_classes).state_dict().items():
        digest.update(name.encode())
        digest.update(value.contiguous().numpy().tobytes())
    order = torch.randperm(n_images, generator=torch.Generator().manual_seed(spec.random_state))
    return Fingerprint(digest.hexdigest(), tuple(order[: spec.batch_size].tolist()))


def curves(now: Snapshot) -> list[Series]:
    """A curve a contestant: its run, or over several seeds their mean with a 95 % band."""
    found = []
    for colour, (name, runs) in enumerate(_by_contestant(now).items()):
        if len(runs) == 1:
            found.append(series_of_run(runs[0].history, name, note=runs[0].note, colour=colour))
        else:
            found.append(_mean(name, runs, colour))
    return found


def scores(now: Snapshot) -> dict[str, dict[int, float]]:
    """Test accuracy at the end, from 0 to 1, by contestant and seed; NaN for a run that diverged.

    Runs that do not count (``core.runs.snapshots``) are left out: a network cut short is no contestant.
    """
    found: dict[str, dict[int, float]] = {}
    for name, runs in _by_contestant(now).items():
        ended = {int(run.labels.get("seed", 0)): _score(run) for run in runs}
        found[name] = {seed: score for seed, score in ended.items() if score is not None}
    return found


def _score(run: MemberSnapshot) -> float | None:
    return math.nan if run.status.name == "diverged" else run.accuracy


def paired(found: dict[str, dict[int, float]]) -> dict[str, list[float]]:
    """Scores as rows of equal length: those seeds of which every contestant has ended."""
    common = set.intersection(*(set(of_one) for of_one in found.values())) if found else set()
    return {name: [of_one[seed] for seed in sorted(common)] for name, of_one in found.items()}


def _by_contestant(now: Snapshot) -> dict[str, list[MemberSnapshot]]:
    """Runs by contestant; one whose runs were all deleted keeps its place, and so the others their colours."""
    grouped: dict[str, list[MemberSnapshot]] = {_name(labels): [] for labels in now.experiment.labels}
    for member in now.members:
        grouped[_name(member.labels)].append(member)
    return grouped


def _name(labels: dict[str, object]) -> str:
    return str(labels.get("contestant", "?"))


def _mean(name: str, runs: list[MemberSnapshot], colour: int) -> Series:
    """The mean over seeds, at each epoch of those runs that have come so far."""
    told = [run.history.epochs for run in runs]
    diverged = sum(run.status.name == "diverged" for run in runs)
    whole = [[event for event in events if event["complete"]] for events in told]
    n = max((len(events) for events in whole), default=0)
    epochs: dict[str, Numbers] = {"epochs": [float(i + 1) for i in range(n)]}
    low: dict[str, Numbers] = {}
    high: dict[str, Numbers] = {}

    def table(quantity: str) -> np.ndarray:
        rows = [[event[quantity] for event in events] + [math.nan] * (n - len(events)) for events in whole]
        values = [[math.nan if v is None else v for v in row] for row in rows]
        return np.array(values, dtype=np.float64).reshape(len(rows), n)

    for axis in (("steps", "step"), ("seconds", "seconds")):
        epochs[axis[0]] = _plain(band(table(axis[1]))[0])
    for quantity in EPOCH_QUANTITIES:
        mean, below, above = band(table(quantity))
        epochs[quantity], low[quantity], high[quantity] = _plain(mean), _plain(below), _plain(above)
    note = f"{diverged} of {len(runs)} diverged" if diverged else ""
    each = [series_of_run(run.history, name) for run in runs]
    batches = _mean_of_batches([one.batches for one in each])
    top = max((one.loss_top for one in each), default=0.0)
    return Series(name, epochs, batches, low=low, high=high, note=note, colour=colour, loss_top=top)


def _mean_of_batches(tables: list[dict[str, Numbers]]) -> dict[str, Numbers]:
    """The mean of those runs that have come as far as the farthest one, so that it has no jumps."""
    n = max((len(table["steps"]) for table in tables), default=0)
    same = [table for table in tables if len(table["steps"]) == n]
    return {
        column: _plain(band(np.array([[math.nan if v is None else v for v in t[column]] for t in same]))[0])
        for column in (same[0] if n else {})
    }


def _plain(values: np.ndarray) -> Numbers:
    return [float(v) if math.isfinite(v) else None for v in values]
