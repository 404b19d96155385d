"""What Question 4's settings are until somebody changes them."""

from typing import Any

from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RunSpec
from core.specs.folds import FoldSpec

NETWORKS = {"CNN": CNNSpec(), "MLP": MLPSpec()}
HANDOUT: dict[str, Any] = {
    "network": "CNN",
    "n_epochs": 1,
    "batch_size": 64,
    "learning_rate": 0.001,
    "own_share": "1/5",
    "n_folds": 5,
    "stratified": True,
}


def default_runs(data: DataSpec) -> list[RunSpec]:
    """The K folds of an untouched page."""
    return [
        FoldSpec(
            data=data,
            model=NETWORKS[HANDOUT["network"]],
            optimizer=AdamSpec(learning_rate=HANDOUT["learning_rate"]),
            n_epochs=HANDOUT["n_epochs"],
            batch_size=HANDOUT["batch_size"],
            n_folds=HANDOUT["n_folds"],
            stratified=HANDOUT["stratified"],
            fold=fold,
        )
        for fold in range(HANDOUT["n_folds"])
    ]
