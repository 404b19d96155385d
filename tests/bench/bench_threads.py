"""Threads: the lab's choice against one and two, on an idle machine and beside busy processes.

    python tests/bench/bench_threads.py [--rounds 3] [--networks mlp,cnn] [--busy 0,2,4]

One process trains the handout's networks in turn with one thread, with two, and with as many as the lab decides before
each epoch (``core.training.threads``); the figure is images a second of training over all epochs, tests left out.
Wanted: the lab's choice is at least 0.9 of the better of one and two in each case. Run it alone on the machine.
"""

import argparse
import os
import subprocess
import sys
from typing import Any

import common  # noqa: F401 - puts the lab's folder on the path
from common import BENCH_HOME, in_turn, median, verdict

# Pictures, epochs: some seconds each, and several decisions
SIZES = {"mlp": (5_000, 8), "cnn": (1_000, 4)}
_SPIN = "import sys\nsys.stdout.write('x'); sys.stdout.flush()\nwhile True: pass\n"


def spec_of(network: str, n_threads: int | None) -> Any:
    from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RunSpec, SGDSpec

    n_train, n_epochs = SIZES[network]
    model, optimizer = (MLPSpec(), SGDSpec()) if network == "mlp" else (CNNSpec(), AdamSpec())
    data = DataSpec(n_train=n_train, n_test=200)
    return RunSpec(data=data, model=model, optimizer=optimizer, n_epochs=n_epochs, n_threads=n_threads)


def speed(spec: Any, images: Any, used: list[int]) -> float:
    """Images per second over all epochs; ``used`` gets the threads of each."""
    from core.training.events import EpochEnd
    from core.training.training import train

    seconds = 0.0

    def on_event(event: Any) -> None:
        nonlocal seconds
        if isinstance(event, EpochEnd):
            seconds += len(images.train_labels) / event.images_per_second
            used.append(event.n_threads)

    train(spec, on_event, images=images)
    return spec.n_epochs * len(images.train_labels) / seconds


def bench(network: str, n_busy: int, rounds: int) -> None:
    from core import datasets

    images = datasets.load_for(spec_of(network, 1).data)
    busy = [subprocess.Popen([sys.executable, "-c", _SPIN], stdout=subprocess.PIPE) for _ in range(n_busy)]
    chosen: list[int] = []
    try:
        for process in busy:
            assert process.stdout is not None
            process.stdout.read(1)
        print(f"images a second, {network.upper()}, {n_busy} busy processes", flush=True)
        speed(spec_of(network, 1), images, [])  # torch loads parts of itself, and the watch has its window
        figures = in_turn(
            {
                "one thread": lambda: speed(spec_of(network, 1), images, []),
                "two threads": lambda: speed(spec_of(network, 2), images, []),
                "the lab's choice": lambda: speed(spec_of(network, None), images, chosen),
            },
            rounds,
        )
    finally:
        for process in busy:
            process.kill()
            process.wait()
    print("medians:", {key: round(median(values)) for key, values in figures.items()}, "chosen:", chosen)
    better = max(median(figures["one thread"]), median(figures["two threads"]))
    what = f"{network.upper()} beside {n_busy} busy processes: the lab's choice / the better of one and two"
    verdict(what, median(figures["the lab's choice"]) / better, 0.9, at_least=True)


def main() -> None:

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--networks", default="mlp,cnn")
    parser.add_argument("--busy", default="0,2,4")
    arguments = parser.parse_args()
    os.environ["CHALKNET_HOME"] = str(BENCH_HOME)
    import core  # noqa: F401 - before torch: it says how torch's threads wait

    for n_busy in map(int, arguments.busy.split(",")):
        for network in arguments.networks.split(","):
            bench(network, n_busy, arguments.rounds)


if __name__ == "__main__":
    main()
