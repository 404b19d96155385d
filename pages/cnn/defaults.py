"""What Question 3's settings are until somebody changes them."""

from typing import Any

from core.specs import AdamSpec, CNNSpec, DataSpec, RunSpec

HANDOUT: dict[str, Any] = {
    "learning_rate": 0.001,
    "train_for": "epochs",
    "n_epochs": 4,
    "batch_size": 32,
    "channels1": 32,
    "channels2": 64,
    "batch_norm": True,
    "dropout": 0.1,
}


def default_runs(data: DataSpec) -> list[RunSpec]:
    """The run of an untouched page."""
    return [
        RunSpec(
            data=data,
            model=CNNSpec(**{name: HANDOUT[name] for name in ("channels1", "channels2", "batch_norm", "dropout")}),
            optimizer=AdamSpec(learning_rate=HANDOUT["learning_rate"]),
            n_epochs=HANDOUT["n_epochs"],
            batch_size=HANDOUT["batch_size"],
        )
    ]
