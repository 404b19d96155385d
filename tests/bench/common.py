"""What the benchmarks share: the photographs, rounds in turn, and how a result is printed."""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

BENCH_HOME = Path(os.environ.get("CHALKNET_BENCH_HOME") or Path(tempfile.gettempdir()) / "chalknet-bench")
PHOTOS = Path(os.environ.get("CHALKNET_PHOTOS") or ROOT.parent / "shared" / "data" / "cifar10-photos.zip")


def photographs() -> str:
    """Import the 60,000 photographs once into the benchmarks' own lab folder; returns the data set's name."""
    os.environ["CHALKNET_HOME"] = str(BENCH_HOME)
    from core import datasets
    from core.datasets.own import importing as own_images

    for info in datasets.available():
        if info.title == "Photographs":
            return info.name
    if not PHOTOS.is_file():
        raise SystemExit(f"{PHOTOS} is not there; set CHALKNET_PHOTOS to where it is")
    return own_images.import_zip(PHOTOS, title="Photographs").name


def in_turn(contestants: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure all contestants in each round, so that a machine that drifts drifts for all of them."""
    figures: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, measure in contestants.items():
            figures[name].append(measure())
            print(f"  round {number}: {name} {figures[name][-1]:,.4g}", flush=True)
    return figures


def median(figures: list[float]) -> float:
    return statistics.median(figures)


def ratio(a: list[float], b: list[float]) -> float:
    """Median of the ratios round by round."""
    return statistics.median(x / y for x, y in zip(a, b, strict=True))


def verdict(what: str, figure: float, wanted: float, *, at_least: bool, unit: str = "") -> None:
    """Print a figure beside what was asked for."""
    met = figure >= wanted if at_least else figure <= wanted
    relation = "at least" if at_least else "at most"
    print(f"{'met    ' if met else 'NOT MET'}  {what}: {figure:.3g}{unit} ({relation} {wanted:g}{unit})", flush=True)
