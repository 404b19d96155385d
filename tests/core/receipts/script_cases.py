"""Scripts of every kind of run, and what the lab says to the same."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core import receipts
from core.crossval import grid_search, search_fits
from core.crossval import receipt as skorch_receipt
from core.crossval.fold import train_fold
from core.optimizers import race, sweep
from core.optimizers import receipt as race_receipt
from core.receipts.sections import Section
from core.specs import (
    AdagradSpec,
    AdamSpec,
    AdamWSpec,
    CNNSpec,
    DataSpec,
    EarlierSpec,
    MLPSpec,
    ResNet18Spec,
    RMSpropSpec,
    RunSpec,
    SGDSpec,
)
from core.specs.folds import FoldSpec, SearchSpec
from core.specs.optimizers import CONTESTANTS, AdadeltaSpec, NAdamSpec
from core.specs.schedules import CosineSpec, StepSpec
from core.specs.tasks import train_function
from core.specs.transfer import PickedDataSpec, TransferSpec, WeightsSpec
from core.training.events import BatchEnd, EpochEnd
from core.transfer import strategies
from tests.core.receipts.script_options import FOLDED, OWN, TRAINED, TRANSFERRED, folded, rows, trained, transferred


@dataclass
class Case:
    """A script, and what the lab says to the same.

    Attributes
    ----------
    parts : list of Section
    wanted : str
        An expression of what the script leaves.
    expected : callable
        Gives the lab's own.
    within : float
        How far they may be apart; NaN where only as many numbers are promised.
    """

    parts: list[Section]
    wanted: str
    expected: Callable[[], Any]
    within: float = 0.0


def losses_of(spec: RunSpec, n_steps: int | None = None) -> tuple[list[float], float]:
    """The run's own losses and accuracy; stopped after so many batches where that is given."""
    losses: list[float] = []
    accuracies: list[float] = []

    def keep(event: Any) -> None:
        if isinstance(event, BatchEnd):
            losses.append(event.loss)
        if isinstance(event, EpochEnd):
            accuracies.append(event.test_accuracy)

    train_function(spec)(spec, keep, lambda: n_steps is not None and len(losses) >= n_steps)
    return losses, accuracies[-1]


def of_training(spec: RunSpec, n_steps: int | None = None) -> Case:
    """A run of Question 1, 3 or 6: bit for bit."""
    told = "[loss_list, correct / len(y_test)]"
    return Case(receipts.sections(spec, n_steps=n_steps), told, lambda: list(losses_of(spec, n_steps)))


def as_it_ended(spec: RunSpec) -> Case:
    """A run that ends before its last epoch is over, wherever that is."""
    losses, _ = losses_of(spec)
    return Case(receipts.sections(spec, n_steps=len(losses)), "loss_list", lambda: losses)


def of_folds(spec: FoldSpec, n_splits: int = 2) -> Case:
    """All folds, or the fit of part (a): the same scores."""
    if spec.split == "holdout":
        told = "[accuracy_score(y_test, y_pred)]"
        return Case(skorch_receipt.sections(spec), told, lambda: [train_fold(spec).test_accuracy])
    n = spec.n_folds if spec.split == "folds" else n_splits
    each = [spec.model_copy(update={"fold": fold}) for fold in range(n)]
    return Case(
        skorch_receipt.sections(spec, n_splits=n_splits),
        "scores.tolist()",
        lambda: [train_fold(fold).test_accuracy for fold in each],
    )


def of_search(spec: SearchSpec) -> Case:
    """A grid search: the mean score of each pair, and the best."""

    def search() -> list[Any]:
        result = search_fits.search(grid_search.create(spec, "ann"), None)
        return [result["params"], result["mean_test_score"], result["best_params"]]

    told = "[search.cv_results_['params'], search.cv_results_['mean_test_score'].tolist(), search.best_params_]"
    return Case(skorch_receipt.search_sections(spec), told, search)


def of_call(spec: FoldSpec) -> Case:
    """What stands beside an experiment, behind a script of the tab Code: of part (a), which imports other things."""
    case = of_folds(spec)
    before = skorch_receipt.sections(spec.model_copy(update={"split": "holdout"}))
    return Case([*before, Section("The call", skorch_receipt.score_lines(spec))], case.wanted, case.expected)


def of_search_call(spec: SearchSpec) -> Case:
    """The same of a search."""
    case, before = of_search(spec), skorch_receipt.sections(spec.base)
    return Case([*before, Section("The call", skorch_receipt.search_lines(spec))], case.wanted, case.expected)


def of_transfer(spec: TransferSpec, n_steps: int | None = None) -> Case:
    """Bit for bit where gradients go through the network; close to it where the lab computes frozen features before.

    A script with augmentation draws its own views: as many losses are all that is promised.
    """
    told = "[loss_list, correct / len(y_test)]"
    if spec.augmentation.is_on:
        within = math.nan
    elif spec.uses_cache:
        within = 1e-4 if spec.precision == "float32" else 0.05
    else:
        within = 0.0
    return Case(receipts.sections(spec, n_steps=n_steps), told, lambda: list(losses_of(spec, n_steps)), within)


def of_race(base: RunSpec, contestants: race.Contestants, seeds: list[int]) -> Case:
    """Every contestant's losses, bit for bit."""
    told = "[[list(key), values] for key, values in losses.items()]"
    members = race.members(base, contestants, seeds)
    return Case(
        race_receipt.sections(base, contestants, seeds),
        told,
        lambda: [[[m["contestant"], m["seed"]], losses_of(spec)[0]] for m, spec in members],
    )


SMALL = DataSpec(dataset="digits", n_train=60, n_test=20)


