"""What a drill interrupts: small runs and experiments on Shapes-10, one of each kind."""

from typing import Any

from core.optimizers import race
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RMSpropSpec, RunSpec, SGDSpec
from core.specs.folds import FoldSpec, SearchSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.transfer import strategies

DATA = DataSpec(n_train=1000, n_test=200)
SMALL = DataSpec(n_train=500, n_test=100)

Members = list[tuple[dict[str, Any], RunSpec]]


def perceptron() -> Members:
    """Question 1's run."""
    return [({}, RunSpec(data=DATA, model=MLPSpec(H=32), optimizer=SGDSpec(), batch_size=8, n_epochs=12, n_threads=1))]


def cnn() -> Members:
    """Question 3's run, which keeps the weights of every epoch; dropout draws from torch's generator."""
    model = CNNSpec(channels1=8, channels2=8, dropout=0.2)
    return [({}, RunSpec(data=SMALL, model=model, optimizer=AdamSpec(), n_epochs=6, n_threads=1))]


def folds() -> Members:
    """Question 4's experiment."""
    spec = FoldSpec(data=SMALL, model=MLPSpec(H=32), n_epochs=6, n_folds=4, batch_size=16, n_threads=1)
    return [({"fold": i}, spec.model_copy(update={"fold": i})) for i in range(4)]


def transfer() -> Members:
    """Question 5's experiment, from scratch and frozen, on a few pictures of two classes."""
    data = PickedDataSpec(n_train=200, n_test=100, classes=("disc", "ring"), per_class=10)
    base = TransferSpec(data=data, n_epochs=2, n_threads=1)
    return [({"strategy": name}, spec) for name, spec in list(strategies.all_strategies(base, 2).items())[:2]]


def optimizers() -> Members:
    """Question 6's race."""
    base = RunSpec(data=DATA, model=MLPSpec(H=32), n_epochs=5, batch_size=16, n_threads=1)
    contestants = (SGDSpec(), AdamSpec(learning_rate=0.01), RMSpropSpec(learning_rate=0.01))
    return race.members(base, race.named(contestants), range(1))


def search() -> SearchSpec:
    """Question 4's grid."""
    base = FoldSpec(data=DataSpec(n_train=300, n_test=100), model=MLPSpec(H=16), n_folds=2, n_epochs=6, n_threads=1)
    return SearchSpec(base=base, learning_rates=(0.001, 0.01), batch_sizes=(16, 32))


# Of runs and experiments: their page, the kind of experiment, or "" for a single run, and their members
KINDS = {
    "perceptron": ("perceptron", "", perceptron),
    "cnn": ("cnn", "", cnn),
    "folds": ("crossval", "folds", folds),
    "transfer": ("transfer", "strategies", transfer),
    "race": ("optimizers", race.KIND, optimizers),
}
SEARCH = "grid search"
