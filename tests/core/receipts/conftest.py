"""A Python that finds nothing of the lab, and stand-ins for the data sets that have to be fetched."""

import gzip
import hashlib
import io
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import CIFAR10, FashionMNIST

from core.datasets import cifar10, fashion_mnist
from core.datasets.own import importing
from core.receipts.sections import Section, as_notebook, as_script, as_zip

# Blanks and letters that are no ASCII, as in many people's home folders
FOLDER = "Übung 5 – мои скрипты"

# Runs all scripts in one process, as torch takes seconds to load, and prints what each left. The drawing of Shapes-10
# is kept once it was done: a second a script. What they print has to be ASCII: other letters are an error on a console
# of Windows
_RUNNER = """
import functools, importlib.util, io, json, pathlib, runpy, sys, traceback
assert importlib.util.find_spec("core") is None, "the lab is in reach"
import torchvision.datasets
scripts = json.loads(sys.stdin.read())
for name, values in scripts.pop("torchvision").items():
    for attribute, value in values.items():
        setattr(getattr(torchvision.datasets, name), attribute, value)
told = {}
console, error = sys.stdout, sys.stderr
for path, wanted in scripts.items():
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    try:
        left = runpy.run_path(path, run_name="__main__")
        value = eval(wanted, left)
        sys.stdout.flush()
        told[path] = [value, sys.stdout.buffer.getvalue().decode("ascii").splitlines()]
    except BaseException:
        told[path] = [None, traceback.format_exc().splitlines()]
    if "shapes10" in sys.modules and not hasattr(sys.modules["shapes10"].draw_shapes, "cache_info"):
        sys.modules["shapes10"].draw_shapes = functools.cache(sys.modules["shapes10"].draw_shapes)
sys.stdout = console
print(json.dumps(told))
"""

_CELLS = """
import json, os, pathlib
before = os.getcwd()
os.chdir(pathlib.Path(__file__).parent)
try:
    left = {"__name__": "__main__"}
    for cell in json.loads(pathlib.Path("book.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), left)
finally:
    os.chdir(before)
"""


@dataclass
class Alone:
    """Scripts with their files, each in a folder of its own as it comes out of its zip, and one process to run them."""

    root: Path
    torchvision: dict[str, dict[str, Any]] = field(default_factory=dict)
    wanted: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def add(self, name: str, parts: list[Section], wanted: str) -> Path:
        """The script's folder; ``wanted`` is an expression of what the script leaves."""
        folder = self.root / FOLDER / name
        zipfile.ZipFile(io.BytesIO(as_zip("script.py", as_script(parts), parts))).extractall(folder)
        self.wanted[str(folder / "script.py")] = wanted
        return folder

    def add_notebook(self, name: str, parts: list[Section], wanted: str) -> None:
        """The same as a notebook: its cells one after the other, in its folder, and no ``__file__``."""
        folder = self.root / FOLDER / name
        zipfile.ZipFile(io.BytesIO(as_zip("book.ipynb", as_notebook(parts), parts))).extractall(folder)
        (folder / "script.py").write_text(_CELLS, encoding="utf-8")
        self.wanted[str(folder / "script.py")] = f"eval({wanted!r}, left)"

    def start(self) -> None:
        """Begin; the scripts run beside what the caller does meanwhile."""
        kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "CHALKNET_HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _RUNNER],
            cwd=self.root,  # another folder than any script's; torchvision finds its ./data here
            env=kept | {"MPLBACKEND": "Agg", "TORCH_HOME": str(self.root / "torch")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"torchvision": self.torchvision} | self.wanted).encode())
        self.process.stdin.close()

    def results(self) -> dict[str, tuple[Any, list[str]]]:
        """Of each script what was wanted of it, and the lines that it printed; None and the traceback if it failed."""
        assert self.process is not None
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.read())
        assert self.process.wait() == 0
        return {Path(path).parent.name: (value, printed) for path, (value, printed) in told.items()}


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory, stand_ins: dict[str, dict[str, Any]], fetched: Path
) -> Callable[[], Alone]:
    """Makes an ``Alone`` whose scripts find the stand-ins as torchvision's."""

    def make() -> Alone:
        root = tmp_path_factory.mktemp("alone")
        (root / "data").symlink_to(fetched, target_is_directory=True)
        return Alone(root, stand_ins)

    return make


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as torchvision leaves it: 150 training and 60 test pictures of CIFAR-10 and of Fashion-MNIST."""
    root, rng = tmp_path_factory.mktemp("fetched"), np.random.default_rng(0)
    batches = root / cifar10.BATCHES
    batches.mkdir()
    for name, n in (*((f"data_batch_{i}", 30) for i in range(1, 6)), ("test_batch", 60)):
        content = {"data": rng.integers(0, 256, (n, 3072), np.uint8), "labels": [i % 10 for i in range(n)]}
        (batches / name).write_bytes(pickle.dumps(content))
    (batches / "batches.meta").write_bytes(pickle.dumps({"label_names": list(cifar10.CLASS_NAMES)}))
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for split, n in (("train", 150), ("t10k", 60)):
        for part, array in (
            ("images-idx3", rng.integers(0, 256, (n, 28, 28), np.uint8)),
            ("labels-idx1", (np.arange(n) % 10).astype(np.uint8)),
        ):
            shape = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
            (raw / f"{split}-{part}-ubyte").write_bytes(shape + array.tobytes())
    return root


@pytest.fixture(scope="module")
def stand_ins(fetched: Path, module_home: Path) -> Iterator[dict[str, dict[str, Any]]]:
    """The lab has the stand-ins, and torchvision believes in their sums: what it has to be taught, by class."""

    def sums(names: list[str]) -> list[list[str]]:
        return [[name, hashlib.md5((fetched / cifar10.BATCHES / name).read_bytes()).hexdigest()] for name in names]

    cifar10.FILES.folder.mkdir(parents=True)
    shutil.copytree(fetched / cifar10.BATCHES, cifar10.FILES.folder / cifar10.BATCHES)
    fashion_mnist.FILES.folder.mkdir(parents=True)
    packed, sizes = [], {}
    for name in fashion_mnist.SIZES:
        raw = fetched / "FashionMNIST" / "raw" / name.removesuffix(".gz")
        content = gzip.compress(raw.read_bytes())
        (fashion_mnist.FILES.folder / name).write_bytes(content)
        packed.append([name, hashlib.md5(content).hexdigest()])
        sizes[name] = len(content)
    taught = {
        "CIFAR10": {
            "train_list": sums([f"data_batch_{i}" for i in range(1, 6)]),
            "test_list": sums(["test_batch"]),
            "meta": {**CIFAR10.meta, "md5": sums(["batches.meta"])[0][1]},
        },
        "FashionMNIST": {"resources": packed},
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, size in sizes.items():
            patch.setitem(fashion_mnist.SIZES, name, size)
        for torchvisions in (CIFAR10, FashionMNIST):
            for attribute, value in taught[torchvisions.__name__].items():
                patch.setattr(torchvisions, attribute, value)
        yield taught


@pytest.fixture(scope="module")
def own_set(module_home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a data set that only this lab has: three classes, with names that need care, of 96 pixels."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(4)
    for split, n in (("train", 20), ("test", 8)):
        for name in OWN_CLASSES:
            (folder / split / name).mkdir(parents=True)
            for i in range(n):
                picture = rng.integers(0, 256, (96, 96, 3), np.uint8)
                Image.fromarray(picture).save(folder / split / name / f"{i}.png")
    return str(importing.import_folder(folder, title="Three").name)


OWN_CLASSES = ('"red"', "it's", "ö {x}")
