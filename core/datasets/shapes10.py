"""Shapes-10, the built-in data set: it teaches what CIFAR-10 teaches, at once and without a network.

On 5,000 training and 1,000 test pictures, 4 epochs in batches of 32, float32 on two threads of a CPU, test
accuracy was

- MLP: 41.0 % (``MultiLayerFCNet``, H = 128, SGD, learning rate 0.01, momentum 0.9), in about 1 s; 39.8 % and
  36.3 % with the seeds 1 and 2,
- CNN: 92.3 % (``CNN``, Adam, learning rate 0.001), in about 50 s,

with data seed and training seed 0, the lab's defaults. ``python -m core.training SPEC.json`` measures it again:
SPEC.json is ``{}`` for the MLP and ``{"model": {"kind": "cnn"}, "optimizer": {"kind": "adam"}}`` for the CNN.
"""

import hashlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.datasets import arrays, shapes10_drawing
from core.datasets.dataset import Dataset
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetInfo
from core.datasets.shapes10_drawing import BLOCK, CLASS_NAMES, draw_block
from core.lab import paths
from core.specs import DataSpec

NAME, TITLE = "shapes10", "Shapes-10"
SOURCE = "Drawn by Chalknet: ten shapes of varied place, size, tilt and colour, the same on every machine."
LICENCE = "Made by this lab: use them for anything."
RANDOM_STATE = 0  # of the drawing; which of the pictures a run uses is drawn by the run's own seed
DRAWING = 1  # part of the folder's name: raise it when the pictures change, or old ones are taken for new
SCRIPT_MODULE = "shapes10.py"  # the drawing beside a script
TIERS = {"small": (10_000, 2_000), "full": (50_000, 10_000)}  # training and test: 1 s and 6 s to draw


def info() -> DatasetInfo:
    """What the registry says; it is always present."""
    n_train, n_test = TIERS["full"]
    summary = "Ten drawn shapes in 32 x 32 pixels; built in."
    return DatasetInfo(NAME, TITLE, summary, n_train, n_test, CLASS_NAMES, True, "", SOURCE, LICENCE)


def pool(n_train: int, n_test: int) -> tuple[int, int]:
    """How many pictures a subset of this many is drawn from: (training, test).

    It depends on the request alone and not on what happens to be cached, so the same spec gives the same
    pictures on every machine.

    Raises
    ------
    DatasetError
        If there are not so many.
    """
    info().check(n_train, n_test)
    return next(tier for tier in TIERS.values() if n_train <= tier[0] and n_test <= tier[1])


def load(n_train: int = TIERS["full"][0], n_test: int = TIERS["full"][1]) -> ImageSet:
    """The smallest tier that has so many pictures, drawn first where it is not on disk yet."""
    sizes = pool(n_train, n_test)
    tier = next(name for name, tier_sizes in TIERS.items() if tier_sizes == sizes)

    def write(folder: Path) -> None:
        meta = {"name": NAME, "title": TITLE, "class_names": CLASS_NAMES, "source": SOURCE}
        arrays.write_set(folder, meta, _blocks(sizes[0], "train"), _blocks(sizes[1], "test"))

    return arrays.open_or_build(paths.datasets() / NAME / f"{tier}-{arrays.FORMAT}.{DRAWING}", write)


def script_lines(data: DataSpec) -> str:
    """Calls of the drawing, which is a file beside the script, for the tier that the run's pictures are drawn from."""
    n_train, n_test = pool(data.n_train, data.n_test)
    sha256 = hashlib.sha256(script_module().encode()).hexdigest()
    return (
        f"# Shapes-10 is drawn, the same on every machine: {SCRIPT_MODULE}, which lies beside this file, does it\n"
        f'drawing = beside("{SCRIPT_MODULE}").read_bytes().replace(b"\\r\\n", b"\\n")  # however its lines end\n'
        f'check("{SCRIPT_MODULE}", "{sha256}", drawing)\n'
        "sys.path.insert(0, str(here))\n"
        f"from {SCRIPT_MODULE.removesuffix('.py')} import CLASS_NAMES, draw_shapes\n\n"
        "classes = CLASS_NAMES\n"
        f'train_images, train_labels = draw_shapes({n_train}, {RANDOM_STATE}, "train")\n'
        f'test_images, test_labels = draw_shapes({n_test}, {RANDOM_STATE}, "test")'
    )


def script_module() -> str:
    """The drawing as a file of its own: it needs NumPy alone."""
    return inspect.getsource(shapes10_drawing)


def _blocks(n: int, split: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks as they are drawn, so that 150 MB never have to be in memory; tiers are whole blocks."""
    return (draw_block(block, RANDOM_STATE, split) for block in range(n // BLOCK))


DATASET = Dataset(
    NAME, info, load, script_lines, load_part=load, script_modules={SCRIPT_MODULE: script_module}
)
