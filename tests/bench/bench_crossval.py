"""K folds: against the handout's way, against K, and in how much memory.

    python tests/bench/bench_crossval.py [--parts speed,folds,memory] [--seeds 3] [--pictures 5000]

The handout's way is ``cross_val_score`` over a torchvision-style data set with its transforms and four loading
processes, in a process of its own; the lab's are the same five folds as an experiment on its warm local engine. Both
train on the whole rest of a fold (``train_split=None``) for one epoch with batches of 64, in turn, a round a seed.
Run it alone on the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import psutil
from common import in_turn, median, photographs, ratio, verdict

PARTS = ("speed", "folds", "memory")


def handouts_way(name: str, n: int, seed: int) -> tuple[float, list[float]]:
    """Seconds and scores of the handout's part (b)."""
    import torch
    from PIL import Image
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from skorch import NeuralNetClassifier
    from skorch.helper import SliceDataset
    from torch.utils.data import Dataset
    from torchvision import transforms

    from core import datasets
    from core.models import CNN
    from core.specs import DataSpec

    images = datasets.load_for(DataSpec(dataset=name, n_train=n, n_test=100))
    pixels, targets = np.array(images.train_images), np.array(images.train_labels)

    class Photographs(Dataset):
        """As torchvision's CIFAR10 hands out its pictures."""

        transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])

        def __len__(self) -> int:
            return len(targets)

        def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
            return self.transform(Image.fromarray(pixels[i])), int(targets[i])

    torch.manual_seed(seed)
    net = NeuralNetClassifier(
        CNN,
        max_epochs=1,
        iterator_train__num_workers=4,
        iterator_valid__num_workers=4,
        iterator_train__shuffle=True,
        train_split=None,
        lr=1e-3,
        batch_size=64,
        optimizer=torch.optim.Adam,
        criterion=torch.nn.CrossEntropyLoss,
        device=torch.device("cpu"),
        verbose=0,
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    begin = time.perf_counter()
    scores = cross_val_score(net, SliceDataset(Photographs(), idx=0), targets, cv=folds)
    return time.perf_counter() - begin, scores.tolist()


def spec_of(name: str, n: int, seed: int = 0, **changes: Any) -> Any:
    from core.specs import AdamSpec, CNNSpec, DataSpec
    from core.specs.folds import FoldSpec

    defaults = {"model": CNNSpec(), "optimizer": AdamSpec(), "n_epochs": 1, "batch_size": 64, "n_threads": 2}
    data = DataSpec(dataset=name, n_train=n, n_test=100)
    return FoldSpec(data=data, random_state=seed, split_seed=seed, **defaults | changes)


@contextmanager
def warm_engine() -> Iterator[Any]:
    """The lab's local engine, which has trained a fold already."""
    from core.engine import Engine

    engine = Engine("local")
    try:
        while not engine.info().is_warm:
            time.sleep(0.1)
        yield engine
    finally:
        engine.close()


def run_folds(engine: Any, spec: Any) -> tuple[float, Any]:
    """Seconds from the press to the last score, and the experiment."""
    from core.runs import experiments

    members = [({"fold": i}, spec.model_copy(update={"fold": i})) for i in range(spec.n_folds)]
    begin = time.perf_counter()
    made = experiments.create("folds", members, settings={}, page="crossval", owner="bench")
    engine.submit_group(made.runs, "bench")
    while not made.progress().is_over:
        time.sleep(0.02)
    seconds = time.perf_counter() - begin
    states = [run.status.name for run in made.runs]
    assert states == ["done"] * spec.n_folds, states
    return seconds, made


def bench_speed(name: str, engine: Any, n: int, n_seeds: int) -> None:
    print(f"seconds for five folds of the CNN on {n:,} photographs, one epoch; a round a seed")
    scores: dict[str, list[list[float]]] = {"handout": [], "lab": []}

    def handout() -> float:
        # As a student would run it: without the lab's own setting for waiting threads
        environment = {k: v for k, v in os.environ.items() if k not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
        command = [sys.executable, __file__, "--only-seed", str(len(scores["handout"])), "--pictures", str(n)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
        scores["handout"].append(told["scores"])
        return float(told["seconds"])

    def lab() -> float:
        seconds, made = run_folds(engine, spec_of(name, n, len(scores["lab"])))
        scores["lab"].append([run.result["test_accuracy"] for run in made.runs])
        return seconds

    figures = in_turn({"handout": handout, "lab": lab}, n_seeds)
    print("medians:", {key: round(median(values), 1) for key, values in figures.items()})
    verdict("handout / lab, seconds", ratio(figures["handout"], figures["lab"]), 2, at_least=True)
    means = {key: np.mean(values, axis=1) for key, values in scores.items()}
    for seed in range(n_seeds):
        print(f"  seed {seed}: mean accuracy {means['handout'][seed]:.2%} (handout), {means['lab'][seed]:.2%} (lab)")
    apart = means["lab"] - means["handout"]
    # Of one seed's mean: the folds' spread over the root of their number, for both sides
    noise = float(np.sqrt(np.mean([np.var(v, ddof=1) / 5 for values in scores.values() for v in values]) * 2))
    print(f"  lab less handout: {', '.join(f'{100 * a:+.2f}' for a in apart)} points; noise of one: {100 * noise:.2f}")
    verdict("mean difference in units of its noise", abs(apart.mean()) / (noise / n_seeds**0.5), 2, at_least=False)


def bench_folds(name: str, engine: Any, n: int) -> None:
    print(f"seconds for K folds of the CNN on {n:,} photographs: the pictures trained on are (K - 1) times as many")
    ks, walls, overheads = range(2, 11), [], []
    for k in ks:
        seconds, made = run_folds(engine, spec_of(name, n, n_folds=k))
        training = sum(run.result["seconds"] for run in made.runs) / min(k, engine.info().n_workers)
        walls.append(seconds)
        overheads.append((seconds - training) / k)
        print(f"  K = {k:2}: {seconds:6.1f} s {'#' * round(40 * seconds / (walls[0] * 9))}  "
              f"{overheads[-1]:.2f} s a fold beyond its training", flush=True)  # fmt: skip
    slope, offset = np.polyfit(ks, walls, 1)
    explained = float(np.corrcoef(ks, walls)[0, 1] ** 2)
    print(f"  line: {slope:.2f} s a fold more, {offset:+.2f} s")
    verdict("linear in K: R squared", explained, 0.98, at_least=True)
    verdict("overhead of a fold, median", median(overheads), 0.5, at_least=False, unit=" s")


def bench_memory(name: str, engine: Any, n: int) -> None:
    peak, over = [0.0], threading.Event()
    child = psutil.Process(engine._backend.pid)

    def watch() -> None:
        while not over.wait(0.05):
            sizes = [process.memory_info().rss for process in child.children(recursive=True) if process.is_running()]
            peak[0] = max(peak[0], *sizes)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run_folds(engine, spec_of(name, n))
    finally:
        over.set()
        watcher.join()
    verdict(f"worker's memory, five folds on {n:,}", peak[0] / 1e6, 1500, at_least=False, unit=" MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=5_000, help="of the comparison with the handout's way")
    parser.add_argument("--k-pictures", type=int, default=1_000, help="where time is measured against K")
    parser.add_argument("--memory-pictures", type=int, default=10_000)
    parser.add_argument("--only-seed", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only_seed is not None:
        import torch  # noqa: F401 - before the lab's library, which sets how torch's threads wait
    name = photographs()
    if arguments.only_seed is not None:
        seconds, scores = handouts_way(name, arguments.pictures, arguments.only_seed)
        return print(json.dumps({"seconds": seconds, "scores": scores}))
    parts = arguments.parts.split(",")
    with warm_engine() as engine:
        run_folds(engine, spec_of(name, 200, n_folds=2))  # skorch is loaded now, as after the first fold of a class
        if "speed" in parts:
            bench_speed(name, engine, arguments.pictures, arguments.seeds)
        if "folds" in parts:
            bench_folds(name, engine, arguments.k_pictures)
        if "memory" in parts:
            bench_memory(name, engine, arguments.memory_pictures)
    return None


if __name__ == "__main__":
    main()
