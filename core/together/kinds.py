"""What a class can share among its phones: a record for each, which makes the runs and says what each is called.

The runs are those of the lesson that asks the same of one machine, bit for bit: a class's sweep is ``core.optimizers``'
sweep, its folds are Question 4's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.charts.kinds import Chart
from core.lab.errors import ChalknetError
from core.lab.words import decimal
from core.optimizers import race, sweep
from core.runs.experiments import Snapshot
from core.specs import MLPSpec, RunSpec
from core.specs.folds import FoldSpec
from core.together import filled

Members = list[tuple[dict[str, Any], RunSpec]]
MOST = 60  # runs of a class
HIGHEST_WIDTH = 10  # as a power of two
HIGHEST_FOLDS = 10


class TogetherError(ChalknetError):
    """What a class can't train together; its text is a sentence for people."""


@dataclass(frozen=True)
class Kind:
    """One thing that can differ from phone to phone.

    Attributes
    ----------
    key : str
        In links.
    word : str
        What it is called, such as ``"learning rate"``.
    same : str
        What all runs share, the end of a sentence.
    page, experiment : str
        Whose experiment it is (``core.runs.experiments.create``): where there is a lesson for it, that lesson's.
    values : callable
        About so many of its values, as good as it has them.
    members : callable
        The runs of a base with these values.
    label : callable
        What a member is called on its phone, from its labels.
    settings : callable
        What the experiment keeps of the base and the number of runs, as its lesson wants it.
    picture : callable
        What has come out so far, and the ids of runs whose results come from students' own labs: ``filled``.
    told : callable
        What has come out so far, in a sentence.
    """

    key: str
    word: str
    same: str
    page: str
    experiment: str
    values: Callable[[int], list[Any]]
    members: Callable[[RunSpec, list[Any]], Members]
    label: Callable[[dict[str, Any]], str]
    settings: Callable[[RunSpec, int], dict[str, object]]
    picture: Callable[..., Chart | str]
    told: Callable[[Snapshot], str]


def _rates(n: int) -> list[float]:
    """1, 2 and 5 times powers of ten up to 1: 13 rates from 0.0001, 10 from 0.001, or 7 from 0.01."""
    low = 0.0001 if n > 10 else 0.001 if n > 7 else 0.01
    return sweep.grid(low, 1.0)


def _sweep(base: RunSpec, rates: list[Any]) -> Members:
    return sweep.members(base, race.named([base.optimizer]), rates)


def _contestants(base: RunSpec, n: int) -> dict[str, object]:
    return race.settings_of(race.named([base.optimizer]))


def _seeds(base: RunSpec, seeds: list[Any]) -> Members:
    name = next(iter(race.named([base.optimizer])))
    made = [base.model_copy(update={"random_state": seed, "n_threads": 1}) for seed in seeds]
    return [({"contestant": name, "seed": spec.random_state}, spec) for spec in made]


def _powers(n: int) -> list[int]:
    """Powers of two from 1: 11 of them, or 6 or 3 as far apart."""
    return [2**i for i in range(0, HIGHEST_WIDTH + 1, 1 if n > 8 else 2 if n > 4 else 4)]


def _widths(base: RunSpec, widths: list[Any]) -> Members:
    return [({"H": H}, base.model_copy(update={"model": MLPSpec(H=H), "n_threads": 1})) for H in widths]


def _folds(base: RunSpec, folds: list[Any]) -> Members:
    """As Question 4 has them; K is how many there are."""
    one = FoldSpec(
        data=base.data, model=base.model, optimizer=base.optimizer, n_epochs=base.n_epochs,
        batch_size=base.batch_size, random_state=base.random_state, n_folds=len(folds),
    )  # fmt: skip
    return [({"fold": f"fold {i + 1}"}, one.model_copy(update={"fold": i})) for i in folds]


LEARNING_RATE = Kind(
    "rate", "learning rate", "the same network from the same first weights, on the same batches",
    page="optimizers", experiment=sweep.KIND, values=_rates, members=_sweep,
    label=lambda labels: decimal(float(labels["learning_rate"])), settings=_contestants,
    picture=filled.rates_picture, told=filled.rates_told,
)  # fmt: skip
SEED = Kind(
    "seed", "seed", "the same network and settings; the seed draws the first weights and the order of the pictures",
    page="room", experiment="class_seeds", values=lambda n: list(range(max(3, min(MOST, n)))), members=_seeds,
    label=lambda labels: str(labels["seed"]), settings=_contestants,
    picture=filled.seeds_picture, told=filled.seeds_told,
)  # fmt: skip
WIDTH = Kind(
    "width", "width", "the same pictures and settings; the width is the number of units in each hidden layer",
    page="room", experiment="class_widths",
    values=_powers, members=_widths, label=lambda labels: str(labels["H"]), settings=lambda base, n: {},
    picture=filled.widths_picture, told=filled.widths_told,
)  # fmt: skip
FOLD = Kind(
    "fold", "fold", "the same network; each fold judges another part of the pictures and trains on the others",
    page="crossval", experiment="folds", values=lambda n: list(range(max(3, min(HIGHEST_FOLDS, n)))), members=_folds,
    label=lambda labels: str(labels["fold"]).removeprefix("fold "),
    settings=lambda base, n: {"n_folds": n},
    picture=filled.folds_picture, told=filled.folds_told,
)  # fmt: skip
KINDS = (LEARNING_RATE, SEED, WIDTH, FOLD)


def kind_of(found: Snapshot) -> Kind:
    """The record of a class's experiment.

    Raises
    ------
    TogetherError
        If it is none.
    """
    for kind in KINDS:
        if (kind.page, kind.experiment) == (found.experiment.page, found.experiment.kind):
            return kind
    raise TogetherError("This experiment is none that a class trains together.")
