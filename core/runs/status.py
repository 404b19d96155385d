"""Where a run can stand, and what each status says to people."""

from dataclasses import dataclass
from typing import Literal

from core.lab.words import decimal
from core.specs import RunSpec

StatusName = Literal["queued", "running", "done", "stopped", "diverged", "failed", "interrupted"]

SENTENCES: dict[StatusName, str] = {
    "queued": "Waiting for its turn.",
    "running": "Training.",
    "done": "Finished.",
    "stopped": "Stopped by hand; the network stays as it was.",
    "diverged": "Diverged: the loss is no longer a number.",
    "failed": "Failed.",
    "interrupted": "Interrupted: the process that trained it is gone. Everything up to its last epoch is kept.",
}
FINISHED: frozenset[StatusName] = frozenset({"done", "stopped", "diverged", "failed"})


@dataclass(frozen=True)
class Status:
    """Where a run stands: its name, and a sentence for people."""

    name: StatusName
    sentence: str

    @property
    def is_finished(self) -> bool:
        """Nothing more will happen by itself."""
        return self.name in FINISHED or self.name == "interrupted"


def diverged_sentence(spec: RunSpec) -> str:
    """What divergence is, and the setting to blame."""
    rate = spec.optimizer.learning_rate
    return (
        f"{SENTENCES['diverged']} The learning rate {decimal(rate)} makes each step overshoot, the weights grow "
        f"without bound, and the arithmetic overflows. Try {decimal(rate / 10)}."
    )
