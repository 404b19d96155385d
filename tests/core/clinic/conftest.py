"""Patients of the clinic for its tests: trained, and examined as a rule orders it."""

import os
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from core import datasets
from core.clinic.case import Case
from core.clinic.finding import Finding
from core.clinic.measures import measure
from core.clinic.pictures import parts_of
from core.clinic.script import Course, Script, train
from core.inside.attribution import one_thread


class Examined:
    """A trained patient; a test is run when somebody asks for its numbers."""

    def __init__(self, text: str, dataset: str, seed: int, n_train: int) -> None:
        self.text, self.seed = text, seed
        self.own, self.fresh = parts_of(dataset, seed, n_train=n_train)
        with one_thread():
            self.course = train(Script(text, self.own, seed), Course())
        self.findings: dict[str, Finding] = {}

    def finding(self, test: str) -> Finding:
        if test not in self.findings:
            with one_thread():
                found = measure(test, Script(self.text, self.own, self.seed), self.course, self.fresh)
            self.findings[test] = found
        return self.findings[test]

    def __call__(self, test: str) -> dict[str, float]:
        return self.finding(test).numbers


@pytest.fixture(scope="module")
def examined(module_home: Path) -> Callable[..., Examined]:
    """Trains a case's script, on a thousand of Shapes-10 where nothing else is said."""
    kept: dict[tuple[object, ...], Examined] = {}

    def call(case: Case, *, dataset: str = "shapes10", seed: int = 0, n_train: int = 1_001, cured: bool = False):
        key = (case.key, dataset, seed, n_train, cured)
        if key not in kept:
            kept[key] = Examined(case.cured() if cured else case.script(), dataset, seed, n_train)
        return kept[key]

    return call


@pytest.fixture(scope="module")
def photographs(module_home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a data set of 310 training and 10 test photographs a class, of those beside the repository."""
    beside = Path(__file__).parents[4] / "shared" / "data" / "cifar10-photos.zip"
    photos = Path(os.environ.get("CHALKNET_PHOTOS") or beside)
    if not photos.is_file():
        pytest.skip(f"{photos} is not there; set CHALKNET_PHOTOS to where it is")
    part_path = tmp_path_factory.mktemp("photos") / "part.zip"
    seen: Counter[str] = Counter()
    with zipfile.ZipFile(photos) as whole, zipfile.ZipFile(part_path, "w") as part:
        for member in whole.infolist():
            split_and_class = member.filename.rpartition("/")[0]
            seen[split_and_class] += 1
            if seen[split_and_class] <= (310 if split_and_class.startswith("train") else 10):
                part.writestr(member.filename, whole.read(member))
    return datasets.import_zip(part_path, title="Photographs").name
