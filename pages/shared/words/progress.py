"""How far a run or an experiment is, in a line."""

from core.lab.words import count, duration
from core.runs.experiments import Progress
from core.runs.snapshots import RunSnapshot
from core.runs.time_left import seconds_left
from pages.shared.words.language import marked, say, say_count

PAUSED = marked("The teacher has paused the queue.")
# A run that has ended, by its status
_ENDED = {"done": marked("Finished"), "stopped": marked("Stopped"), "diverged": marked("Diverged"),
          "failed": marked("Failed"), "interrupted": marked("Interrupted")}  # fmt: skip


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
            if not n_before:
                return f"{say(PAUSED)} {say('This run is next.')}"
            return f"{say(PAUSED)} {say_count('{n:,} run before this one.', '{n:,} runs before this one.', n_before)}"
        if not is_warm:
            return say("The engine is warming up; this run begins as soon as it is ready.")
        if history.epochs:  # it has had a turn and given way
            before = say("it is the next")
            if n_before:
                before = say_count("{n:,} run before it", "{n:,} runs before it", n_before) + _in(begins_in)
            return say_count(
                "Waiting for its turn: {before}. {n:,} epoch of {n_epochs} done.",
                "Waiting for its turn: {before}. {n:,} epochs of {n_epochs} done.",
                len(history.epochs), before=before, n_epochs=spec.n_epochs,
            )  # fmt: skip
        if not n_before:
            return say("Begins in a moment.")
        return say_count(
            "Waiting: {n:,} run before this one{time}.", "Waiting: {n:,} runs before this one{time}.", n_before,
            time=_in(begins_in),
        )  # fmt: skip
    took = say("{time} elapsed", time=duration(history.seconds))
    if status == "running":
        left = seconds_left(spec, history)
        if left is None:
            return say("Loading the pictures.")
        epoch = min(spec.n_epochs, history.step // history.n_steps_per_epoch + 1)
        of = say("Epoch {n}", n=epoch)
        if spec.max_seconds is None:
            of = say("Epoch {n} of {n_epochs}", n=epoch, n_epochs=spec.n_epochs)
        return f"{of} · {took} · {say('{time} left', time=duration(left))}"
    if now.result is None and status == "stopped" and history.step:
        return say("Stopped after {n:,} batches; judging the test pictures.", n=history.step)
    return f"{say(_ENDED.get(status, status.capitalize()))} · {say('{n:,} batches', n=history.step)} · {took}"


def _in(seconds: float | None) -> str:
    return "" if seconds is None else say(", about {time}", time=duration(seconds))


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
