"""What many tests share: a lab folder of their own, small runs, and waiting for other processes."""

import os
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings

from core import datasets, runs
from core.engine.calibration import Calibration, machine
from core.lab import paths
from core.lab.files import write_json
from core.specs import DataSpec, MLPSpec, RunSpec

# A busy machine is no reason to fail, and tests leave nothing in the tree
settings.register_profile("chalknet", deadline=None, database=None)
settings.load_profile("chalknet")

PATIENCE = 180  # seconds that a test waits for another process before it fails


@pytest.fixture(scope="session")
def built_datasets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Shapes-10 and Digits have been built once for all tests."""
    home = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_HOME", str(home))
        datasets.load_for(DataSpec(n_train=100, n_test=100))
        datasets.load_for(DataSpec(dataset="digits", n_train=100, n_test=100))
    return home / "datasets"


@pytest.fixture
def home(
    tmp_path_factory: pytest.TempPathFactory, built_datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A fresh lab folder, in which the built-in data sets are there already."""
    folder = tmp_path_factory.mktemp("home")
    link_datasets(folder, built_datasets)
    monkeypatch.setenv("CHALKNET_HOME", str(folder))
    return folder


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory, built_datasets: Path) -> Iterator[Path]:
    """As ``home``, for a whole module."""
    folder = tmp_path_factory.mktemp("home")
    link_datasets(folder, built_datasets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_HOME", str(folder))
        yield folder


def link_datasets(home: Path, built: Path) -> None:
    """The built sets by link; what else a test adds is its own."""
    (home / "datasets").mkdir()
    for dataset in built.iterdir():
        (home / "datasets" / dataset.name).symlink_to(dataset, target_is_directory=True)


@pytest.fixture(scope="session")
def calibrated() -> Callable[[Path], None]:
    """Writes into a lab folder how fast this machine is, so that an engine there begins with what a test is about.

    The measurement itself, ten seconds of all cores, is proved by the tests of core.engine.calibration.
    """

    def write(home: Path) -> None:
        speeds = {"mlp_test_image": 1e-5, "cnn_image": 1e-3, "cnn_test_image": 4e-4, "bf16_gain": 1.0}
        known = Calibration(machine=machine(), mlp=(2e-4, 1e-10, 1e-11), devices=(), **speeds)
        write_json(home / "calibration.json", asdict(known))

    return write


@pytest.fixture(scope="session")
def small() -> Callable[..., RunSpec]:
    """Makes a spec that trains in a moment: 200 pictures, 7 batches an epoch, H = 16; any setting can be changed."""

    def make(**changes: Any) -> RunSpec:
        data = DataSpec(**{"n_train": 200, "n_test": 100} | changes.pop("data", {}))
        defaults = {"model": MLPSpec(H=16), "n_epochs": 3, "n_threads": 1}
        return RunSpec(data=data, **defaults | changes)

    return make


@pytest.fixture
def new_run(small: Callable[..., RunSpec]) -> Callable[..., runs.Run]:
    """Makes a queued run of the present lab folder, Ann's by default."""

    def make(*, owner: str = "ann", page: str = "perceptron", **changes: Any) -> runs.Run:
        return runs.create(small(**changes), page=page, owner=owner)

    return make


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., None]:
    """Asks again and again until something holds; fails with what did not happen."""

    def wait(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        deadline, pause = time.monotonic() + seconds, threading.Event()
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
            pause.wait(0.02)

    return wait


@pytest.fixture(scope="session")
def is_running() -> Callable[[int], bool]:
    """Whether a process is there and no zombie."""

    def check(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return check


@pytest.fixture(scope="session")
def few_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip with 200 training and 40 test photographs a class, of the 60,000 that lie beside the repository."""
    beside = Path(__file__).parents[2] / "shared" / "data" / "cifar10-photos.zip"
    photos = Path(os.environ.get("CHALKNET_PHOTOS") or beside)
    if not photos.is_file():
        pytest.skip(f"{photos} is not there; set CHALKNET_PHOTOS to where it is")
    part_path = tmp_path_factory.mktemp("photos") / "part.zip"
    seen: Counter[str] = Counter()
    with zipfile.ZipFile(photos) as whole, zipfile.ZipFile(part_path, "w") as part:
        for member in whole.infolist():
            split_and_class = member.filename.rpartition("/")[0]
            seen[split_and_class] += 1
            if seen[split_and_class] <= (200 if split_and_class.startswith("train") else 40):
                part.writestr(member.filename, whole.read(member))
    return part_path


_opened: list[str] | None = None  # None while nobody counts


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _opened is not None and str(arguments[1]).startswith("r"):
        _opened.append(str(arguments[0]))


sys.addaudithook(_hear)  # there is no way to take one back: it hears only while it is asked to


@pytest.fixture
def opened_files() -> Callable[[Callable[[], object]], list[tuple[str, str]]]:
    """What of the run folders this process reads during a call: pairs of a run's id and a file's name."""

    def count(call: Callable[[], object]) -> list[tuple[str, str]]:
        global _opened
        _opened = []
        try:
            call()
            found = [Path(path) for path in _opened]
        finally:
            _opened = None
        return [(path.parent.name, path.name) for path in found if path.parent.parent == paths.runs()]

    return count
