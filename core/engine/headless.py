"""Train a run of any kind from the command line, as a worker of the app does it.

    python -m core.training SPEC.json --runs DIR
"""

import argparse
import math
import os
import sys
import time
from pathlib import Path

from core import runs
from core.engine.worker import execute
from core.lab.errors import ChalknetError
from core.lab.load import WATCH
from core.lab.words import percent
from core.specs import RunSpec, parse_run_spec
from core.training.events import BatchEnd, EpochEnd, Event, TrainingBegin


class ProgressBar:
    """Draws one line that is written over itself; an epoch's figures stay."""

    WIDTH = 30

    def __init__(self, spec: RunSpec) -> None:
        self._spec = spec
        self._n_steps = 1
        self._drawn = 0.0

    def on_event(self, event: Event) -> None:
        """Take one event of the training loop."""
        match event:
            case TrainingBegin():
                self._n_steps = event.n_steps_per_epoch * self._spec.n_epochs
            case BatchEnd() if time.perf_counter() - self._drawn > 0.2 and sys.stderr.isatty():
                self._drawn = time.perf_counter()
                done = min(1.0, event.step / self._n_steps)
                bar = "#" * int(done * self.WIDTH)
                print(f"\r[{bar:<{self.WIDTH}}] {done:4.0%}  loss {event.loss:.4f}", end="", file=sys.stderr)
            case EpochEnd():
                accuracy = percent(event.test_accuracy)
                print(
                    f"\rEpoch {event.epoch}: loss {event.train_loss:.4f}, test accuracy {accuracy}, "
                    f"{event.images_per_second:,.0f} images per second, {event.seconds:.1f} s",
                    file=sys.stderr,
                )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.training", description="Train one run without the app.")
    parser.add_argument("spec", type=Path, help="a JSON file of settings (core.specs.RunSpec); {} is the default run")
    parser.add_argument("--runs", type=Path, help="folder for the run folder (default: where the app keeps its runs)")
    parsed = parser.parse_args(arguments)
    WATCH.begin()
    try:
        spec = parse_run_spec(parsed.spec.read_text(encoding="utf-8", errors="replace"))
        run = runs.create(spec, page="headless", owner="", store=parsed.runs)
        execute(str(run.folder), ProgressBar(spec).on_event)
        status, result = run.status, run.result
    except (ChalknetError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1
    if not run.folder.exists():
        print(f"The folder {run.folder} was removed while the run trained.", file=sys.stderr)
        return 1
    if result is None or status.name == "diverged":
        print(status.sentence, file=sys.stderr)
    if result is None:
        return 1
    print(os.fspath(run.folder))
    accuracy = result["test_accuracy"]
    print(f"{status.name}; {'no test accuracy' if math.isnan(accuracy) else f'test accuracy {accuracy:.4f}'}")
    return 0
