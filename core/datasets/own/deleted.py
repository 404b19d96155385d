"""What is kept of an own set that was deleted: its title, its classes and its labels, and not a single pixel.

By these its runs can still be shown: what they got right, and what they took for what.
"""

import contextlib
from pathlib import Path

import numpy as np

from core.datasets.image_set import ImageSet
from core.lab import files, paths


def keep(name: str, title: str, images: ImageSet) -> None:
    """Note it; no run is worth an error here."""
    with contextlib.suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True)
        np.savez_compressed(_labels(name), train=images.train_labels, test=images.test_labels)
        files.write_json(_folder() / f"{name}.json", {"title": title, "class_names": list(images.class_names)})


def kept(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Title and classes of a set that was deleted; None where nothing is known."""
    found = files.read_json(_folder() / f"{name}.json")
    title, class_names = found.get("title"), found.get("class_names")
    if not isinstance(title, str) or not isinstance(class_names, list):
        return None
    return title, tuple(map(str, class_names))


def labels_of(name: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Labels of the training and of the test pictures, each of shape (n,), int64; None where nothing is known."""
    try:
        with np.load(_labels(name), allow_pickle=False) as found:
            return found["train"].astype(np.int64), found["test"].astype(np.int64)
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _labels(name: str) -> Path:
    return _folder() / f"{name}.npz"


def _folder() -> Path:
    """Beside the data sets, not among them."""
    return paths.home() / "deleted-datasets"
