"""Where a run can stand, and what each status says to people."""

from dataclasses import dataclass
from typing import Literal

from core.lab.words import decimal
from core.specs import AnyOptimizerSpec, RunSpec

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


# In the place of an accuracy, and of all that is counted from what a network takes pictures for
PREDICTS_NOTHING = (
    "This network has diverged: its outputs are no numbers, so there is no predicted class and nothing to count."
)


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
    """What divergence is, the setting that is most often to blame, and what to try."""
    return (
        f"{SENTENCES['diverged']} The learning rate {decimal(spec.optimizer.learning_rate)} is most often why: steps "
        f"that overshoot let the weights grow until the arithmetic overflows. {_advice(spec.optimizer)}"
    )


def _advice(optimizer: AnyOptimizerSpec) -> str:
    """A rate to try, and why that one: more is not known."""
    calm, name = optimizer.calm_rate, optimizer.torch_class
    if calm == optimizer.usual_rate:
        return f"Try {decimal(calm)}, which {name} is most often used with."
    if optimizer.steps_added_up > 10.5:  # more than the usual momentum does
        return f"Try {decimal(calm)}: such a momentum adds up about {optimizer.steps_added_up:.0f} steps."
    return f"It is no larger than usual for {name}, so something else may be to blame. Try {decimal(calm)}."
