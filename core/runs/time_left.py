"""How long a run that trains will still take, by how fast its last batches were: a busy machine shows at once."""

from core.runs.history import History
from core.specs import RunSpec

# Of a training step's arithmetic, what a picture that is only judged takes; known better once an epoch is over
_FORWARD = 1 / 3


def seconds_left(spec: RunSpec, history: History) -> float | None:
    """Of a run that trains now.

    Parameters
    ----------
    spec : RunSpec
    history : History

    Returns
    -------
    float or None
        Seconds, 0 at least; None before there is anything to tell by.
    """
    if spec.max_seconds is not None:
        return max(0.0, spec.max_seconds - history.seconds) if history.step else None
    per_step = history.recent_seconds_per_step
    if per_step is None:
        return None
    judging = history.judging_seconds
    if judging is None:
        judging = history.n_judged / spec.batch_size * per_step * _FORWARD
    n_steps = history.n_steps_per_epoch * spec.n_epochs - history.step
    return max(0.0, n_steps * per_step + (spec.n_epochs - len(history.epochs)) * judging)
