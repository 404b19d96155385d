"""The numbers to expect, read of what was trained: each a short text of one experiment or run."""

import math
from collections.abc import Callable
from functools import partial

from core.crossval import fold_scores
from core.crossval.members import WITH, WITHOUT
from core.lab.words import decimal, duration, of_all, percent
from core.optimizers import sweep
from core.runs.experiments import MemberSnapshot, Snapshot
from core.transfer import strategies

Read = Callable[[Snapshot], str]
_NOTHING = "–"


def accuracy(now: Snapshot) -> str:
    """Of a single run; of few pictures with its interval."""
    return _accuracy(now.members[0])


def first_loss(now: Snapshot) -> str:
    """Of its first batch, before anything was learnt."""
    losses = now.members[0].history.losses
    return f"{losses[0]:.2f}" if losses else _NOTHING


def last_loss(now: Snapshot) -> str:
    """The mean training loss of its last epoch."""
    epochs = now.members[0].history.epochs
    loss = epochs[-1].get("train_loss") if epochs else None
    return _NOTHING if loss is None or not math.isfinite(loss) else f"{loss:.2f}"


def trained_for(now: Snapshot) -> str:
    """Seconds of training of all members together."""
    return duration(sum(member.history.seconds for member in now.members))


def each(name_of: Callable[[MemberSnapshot], str], now: Snapshot) -> str:
    """Every member's accuracy, by its name."""
    return ", ".join(f"{name_of(member)} {_accuracy(member)}" for member in now.members)


each_contestant: Read = partial(each, lambda member: str(member.labels.get("contestant")))
each_strategy: Read = partial(each, lambda member: strategies.name_of(member.labels))


def folds_mean(now: Snapshot) -> str:
    """Of the K folds, with the interval of the mean."""
    scores = [score for score in fold_scores.read(now) if score.spec.split == "folds"]
    done = fold_scores.accuracies(scores)
    if len(done) < 2:
        return _NOTHING
    total = fold_scores.summary(done, scores[0].spec.n_folds)
    return f"{percent(total.mean)} (95 % interval {percent(total.low)} to {percent(total.high)})"


def lowest_and_highest(split: str, now: Snapshot) -> str:
    """Of the folds (``"folds"``) or the single splits (``"random"``)."""
    done = fold_scores.accuracies([score for score in fold_scores.read(now) if score.spec.split == split])
    return f"{percent(min(done))} to {percent(max(done))}" if done else _NOTHING


def leak_gain(now: Snapshot) -> str:
    """What the folds say without near-duplicates, and with them."""
    told = []
    for word in (WITHOUT, WITH):
        found = [member.accuracy for member in now.members if member.labels.get("copies") == word]
        done = [one for one in found if one is not None]
        told.append(f"{percent(sum(done) / len(done)) if done else _NOTHING} {word}")
    return ", ".join(told)


def best_rates(now: Snapshot) -> str:
    """Each optimizer's best learning rate of a sweep, by its training loss."""
    best = sweep.best(sweep.points(now))
    return ", ".join(f"{name} {decimal(rate)}" for name, rate in best.items()) or _NOTHING


def range_of_seeds(now: Snapshot) -> str:
    """Each contestant's lowest and highest accuracy over the seeds."""
    by_name: dict[str, list[MemberSnapshot]] = {}
    for member in now.members:
        by_name.setdefault(str(member.labels.get("contestant")), []).append(member)
    told = []
    for name, members in by_name.items():
        done = [member.accuracy for member in members if member.accuracy is not None]
        span = f"{percent(min(done))} to {percent(max(done))}" if done else _NOTHING
        of = "" if len(done) == len(members) else f" ({of_all(len(done), len(members), 'seed')})"
        told.append(f"{name} {span}{of}")
    return ", ".join(told)


def by_labels(now: Snapshot) -> str:
    """Each strategy's mean accuracy with the fewest and with the most labelled pictures per class."""
    counts = sorted({int(str(member.labels["per_class"])) for member in now.members})
    told = []
    for name in dict.fromkeys(str(member.labels["strategy"]) for member in now.members):
        means = []
        for n in (counts[0], counts[-1]):
            of_both = [m for m in now.members if (m.labels["strategy"], m.labels["per_class"]) == (name, n)]
            done = [member.accuracy for member in of_both if member.accuracy is not None]
            means.append(f"{percent(sum(done) / len(done))} with {n}" if done else f"{_NOTHING} with {n}")
        told.append(f"{name} {', '.join(means)}")
    return "; ".join(told)


def _accuracy(member: MemberSnapshot) -> str:
    if member.status.name == "diverged":
        return "diverged"
    return member.rate.in_full() if member.rate is not None else percent(member.accuracy)
