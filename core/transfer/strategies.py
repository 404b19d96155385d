"""Question 5's experiments: strategies side by side, accuracy against the number of labels, the batch-norm trap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.runs.experiments import Snapshot
from core.runs.series import Series, series_of_run
from core.specs import RunSpec
from core.specs.models import STAGES
from core.specs.transfer import ALL_BUT_HEAD, TransferSpec, WeightsSpec

KIND, LABELS_KIND, TRAP_KIND = "transfer", "labels", "trap"
SCRATCH, FINE_TUNE, FREEZE = "from scratch", "fine-tune all", "freeze all but the head"
RIGHT_MODE, TRAP_MODE = "backbone in eval()", "backbone left in train()"
COUNTS = (2, 5, 10, 20, 50, 100, 200, 500)  # labelled pictures per class that the page offers

Members = list[tuple[dict[str, object], RunSpec]]


def strategy(base: TransferSpec, n_frozen: int | None) -> TransferSpec:
    """A run's settings under another strategy: frozen up to a stage, or from scratch (None)."""
    # One thread: as many train side by side as there are cores, and no loss depends on how many those are
    changes: dict[str, object] = {"frozen_stages": n_frozen or 0, "batch_norm_trap": False, "n_threads": 1}
    if n_frozen is None:
        changes["weights"] = WeightsSpec()
    return base.model_copy(update=changes)


def all_strategies(base: TransferSpec, dial: int) -> dict[str, TransferSpec]:
    """From scratch, fine-tune, the dial's cut where it is another one, and freeze: the same pictures, seed and head."""
    cuts = [None, 0, *([dial] if 0 < dial < ALL_BUT_HEAD else []), ALL_BUT_HEAD]
    specs = [strategy(base, cut) for cut in cuts]
    return {spec.strategy: spec for spec in specs}


def members(base: TransferSpec, dial: int) -> Members:
    """The strategies as an experiment; their networks are kept, for a look inside."""
    made = all_strategies(base, dial).items()
    # The fast one first: while it is shown, the others still train
    return [({"strategy": name, "keep_weights": True}, spec) for name, spec in reversed(list(made))]


def label_members(base: TransferSpec, dial: int, counts: Sequence[int], n_repeats: int) -> Members:
    """Each strategy with each number of labels, again and again with other pictures, weights of the head and order."""
    made: Members = []
    for repeat in range(n_repeats):
        for n in counts:
            data = base.data.model_copy(update={"per_class": n, "random_state": base.data.random_state + repeat})
            seed = base.random_state + repeat
            for name, spec in all_strategies(base, dial).items():
                labels = {"strategy": name, "per_class": n, "repeat": repeat}
                made.append((labels, spec.model_copy(update={"data": data, "random_state": seed})))
    return made


def trap_members(base: TransferSpec, n_seeds: int = 1) -> Members:
    """All but the head frozen, as it should be done, and with batch norm left in train() mode.

    With other seeds, head and order are others; only the first seed's networks are kept, for a look at what moved.
    """
    made: Members = []
    for i in range(n_seeds):
        right = strategy(base, ALL_BUT_HEAD).model_copy(update={"random_state": base.random_state + i})
        trapped = right.model_copy(update={"batch_norm_trap": True})
        labels: dict[str, object] = {"seed": right.random_state} if i else {"keep_weights": True}
        made += [({"mode": RIGHT_MODE} | labels, right), ({"mode": TRAP_MODE} | labels, trapped)]
    return made


def trap_scores(now: Snapshot) -> list[tuple[float, float]]:
    """Of each seed that both modes have finished, the accuracies as it should be and in the trap, from 0 to 1."""
    found: dict[int, dict[str, float]] = {}
    for member in now.members:
        if member.accuracy is not None:
            found.setdefault(member.spec.random_state, {})[str(member.labels["mode"])] = member.accuracy
    return [(of_one[RIGHT_MODE], of_one[TRAP_MODE]) for of_one in found.values() if len(of_one) == 2]


def label_points(now: Snapshot) -> pd.DataFrame:
    """The finished runs: strategy, per_class, repeat, accuracy."""
    rows = [member.labels | {"accuracy": member.accuracy} for member in now.finished]
    return pd.DataFrame(rows, columns=["strategy", "per_class", "repeat", "accuracy"])


def label_summary(points: pd.DataFrame) -> pd.DataFrame:
    """Mean and interval of each strategy and number of labels.

    Returns
    -------
    DataFrame
        strategy, per_class, n, mean, low, high: 95 % intervals of the mean (Student's t); low and high are the mean
        itself where there is one repeat.
    """
    from scipy.special import stdtrit  # of scikit-learn's own requirements

    grouped = points.groupby(["strategy", "per_class"], sort=False)["accuracy"]
    table = grouped.agg(n="count", mean="mean", spread="std").reset_index()
    t = stdtrit(np.maximum(1, table["n"] - 1), 0.975)
    half = (t * table["spread"].fillna(0.0) / np.sqrt(table["n"])).to_numpy()
    table["low"], table["high"] = (table["mean"] - half).clip(0, 1), (table["mean"] + half).clip(0, 1)
    return table.drop(columns="spread").sort_values(["strategy", "per_class"], ignore_index=True)


@dataclass(frozen=True)
class Match:
    """With how many labels pretrained weights reach what random ones do with the most.

    Attributes
    ----------
    reached : int or None
        None where none of the numbers was enough.
    counts : tuple of int
        Labelled pictures per class, rising.
    """

    reached: int | None
    counts: tuple[int, ...]


def labels_to_match(summary: pd.DataFrame, counts: Sequence[int]) -> Match | None:
    """Compare the means: the best pretrained strategy at each number of labels, and random weights with the most.

    Parameters
    ----------
    summary : DataFrame
        As of ``label_summary``.
    counts : sequence of int
        The numbers that were asked for, rising.

    Returns
    -------
    Match or None
        None where a mean is missing that would decide.
    """
    means = summary.pivot(index="per_class", columns="strategy", values="mean").sort_index()
    is_whole = means.index.tolist() == list(counts) and not means.isna().any(axis=None)
    if SCRATCH not in means or len(means.columns) < 2 or not is_whole:
        return None
    target = float(means[SCRATCH].iloc[-1])
    enough = means.drop(columns=SCRATCH).max(axis=1) >= target
    return Match(next((n for n, is_enough in zip(counts, enough, strict=True) if is_enough), None), tuple(counts))


def name_of(labels: dict[str, object]) -> str:
    """What a member is in its experiment: its strategy, or the mode of the trap and its seed where that is repeated."""
    name = str(labels.get("strategy", labels.get("mode", "")))
    return f"{name}, seed {labels['seed']}" if "seed" in labels else name


def curves(now: Snapshot) -> list[Series]:
    """One curve a strategy (or mode); its colour stays, whichever strategies there are."""
    names = [name_of(member.labels) for member in now.members]
    return [
        series_of_run(member.history, name, note=member.note, colour=colour(name))
        for name, member in zip(names, now.members, strict=True)
    ]


def colour(name: str) -> int:
    """The index of a strategy's colour."""
    places = {SCRATCH: 1, FINE_TUNE: 0, FREEZE: 2, RIGHT_MODE: 2, TRAP_MODE: 5}
    return places.get(name.split(", seed ")[0], 3)


def cut_name(n_frozen: int) -> str:
    """A mark of the freeze dial for people."""
    if n_frozen == 0:
        return "nothing"
    return "all but the head" if n_frozen == ALL_BUT_HEAD else f"up to {STAGES[n_frozen - 1]}"
