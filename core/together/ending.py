"""Put away what a room does together, before it does something else."""

from core import runs
from core.lab.errors import ChalknetError
from core.rooms import bet, deal
from core.runs.store import Run

_NOBODY = "Stopped before it began: nobody in the room started it."
_ELSEWHERE = "Stopped before it began: a student's own lab has trained it, and the room's picture had that result."


def put_away(code: str, teacher: str) -> None:
    """End it; what trains goes on, and what nobody has begun never will."""
    elsewhere = {part.run_id for part in deal.parts(code, teacher) if part.is_handed}
    for run_id in deal.end(code, teacher):
        run = run_of(run_id)
        if run is not None and run.status.name in ("queued", "interrupted"):
            run.write_status("stopped", _ELSEWHERE if run_id in elsewhere else _NOBODY)
    untrained = bet.end(code, teacher)
    run = None if untrained is None else run_of(untrained)
    if run is not None:
        run.delete(teacher)


def run_of(run_id: str) -> Run | None:
    """None once somebody has deleted it."""
    try:
        return runs.open_run(run_id)
    except ChalknetError:
        return None
