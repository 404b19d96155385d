"""Does the page Runs open at once among 2,000 runs of 5,000 events each?

    python tests/bench/bench_runs.py [--runs 2000] [--events 5000]

Makes a store once in the benchmarks' own folder (2 GB), then measures in new processes, so that nothing is in memory.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time

from common import BENCH_HOME, ROOT, verdict

HOME = BENCH_HOME / "many-runs"
OWNER = "0" * 31 + "1"

COLD = """
import time
from core import runs
from core.lab import paths
from core.charts.curves import overlay
from core.runs import skimmed_curves as run_curves, table as run_table
begin = time.perf_counter()
table = run_table.read()
first = time.perf_counter() - begin
begin = time.perf_counter()
run_table.read()
again = time.perf_counter() - begin
ten = [runs.open_run(i) for i in table.runs["id"].head(10)]
begin = time.perf_counter()
curves = {run.id: run_curves.read(run.folder) for run in ten}
for y in ("train_loss", "test_accuracy", "batch_loss"):
    overlay(run_curves.together(curves, x="steps", y=y), x="steps", y=y, title=y).to_dict()
compared = time.perf_counter() - begin
print(len(table.runs), first, again, compared)
"""
PAGE = """
import time
from streamlit.testing.v1 import AppTest
from core.lab import paths
at = AppTest.from_file("app.py", default_timeout=120)
at.session_state["person"] = "{owner}"
at.switch_page("pages/90_Runs.py")
begin = time.perf_counter(); at.run(); first = time.perf_counter() - begin
assert not at.exception and len(at.dataframe[0].value) > 0
begin = time.perf_counter(); at.run(); again = time.perf_counter() - begin
ids = sorted(p.name for p in paths.runs().iterdir())[:10]
at.query_params["runs"] = ".".join(ids)
at.session_state["tab"] = "Compare"
begin = time.perf_counter(); at.run(); compared = time.perf_counter() - begin
assert not at.exception
print(first, again, compared)
"""


def make_store(n_runs: int, n_events: int) -> None:
    """Runs as the lab writes them: a line of batches each 0.2 s, an epoch now and then, and a result."""
    os.environ["CHALKNET_HOME"] = str(HOME)
    from core import runs
    from core.lab import files
    from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec

    rng = random.Random(0)
    there = len(runs.all_runs()) if (HOME / "runs").exists() else 0
    for number in range(there, n_runs):
        rate = rng.choice([0.001, 0.01, 0.1])
        spec = RunSpec(
            data=DataSpec(n_train=5_000), model=MLPSpec(H=rng.choice([32, 64, 128])),
            optimizer=SGDSpec(learning_rate=rate), n_epochs=100, random_state=number,
        )  # fmt: skip
        run = runs.create(spec, page="perceptron", owner=OWNER)
        begin = {"event": "begin", "epoch": 0, "step": 0, "n_steps_per_epoch": 150, "n_parameters": 9, "seconds": 0}
        lines, step, epoch = [json.dumps(begin)], 0, 0
        while len(lines) < n_events:
            losses = [round(2.3 / (1 + step / 5000) + rng.random() / 10, 12) for _ in range(3)]
            about = {"step": step + 1, "seconds": step / 100, "losses": losses, "n_correct": 9, "n_images": 96}
            lines.append(json.dumps({"event": "batches"} | about))
            step += 3
            if step % 150 == 0:
                epoch += 1
                about = {"epoch": epoch, "step": step, "complete": True, "seconds": step / 100, "images_per_second": 1}
                about |= {"train_loss": losses[0], "test_loss": losses[1], "train_accuracy": 0.5, "test_accuracy": 0.4}
                lines.append(json.dumps({"event": "epoch"} | about))
        (run.folder / "history.jsonl").write_text("\n".join(lines) + "\n")
        result = {"status": "done", "epoch": epoch, "step": step, "seconds": step / 100}
        files.write_json(run.folder / "result.json", result | {"test_loss": 1.0, "test_accuracy": rng.random()})
        run.write_status("done")
        if number % 200 == 0:
            print(f"  {number} runs made", flush=True)


def measure(code: str) -> list[float]:
    """What a new process prints."""
    done = subprocess.run(
        [sys.executable, "-c", code.replace("{owner}", OWNER)], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"CHALKNET_HOME": str(HOME), "CHALKNET_ENGINE": "thread"}, check=True,
    )  # fmt: skip
    return [float(word) for word in done.stdout.split()[-4:]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=5_000)
    arguments = parser.parse_args()
    make_store(arguments.runs, arguments.events)
    time.sleep(3)  # what has changed within two seconds is not remembered
    n, first, again, compared = measure(COLD)
    print(f"{n:.0f} runs of {arguments.events:,} events")
    verdict("the table, read for the first time", first, 1.0, at_least=False, unit=" s")
    verdict("the table, read again", again, 1.0, at_least=False, unit=" s")
    verdict("a comparison of ten, read for the first time", compared, 1.0, at_least=False, unit=" s")
    first, again, compared = measure(PAGE)[-3:]
    print(f"the first page of a new app, everything imported: {first:.2f} s")
    verdict("the page with its table", again, 1.0, at_least=False, unit=" s")
    verdict("the page with a comparison of ten", compared, 1.0, at_least=False, unit=" s")


if __name__ == "__main__":
    main()
