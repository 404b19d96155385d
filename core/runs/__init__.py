"""The run store: one folder a run, what happened in it, and runs that belong together."""

from core.runs.status import FINISHED, SENTENCES, Status, StatusName
from core.runs.store import (
    NotYoursError,
    Run,
    RunNotFoundError,
    RunStoreError,
    adopt,
    all_runs,
    create,
    is_run_id,
    new_id,
    open_run,
)

__all__ = [
    "FINISHED", "SENTENCES", "NotYoursError", "Run", "RunNotFoundError", "RunStoreError", "Status", "StatusName",
    "adopt", "all_runs", "create", "is_run_id", "new_id", "open_run",
]  # fmt: skip
