"""Question 6, measured: the race against headless runs, the landscape's paths and frames, the loss plane.

    python tests/bench/bench_optimizers.py [--parts race,landscape,frames,plane] [--rounds 3] [--pictures 10000]

Wanted, on two cores: a race of three on the MLP in at most 0.65 times the sum of three headless runs one after the
other, and watched in Chromium on the same cores in at most 0.9 times;
300 steps of six optimizers in at most 300 ms; a frame of their picture in at most 50 ms; the loss at 41 x 41 points
with 1,000 pictures in at most 10 s. Everything is measured in turn in one run; run it alone on the machine.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from common import BENCH_HOME, in_turn, median, photographs, ratio, verdict

PARTS = ("race", "landscape", "frames", "plane")
EPOCHS = 4  # the page's default


def specs(name: str, n: int) -> Any:
    """The handout's three contestants as runs of a race."""
    from core.optimizers import race
    from core.specs import DataSpec, RunSpec

    base = RunSpec(data=DataSpec(dataset=name, n_train=n, n_test=1000), n_epochs=EPOCHS)
    return race.members(base, race.named(race.HANDOUT), [0])


def headless(name: str, n: int) -> float:
    """Seconds of the three runs alone, by ``python -m core.training``'s own clock: torch's start is left out."""
    from core import runs

    total = 0.0
    for _, spec in specs(name, n):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "spec.json")
            path.write_text(spec.model_dump_json())
            command = [sys.executable, "-m", "core.training", str(path), "--runs", folder]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            run_folder = Path(printed[0])
            total += runs.Run(run_folder.name, run_folder).result["seconds"]
    return total


def race_in_engine(name: str, n: int) -> float:
    """Seconds from handing the race to a warm engine until its last run is done."""
    from core.engine import Engine
    from core.runs import experiments

    engine = Engine("local")
    try:
        while not engine.info().is_warm:
            time.sleep(0.05)
        experiment = experiments.create("race", specs(name, n), settings={}, page="optimizers", owner="bench")
        begin = time.perf_counter()
        engine.submit_group(experiment.runs, "bench")
        while not experiment.progress().is_over:
            time.sleep(0.02)
        seconds = time.perf_counter() - begin
        assert experiment.progress().n_done == 3
        return seconds
    finally:
        engine.close()


def race_in_app(name: str, n: int, browser: Any, server: Any) -> float:
    """Seconds from the press of Race in a real Chromium until its last run is done, the picture live."""
    from bench_app import open_page
    from lab_server import wait_until

    from core.runs import experiments

    page = open_page(browser, f"{server.url}/Optimizers?dataset=Photographs&n_train={n}&n_test=1000&n_epochs={EPOCHS}")
    begin = time.perf_counter()
    page.get_by_role("button", name="Race", exact=True).click()
    page.wait_for_url(re.compile("experiment="))
    experiment = experiments.open_experiment(re.search(r"experiment=([a-z2-7]{24})", page.url).group(1))
    wait_until(lambda: experiment.progress().is_over, "the race is over", seconds=1200)
    seconds = time.perf_counter() - begin
    page.context.close()
    return seconds


def bench_race(name: str, rounds: int, n: int, browser: Any, server: Any) -> None:
    print("seconds of a race of three")
    contestants = {
        "in the app": lambda: race_in_app(name, n, browser, server),
        "in the engine": lambda: race_in_engine(name, n),
        "three headless runs": lambda: headless(name, n),
    }
    figures = in_turn(contestants, rounds)
    print("medians:", {key: round(median(values), 2) for key, values in figures.items()})
    alone = figures["three headless runs"]
    verdict("race in the engine / headless", ratio(figures["in the engine"], alone), 0.65, at_least=False)
    verdict("race in the app, watched / headless", ratio(figures["in the app"], alone), 0.9, at_least=False)


