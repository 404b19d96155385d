"""Forecasts: what the lab says before a run against what the run takes, on an idle and on a busy machine.

    python tests/bench/bench_forecasts.py [--runs 30] [--busy 0,2]

Runs of mixed kinds and sizes (perceptrons, CNNs, folds, ResNet-18 whole and frozen), drawn by a seed, go through the
lab's own engine one after the other; for each the forecast at the press and its seconds are printed. Each part begins
with a machine that is measured and has trained nothing yet. Wanted over 60 runs: a median error of at most 20 % idle
and 40 % beside two busy processes, and none wrong by more than a factor of two. Run it alone on the machine.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

import common  # noqa: F401 - puts the lab's folder on the path
from common import verdict

_SPIN = "import sys\nsys.stdout.write('x'); sys.stdout.flush()\nwhile True: pass\n"


def specs(n: int, seed: int) -> list[Any]:
    """Mixed kinds, between one and some twenty seconds each on two cores."""
    from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, ResNet18Spec, RunSpec, SGDSpec
    from core.specs.folds import FoldSpec
    from core.specs.transfer import PickedDataSpec, TransferSpec

    rng, made = random.Random(seed), []
    for number in range(n):
        kind = ("mlp", "cnn", "fold", "frozen", "resnet")[number % 5]
        data = DataSpec(n_train=rng.choice([1_000, 2_000, 5_000]), n_test=rng.choice([200, 1_000]))
        if kind == "mlp":
            H, size = rng.choice([32, 128, 256]), rng.choice([16, 32, 128])
            made.append(RunSpec(data=data, model=MLPSpec(H=H), n_epochs=rng.randint(4, 15), batch_size=size))
        elif kind == "cnn":
            small = DataSpec(n_train=rng.choice([500, 1_000, 2_000]), n_test=200)
            network = CNNSpec(channels1=rng.choice([16, 32]), channels2=rng.choice([32, 64]))
            made.append(RunSpec(data=small, model=network, optimizer=AdamSpec(), n_epochs=rng.randint(1, 3)))
        elif kind == "fold":
            small = DataSpec(n_train=rng.choice([1_000, 2_000]), n_test=200)
            made.append(FoldSpec(data=small, model=CNNSpec(), optimizer=AdamSpec(), n_epochs=rng.randint(1, 2)))
        else:
            picked = PickedDataSpec(n_train=2_000, n_test=200, per_class=rng.choice([10, 20]))
            made.append(
                TransferSpec(
                    data=picked, model=ResNet18Spec(), optimizer=SGDSpec(), n_epochs=rng.randint(1, 4), batch_size=16,
                    frozen_stages=5 if kind == "frozen" else 0,
                )
            )  # fmt: skip
    return made


def part(n_busy: int, n: int, seed: int) -> list[tuple[float, bool]]:
    """Of each run forecast over truth, and whether it was told to take less than a second, and did."""
    os.environ["CHALKNET_HOME"] = home = tempfile.mkdtemp(prefix="chalknet-forecasts-")
    from core import runs
    from core.engine import Engine, calibration
    from pages.shared.words.expected import LEAST_TOLD

    engine = Engine("local")
    while calibration.load() is None:
        time.sleep(0.2)
    busy = [subprocess.Popen([sys.executable, "-c", _SPIN], stdout=subprocess.PIPE) for _ in range(n_busy)]
    ratios = []
    try:
        for process in busy:
            assert process.stdout is not None
            process.stdout.read(1)
        time.sleep(4)  # the load's window
        print(f"\n{n} runs beside {n_busy} busy processes", flush=True)
        for spec in specs(n, seed):
            told = engine.forecast([spec], "bench", is_member=False)
            assert told is not None
            run = runs.create(spec, page="bench", owner="bench")
            engine.submit(run, "bench")
            while not run.status.is_finished or run.is_being_written:
                time.sleep(0.1)
            assert run.status.name == "done", run.status
            took = run.history().seconds
            is_moment = told.seconds < LEAST_TOLD and took < 1  # told as "less than a second", which it was
            ratios.append((told.seconds / took, is_moment))
            ratio = "less than a second, as told" if is_moment else f"{told.seconds / took:.2f}"
            print(f"  {spec.work:28} told {told.seconds:6.1f} s, took {took:6.1f} s: {ratio}", flush=True)
            run.delete("bench")
            time.sleep(1.0)
    finally:
        for process in busy:
            process.kill()
            process.wait()
        engine.close()
        shutil.rmtree(home, ignore_errors=True)
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30, help="of each part")
    parser.add_argument("--busy", default="0,2", help="busy processes beside the lab, a part each")
    parser.add_argument("--seed", type=int, default=0)
    parsed = parser.parse_args()
    for n_busy in map(int, parsed.busy.split(",")):
        ratios = part(n_busy, parsed.runs, parsed.seed)
        errors = [abs(ratio - 1) for ratio, _ in ratios]
        off = [max(ratio, 1 / ratio) for ratio, is_moment in ratios if not is_moment]
        where = f"beside {n_busy} busy processes" if n_busy else "idle"
        print(f"{sum(each > 2 for each in off)} of {len(ratios)} are wrong by more than a factor of two")
        most = 40 if n_busy else 20
        verdict(f"median error, {where}", 100 * statistics.median(errors), most, at_least=False, unit=" %")
        verdict(f"wrong by a factor of at most, {where}", max(off), 2, at_least=False)


if __name__ == "__main__":
    main()
