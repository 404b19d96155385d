"""What Question 1's settings are until somebody changes them."""

from typing import Any

from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec

# What Question 1 names; epochs and batch size, which it leaves open, are those of Question 3
HANDOUT: dict[str, Any] = {
    "H": 128,
    "learning_rate": 0.01,
    "momentum": 0.9,
    "train_for": "epochs",
    "n_epochs": 4,
    "batch_size": 32,
}


def default_runs(data: DataSpec) -> list[RunSpec]:
    """The run of an untouched page."""
    return [
        RunSpec(
            data=data,
            model=MLPSpec(H=HANDOUT["H"]),
            optimizer=SGDSpec(learning_rate=HANDOUT["learning_rate"], momentum=HANDOUT["momentum"]),
            n_epochs=HANDOUT["n_epochs"],
            batch_size=HANDOUT["batch_size"],
        )
    ]
