"""What a frozen network makes of pictures, computed once and kept on the disk.

A backbone in ``eval()`` mode answers the same picture the same way for ever, so heads train on the kept answers: 512
numbers a picture instead of a pass through 18 layers. Each file is named after all that decides it: the weights, the
pixels themselves, the side, the views, the arithmetic.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import torch

from core.lab.errors import ChalknetError
from core.lab.files import disk_sentence
from core.models.resnet import features as features_of
from core.specs.models import N_FEATURES
from core.specs.transfer import AugmentationSpec
from core.training.augmentation import augment, enlarge
from core.transfer.batches import batch_for, to_input
from core.transfer.kept_features import folder

FORMAT = 1  # raised when the same settings come to give other numbers
MOST_BYTES = 2_000_000_000  # 1,000,000 features; what was used longest ago goes first
_VIEW_SEED = 1_000_003  # view v of a set is drawn with this times v, so that more views begin with the same ones


class FeaturesStoppedError(ChalknetError):
    """Stopped before all features were there; nothing of them is kept."""


def features(
    pictures: np.ndarray,
    *,
    load_backbone: Callable[[], object],
    weights_sha256: str,
    side: int,
    augmentation: AugmentationSpec | None = None,
    n_views: int = 1,
    precision: str = "float32",
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> np.memmap:
    """The features of pictures, from the disk or computed now.

    Parameters
    ----------
    pictures : ndarray of shape (n, h, h, 3), uint8
    load_backbone : callable
        Gives the ResNet-18 in ``eval()`` mode; only called where something has to be computed.
    weights_sha256 : str
        What its backbone is known by.
    side : int
        Pixels to which pictures are resized.
    augmentation : AugmentationSpec, optional
        With it there are ``n_views`` random views of each picture; without it, the one that is the picture.
    precision : {"float32", "bfloat16"}
        Of the arithmetic; what is kept is float32.
    on_progress, should_stop : callable
        Called after each batch with (pictures done, in all); asked as often.

    Returns
    -------
    ndarray of shape (n_views, n, 512), float32
        Memory-mapped, read-only.

    Raises
    ------
    FeaturesStoppedError
        If ``should_stop`` said so.
    ChalknetError
        If the disk is full.
    """
    if augmentation is None or not augmentation.is_on:
        augmentation, n_views = None, 1
    settings = {
        "format": FORMAT,
        "weights": weights_sha256,
        "pictures": hashlib.sha256(np.ascontiguousarray(pictures).data).hexdigest(),
        "n": len(pictures),
        "side": side,
        "augmentation": None if augmentation is None else augmentation.model_dump(),
        "n_views": n_views,
        "precision": precision,
    }
    key = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    path = folder() / f"{key}.npy"
    shape = (n_views, len(pictures), N_FEATURES)
    with contextlib.suppress(OSError, ValueError, EOFError):  # not there, or not whole: computed anew
        kept: np.memmap = np.load(path, mmap_mode="r", allow_pickle=False)
        if kept.shape == shape and kept.dtype == np.float32:
            os.utime(path)
            return kept
    computed = _compute(pictures, load_backbone(), side, augmentation, n_views, precision, on_progress, should_stop)
    _keep(computed, path)
    written: np.memmap = np.load(path, mmap_mode="r", allow_pickle=False)
    return written


def extract(model: object, batches: Iterator[torch.Tensor], precision: str = "float32") -> Iterator[torch.Tensor]:
    """The features of each batch of inputs (b, 3, side, side), as (b, 512) float32."""
    arithmetic: Callable[[], AbstractContextManager[object]] = nullcontext
    if precision == "bfloat16":
        arithmetic = lambda: torch.autocast("cpu", dtype=torch.bfloat16)  # noqa: E731
    for inputs in batches:
        with torch.inference_mode(), arithmetic():
            yield features_of(model, inputs).float()


def _compute(
    pictures: np.ndarray,
    model: object,
    side: int,
    augmentation: AugmentationSpec | None,
    n_views: int,
    precision: str,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> np.ndarray:
    n = len(pictures)
    found = np.empty((n_views, n, N_FEATURES), dtype=np.float32)
    step = batch_for(side, pictures.shape[1])

    def inputs(view: int) -> Iterator[torch.Tensor]:
        generator = torch.Generator().manual_seed(_VIEW_SEED * view)
        for begin in range(0, n, step):
            part = to_input(torch.from_numpy(np.array(pictures[begin : begin + step])))
            x = enlarge(part, side) if augmentation is None else augment(part, side, augmentation, generator)
            yield x.contiguous(memory_format=torch.channels_last)

    for view in range(n_views):
        done = 0
        for answer in extract(model, inputs(view), precision):
            found[view, done : done + len(answer)] = answer.numpy()
            done += len(answer)
            on_progress(view * n + done, n_views * n)
            if should_stop():
                raise FeaturesStoppedError("Stopped while the features were computed: nothing was trained yet.")
    return found


def _keep(computed: np.ndarray, path: Path) -> None:
    """Write it whole or not at all, and let go of what nobody has used for longest."""
    partial = path.with_name(f"{path.stem}.{os.getpid()}.partial.npy")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(partial, computed)
        os.replace(partial, path)
        prune(path.parent, keep=path)
    except OSError as error:
        raise ChalknetError(disk_sentence(error, path.parent)) from error
    finally:
        partial.unlink(missing_ok=True)


def prune(where: Path, *, keep: Path, most_bytes: int = MOST_BYTES) -> None:
    """Remove the files that were used longest ago until the rest fits."""
    files = []
    for path in where.glob("*.npy"):
        with contextlib.suppress(OSError):  # another worker was faster
            files.append((path.stat().st_mtime, path.stat().st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= most_bytes:
            return
        if path != keep and not path.name.endswith(".partial.npy"):
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
