"""What Question 6's settings are until somebody changes them."""

from core.optimizers import race
from core.specs import DataSpec, MLPSpec, RunSpec

# Of Question 1, whose training the race repeats with other optimizers
H, N_EPOCHS, BATCH_SIZE = 128, 4, 32


def default_runs(data: DataSpec) -> list[RunSpec]:
    """The race of an untouched page."""
    base = RunSpec(data=data, model=MLPSpec(H=H), n_epochs=N_EPOCHS, batch_size=BATCH_SIZE)
    return [spec for _, spec in race.members(base, race.named(race.HANDOUT), [base.random_state])]
