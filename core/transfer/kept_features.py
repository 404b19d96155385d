"""Whose features lie on the disk already: a forecast must know it, and loads no pictures and no torch to find out.

``core.transfer.feature_cache`` names its files after the pixels; here stands which files a run's settings led to.
"""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from core.lab import paths
from core.lab.files import read_json, write_json
from core.specs.transfer import TransferSpec

_DECIDES = {"data", "side", "weights", "augmentation", "n_views", "precision", "random_state"}


def folder() -> Path:
    """Where the features lie."""
    return paths.home() / "features"


def note(spec: TransferSpec, names: Sequence[str]) -> None:
    """Remember the files that hold the features of a run's pictures.

    Parameters
    ----------
    spec : TransferSpec
    names : sequence of str
        In the folder of the features.
    """
    with contextlib.suppress(OSError):  # on a full disk the next one is told to wait for what is there
        write_json(_path(spec), {"files": list(names)})


def are_there(spec: TransferSpec) -> bool:
    """Whether a run of these settings finds all its features on the disk."""
    names = read_json(_path(spec)).get("files") or []
    return len(names) > 0 and all((folder() / str(name)).exists() for name in names)


def _path(spec: TransferSpec) -> Path:
    settings = json.dumps(spec.model_dump(mode="json", include=_DECIDES), sort_keys=True)
    return folder() / f"{hashlib.sha256(settings.encode()).hexdigest()}.json"