def experiments() -> dict[str, Case]:
    """What is not one run alone, and members of experiments."""
    base = RunSpec(data=SMALL, model=MLPSpec(H=8), n_epochs=2, n_threads=1)
    cnn = base.model_copy(update={"model": CNNSpec(channels1=4, channels2=4, dropout=0.2), "n_epochs": 1})
    net = FoldSpec(data=SMALL, model=MLPSpec(H=8), n_folds=2, optimizer=AdamSpec(), batch_size=16, n_threads=1)
    search = SearchSpec(base=net, learning_rates=(0.001, 0.1), batch_sizes=(8, 16))
    everybody = race.named([record(**variant.fixed) for record, variant in CONTESTANTS.values()])
    names = list(everybody)
    stepped = base.model_copy(update={"schedule": StepSpec(every=1, gamma=0.5)})
    rates = sweep.members(base, {"Adam": AdamSpec(), "SGD": SGDSpec()}, [0.01, 10.0])
    made = {
        "race of six": of_race(stepped, {name: everybody[name] for name in names[:6]}, [0]),
        "race over seeds": of_race(base, {name: everybody[name] for name in names[5:]}, [3, 1]),
        "race of the CNN": of_race(cnn, race.named([SGDSpec(), AdamSpec()]), [3]),
        "race that diverges": of_race(base, race.named([SGDSpec(learning_rate=10), AdamSpec()]), [0]),
        "grid search": of_search(search),
        "grid search at random": of_search(search.model_copy(update={"n_random": 3})),
        "the call beside the folds": of_call(net),
        "the call beside the search": of_search_call(search),
        "more single splits than usual": of_folds(net.model_copy(update={"split": "random", "fold": 21}), n_splits=22),
        **{f"sweep, {m['contestant']} {m['learning_rate']}": of_training(spec) for m, spec in rates},
    }
    few = TransferSpec(
        data=PickedDataSpec(**SMALL.model_dump() | {"n_test": 60}, classes=("3", "1"), per_class=3),
        optimizer=SGDSpec(learning_rate=0.01), n_epochs=1, batch_size=3, n_threads=1,
    )  # fmt: skip
    for labels, spec in strategies.label_members(few, 3, [2, 4], 2):
        if labels["repeat"]:
            made[f"few labels, {labels['strategy']} {labels['per_class']}"] = of_transfer(spec)
    for labels, spec in strategies.trap_members(few):
        made[f"trap, {labels['mode']}"] = of_transfer(spec)
    return made


def special() -> dict[str, Case]:
    """What the tables of options do not have."""
    run = RunSpec(data=SMALL, model=MLPSpec(H=8), n_epochs=3, n_threads=1)

    def changed(**changes: Any) -> Case:
        return of_training(run.model_copy(update=changes))

    clock = run.model_copy(update={"n_epochs": 1000, "max_seconds": 0.2})
    wreck = run.model_copy(update={
        "optimizer": SGDSpec(learning_rate=10, momentum=0), "batch_size": 4, "model": MLPSpec(H=64),
        "data": DataSpec(n_train=200, n_test=20),
    })  # fmt: skip
    first = EarlierSpec(until_epoch=1, optimizer=AdamSpec())
    second = EarlierSpec(until_epoch=2, optimizer=SGDSpec(momentum=0.5))
    return {
        "time limit": as_it_ended(clock),
        "diverges": as_it_ended(wreck),
        "two threads": changed(n_threads=2),
        "two threads of the CNN": changed(n_threads=2, model=CNNSpec(channels1=4, channels2=4), n_epochs=1),
        "digits, all": changed(data=DataSpec(dataset="digits", n_train=1437, n_test=360), batch_size=64, n_epochs=1),
        "shapes10, many": changed(data=DataSpec(n_train=10_000, n_test=300), batch_size=256, n_epochs=1),
        "batches of one": changed(batch_size=1, n_epochs=1),
        "one batch": changed(batch_size=4096),
        "betas": changed(optimizer=AdamSpec(beta1=0.8, beta2=0.99)),
        "rmsprop": changed(optimizer=RMSpropSpec(learning_rate=0.001, alpha=0.9, momentum=0.5)),
        "adagrad": changed(optimizer=AdagradSpec(learning_rate=0.05)),
        "weight decay": changed(optimizer=AdamWSpec(weight_decay=0.1)),
        "nadam": changed(optimizer=NAdamSpec(beta1=0.8, momentum_decay=0.1), schedule=CosineSpec()),
        "adadelta": changed(optimizer=AdadeltaSpec(rho=0.95, eps=1e-4)),
        "ResNet-18 in bfloat16": changed(
            model=ResNet18Spec(), precision="bfloat16", n_epochs=1, batch_size=3,
            data=DataSpec(dataset="digits", n_train=3, n_test=3),
        ),
        "two branches": changed(earlier=(first, second)),
    }  # fmt: skip


def all_cases(own_set: str, weights: dict[str, WeightsSpec]) -> dict[str, Case]:
    made = experiments() | special()
    for number, row in enumerate(rows(TRAINED, trained)):
        spec = on(trained(**row), own_set)
        made[f"run {number}"] = of_training(spec, row["n_steps"])
    for number, row in enumerate(rows(FOLDED, folded)):
        made[f"fold {number}"] = of_folds(on(folded(**row), own_set))
    for number, row in enumerate(rows(TRANSFERRED, transferred)):
        spec = on(transferred(**row), own_set).model_copy(update={"weights": weights[row["source"]]})
        made[f"transfer {number}"] = of_transfer(spec, row["n_steps"])
    return made


def on(spec: Any, own_set: str) -> Any:
    """The spec with the name of the own set."""
    if spec.data.dataset != OWN:
        return spec
    return spec.model_copy(update={"data": spec.data.model_copy(update={"dataset": own_set})})
