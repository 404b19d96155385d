"""How long it will take here, before it is started, as Markdown."""

from collections.abc import Iterable

from core.engine import calibration, expected_time
from core.lab.words import duration
from core.specs import RunSpec

_NOT_YET = "This machine has not been measured yet; the first run will tell how long it takes."


def run_takes(spec: RunSpec) -> str:
    """Of one run."""
    return together_take([spec], n_workers=1)


def runs_take(specs: Iterable[RunSpec], n_workers: int, *, runs: str = "runs") -> str:
    """Of many runs, with their number; ``runs`` is what they are called."""
    specs = list(specs)
    return f"**{len(specs)}** {runs} · {together_take(specs, n_workers)}"


def together_take(specs: Iterable[RunSpec], n_workers: int) -> str:
    """Of many runs, as many side by side as there are workers."""
    known = calibration.load()
    if known is None:
        return _NOT_YET
    return f"takes about **{duration(expected_time.seconds_together(specs, known, n_workers))}** here"
