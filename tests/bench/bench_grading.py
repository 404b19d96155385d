"""How long marking takes, and what was said before: submissions of Question 1's own run, all of them trained again.

    .venv/bin/python tests/bench/bench_grading.py [STUDENTS]

First the students train (in the same processes, so that this takes no longer than marking), then everything is marked
by the command: 200 students, 5,000 pictures and 4 epochs each. `other` behind the number: the files say that they were
made on another processor, and every second one's losses differ in the last bits, so that noise is measured for these.
"""

import json
import math
import os
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, verdict

sys.path.insert(0, str(ROOT))

from core.assignments import submission
from core.assignments.assignment import Assignment
from core.assignments.tasks import BetTask, RunTask, WordsTask
from core.assignments.variant import seed_of
from core.engine import calibration
from core.grading import command, marking
from core.grading.files import read_folder
from core.grading.retraining import Order, train_all
from core.receipts.receipt import script
from core.specs import DataSpec, RunSpec
from pages.perceptron.defaults import default_runs

ASSIGNMENT = Assignment(
    title="Bench", tasks=(RunTask(text="Train.", goal=0.5), BetTask(text="Bet.", run=1), WordsTask(text="Why?"))
)
MOST_TIMES_OFF = 2.0  # that a forecast may be away from what it took
MOST_MINUTES = 10.0


def hand_in(folder: Path, n: int, *, is_other: bool) -> None:
    """Train everybody's run and write their files."""
    students = {f"Student {number:03}": None for number in range(n)}
    (usual,) = default_runs(DataSpec())
    specs = {name: usual.model_copy(update={"random_state": seed_of(ASSIGNMENT, name)}) for name in students}
    came = train_all([Order(spec) for spec in specs.values()])
    machine = submission.this_machine() | ({"processor": "Another"} if is_other else {})
    for number, (name, spec) in enumerate(specs.items()):
        told = content(name, spec, machine, came[Order(spec)], by=1e-7 if is_other and number % 2 else 0.0)
        (folder / f"{number:03}{submission.SUFFIX}").write_text(
            json.dumps(told | {"hash": submission.hash_of(told)}), encoding="utf-8"
        )


def content(name: str, spec: RunSpec, machine: dict, came, *, by: float) -> dict:
    """A submission's content, as ``submission.make`` has it."""
    epochs = [
        {"epoch": e.number, "train_loss": e.train_loss * (1 + by * e.number**6), "test_loss": e.test_loss,
         "test_accuracy": e.test_accuracy, "complete": True}
        for e in came.epochs
    ]  # fmt: skip
    now = time.time()
    run = {
        "id": name.replace(" ", ""), "spec": spec.model_dump(mode="json"), "status": came.status, "created": now,
        "n_steps": spec.n_epochs * math.ceil(spec.data.n_train / spec.batch_size), "epochs": epochs,
        "result": {"n_judged": came.n_judged}, "bet": {"kind": "accuracy", "accuracy": 0.5}, "bet_made": now,
        "why": "", "receipt": script(spec),
    }  # fmt: skip
    return {
        "kind": submission.KIND, "format": submission.FORMAT, "code": ASSIGNMENT.code,
        "assignment": ASSIGNMENT.model_dump(mode="json"), "student": name, "seed": seed_of(ASSIGNMENT, name),
        "made": now, "machine": machine, "answers": {"3": {"text": "Because."}}, "runs": {"1": run},
    }  # fmt: skip


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    is_other = "other" in sys.argv[2:]
    with tempfile.TemporaryDirectory() as home:
        os.environ["CHALKNET_HOME"] = f"{home}/lab"
        known = calibration.measure()
        folder = Path(home) / "submissions"
        folder.mkdir()
        begin = time.monotonic()
        hand_in(folder, n, is_other=is_other)
        print(f"{n} students have trained in {time.monotonic() - begin:.0f} s", flush=True)
        begin = time.monotonic()
        prepared = marking.prepare(read_folder(folder), known)
        print(f"read and checked in {time.monotonic() - begin:.1f} s; said before: {prepared.told}", flush=True)
        begin = time.monotonic()
        status = command.main([str(folder)])
        took = time.monotonic() - begin
        rows = (folder / "marked" / "grades.csv").read_text().splitlines()
    print(f"status {status}, {len(rows) - 1} rows, {sum('look at it' in row for row in rows)} to look at")
    said = prepared.seconds + (prepared.seconds_more / 2 if is_other else 0)
    off = max(took / said, said / took)
    print(f"said {said:.0f} s, took {took:.0f} s")
    verdict("times off what was said", off, MOST_TIMES_OFF, at_least=False)
    verdict("marking", took / 60, MOST_MINUTES, at_least=False, unit=" min")


if __name__ == "__main__":
    main()