def bench_landscape(rounds: int) -> None:
    from core.optimizers import landscape
    from core.specs import AdagradSpec, AdamSpec, AdamWSpec, RMSpropSpec, SGDSpec

    six = [SGDSpec(learning_rate=1e-4), SGDSpec(learning_rate=1e-4, nesterov=True), RMSpropSpec(), AdagradSpec(),
           AdamSpec(), AdamWSpec()]  # fmt: skip

    def walked(key: str) -> float:
        on = landscape.surface(key)
        begin = time.perf_counter()
        landscape.walk(on, on.start, six)
        return 1000 * (time.perf_counter() - begin)

    print("milliseconds, 300 steps of six optimizers; the first time, torch loads parts of itself:", end=" ")
    print(round(walked("bowl")))
    for key in landscape.SURFACES:
        times = [walked(key) for _ in range(rounds)]
        verdict(f"300 steps of six optimizers, {key}", median(times), 300, at_least=False, unit=" ms")


# From one animation frame to the next while the paths play: what a person sees, painting included
_FRAMES = """() => new Promise((done) => {
  const times = [];
  const next = (now) => { times.push(now); if (times.length < 121) requestAnimationFrame(next); else done(times); };
  requestAnimationFrame(next);
})"""


def bench_frames(browser: Any, server: Any) -> None:
    from bench_app import open_page

    page = open_page(browser, f"{server.url}/Optimizers?tab=Landscape&n_contestants=6&surface=Rosenbrock&times=0.1")
    picture = page.locator(".landscape")
    picture.wait_for()
    page.wait_for_timeout(3000)
    page.get_by_role("button", name="Play", exact=True).click()
    times = page.evaluate(_FRAMES)
    gaps = sorted(b - a for a, b in pairwise(times))
    print(f"  frames: script {picture.get_attribute('data-cost')} ms, longest gap {gaps[-1]:.0f} ms")
    verdict("a frame, median of 120", median(gaps), 50, at_least=False, unit=" ms")
    verdict("a frame, the slowest of 20", gaps[int(0.95 * len(gaps))], 50, at_least=False, unit=" ms")
    page.context.close()


def bench_plane(name: str, rounds: int) -> None:
    from core import datasets
    from core.optimizers import loss_plane, race
    from core.specs import DataSpec, RunSpec

    data = DataSpec(dataset=name, n_train=5_000, n_test=1000)
    images = datasets.load_for(data)
    contestants = {
        n: RunSpec(data=data, optimizer=o, n_epochs=4) for n, o in race.named(race.HANDOUT).items() if n != "RMSprop"
    }
    grids, whole = [], []
    for _ in range(rounds):
        told: list[tuple[float, int, int]] = []
        begin = time.perf_counter()
        loss_plane.compute(
            contestants, images, progress=lambda done, total: told.append((time.perf_counter(), done, total))  # noqa: B023
        )
        end = time.perf_counter()
        trained = sum(s.n_epochs * -(-len(images.train_images) // s.batch_size) for s in contestants.values())
        last = max(at for at, done, _ in told if done <= trained)
        grids.append(end - last)
        whole.append(end - begin)
    print("  seconds, training of two contestants included:", [round(s, 1) for s in whole])
    verdict("the loss plane, 41 x 41 points, 1,000 pictures", median(grids), 10, at_least=False, unit=" s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=10_000)
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    name = photographs()
    os.environ["CHALKNET_HOME"] = str(BENCH_HOME)
    if "landscape" in parts:
        bench_landscape(arguments.rounds)
    if "plane" in parts:
        bench_plane(name, arguments.rounds)
    if {"race", "frames"} & set(parts):
        from lab_server import CHROMIUM_FLAGS, LabServer, chromium
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            server = LabServer(BENCH_HOME)
            try:
                if "frames" in parts:
                    bench_frames(browser, server)
                if "race" in parts:
                    bench_race(name, arguments.rounds, arguments.pictures, browser, server)
            finally:
                server.stop()
                browser.close()


if __name__ == "__main__":
    main()
