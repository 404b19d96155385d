"""How far a run or an experiment is, in a line."""

from core.lab.words import count, duration
from core.runs.experiments import Progress
from core.runs.snapshots import RunSnapshot
from core.runs.time_left import seconds_left

PAUSED = "The teacher has paused the queue."


def run_progress(
    now: RunSnapshot, *, is_warm: bool, n_before: int, is_paused: bool = False, begins_in: float | None = None
) -> str:
    """Where a run is, how long it has taken, how long it will.

    Parameters
    ----------
    now : RunSnapshot
    is_warm : bool
        Whether the engine can begin at once.
    n_before : int
        Runs that come first.
    is_paused : bool
        Whether nothing new begins.
    begins_in : float, optional
        Seconds until its turn, where that is known.
    """
    spec, history, status = now.spec, now.history, now.status.name
    if status == "queued":
        if is_paused:
            return f"{PAUSED} {count(n_before, 'run')} before this one." if n_before else f"{PAUSED} This run is next."
        if not is_warm:
            return "The engine is warming up; this run begins as soon as it is ready."
        if history.epochs:  # it has had a turn and given way
            before = f"{count(n_before, 'run')} before it{_in(begins_in)}" if n_before else "it is the next"
            return f"Waiting for its turn: {before}. {count(len(history.epochs), 'epoch')} of {spec.n_epochs} done."
        if not n_before:
            return "Begins in a moment."
        return f"Waiting: {count(n_before, 'run')} before this one{_in(begins_in)}."
    took = f"{duration(history.seconds)} elapsed"
    if status == "running":
        left = seconds_left(spec, history)
        if left is None:
            return "Loading the pictures."
        epoch = min(spec.n_epochs, history.step // history.n_steps_per_epoch + 1)
        of = "" if spec.max_seconds is not None else f" of {spec.n_epochs}"
        return f"Epoch {epoch}{of} · {took} · {duration(left)} left"
    if now.result is None and status == "stopped" and history.step:
        return f"Stopped after {history.step:,} batches; judging the test pictures."
    word = {"done": "Finished", "stopped": "Stopped", "diverged": "Diverged"}.get(status, status.capitalize())
    return f"{word} · {history.step:,} batches · {took}"


def _in(seconds: float | None) -> str:
    return "" if seconds is None else f", about {duration(seconds)}"


def experiment_progress(
    progress: Progress, *, is_warm: bool, n_workers: int, n_before: int, is_paused: bool = False
) -> str:
    """How many runs are done, and how long it will still take.

    Parameters
    ----------
    progress : Progress
    is_warm : bool
        Whether the engine can begin at once.
    n_workers : int
        Runs that train at a time.
    n_before : int
        Runs that come before the first of these, as long as none of these has begun.
    is_paused : bool
        Whether nothing new begins.
    """
    n = progress.n
    if not n:
        return "The runs of this experiment were deleted."
    if progress.is_over:
        if progress.n_done == n:
            return f"Finished: {count(n, 'run')}."
        if progress.n_stopped:
            return f"Stopped: {progress.n_done} of {n} runs were finished."
        return f"Finished: {progress.n_done} of {n} runs."
    if is_paused:
        return f"{progress.n_finished - progress.n_stopped} of {n} runs done. {PAUSED}"
    if not is_warm and not progress.share:
        return "The engine is warming up; the first run begins as soon as it is ready."
    told = f"{progress.n_finished - progress.n_stopped} of {n} runs done"
    if progress.seconds_left is None:
        return f"{told} · waiting: {n_before} before these" if n_before else f"{told} · begins in a moment"
    at_a_time = max(1, min(n_workers, n - progress.n_finished))
    return f"{told} · about {duration(progress.seconds_left / at_a_time)} left"
