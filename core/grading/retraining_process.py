"""A process that trains specs, one after another: ``python -m core.grading.retraining_process``.

A line of JSON comes in for each (``Order.told``), one goes out with what came out. Nothing but a spec is read of it,
and the lab's own code trains it. The process ends with its standard input, also in mid-training: so it never outlives
who started it.
"""

import contextlib
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any

from core.lab.errors import ChalknetError
from core.specs import parse_run_spec
from core.specs.tasks import train_function
from core.training.events import BatchEnd, EpochEnd, Event


def main() -> None:
    """Answer each line until there are no more."""
    niceness = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    if niceness and hasattr(os, "nice"):  # Windows has none
        os.nice(niceness)
    with contextlib.suppress(OSError):  # on Linux: where memory runs out, this ends before the lab does
        Path("/proc/self/oom_score_adj").write_text("800")
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    while True:
        answers.write(json.dumps(_answer(lines.get())) + "\n")
        answers.flush()


def _listen(lines: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def _answer(line: str) -> dict[str, Any]:
    """What came out, or why nothing did."""
    try:
        order = json.loads(line)
        return train_again(order["spec"], order["n_steps"], order["seconds"])
    except ChalknetError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "The machine has not enough memory for this run."}
    except Exception as error:  # whoever marks two hundred wants to hear of the other ones
        return {"error": f"Training failed: {type(error).__name__}: {error}"}


def train_again(settings: dict[str, object], n_steps: int | None, seconds: float) -> dict[str, Any]:
    """Train a spec.

    Parameters
    ----------
    settings : dict
        The spec's.
    n_steps : int or None
        Batches after which it was stopped; None where it went through.
    seconds : float
        Longer than this it may not take.

    Returns
    -------
    dict
        ``status``, ``n_judged`` and ``epochs``: number, training loss, test loss, test accuracy of each.
    """
    spec = parse_run_spec(settings)
    epochs: list[tuple[int, float, float, float]] = []
    end, step = time.monotonic() + seconds, 0

    def on_event(event: Event) -> None:
        nonlocal step
        if isinstance(event, BatchEnd):
            step = event.step
        elif isinstance(event, EpochEnd):
            epochs.append((event.epoch, event.train_loss, event.test_loss, event.test_accuracy))

    def should_stop() -> bool:
        return (n_steps is not None and step >= n_steps) or time.monotonic() >= end

    result = train_function(spec)(spec, on_event, should_stop)
    if result.status == "stopped" and step != n_steps:
        raise ChalknetError(f"It took longer than {seconds:,.0f} s here and was not trained to its end.")
    return {"status": result.status, "n_judged": result.n_judged, "epochs": epochs}


if __name__ == "__main__":
    main()
