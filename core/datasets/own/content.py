"""The name of an own set: made of its content alone, so that a run's data set can't become another one.

Titles are for people: two sets may have the same, and a set that is deleted and brought in again under its title is
another set as soon as one pixel differs.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

# What is older than names by content is called after its title
NAME_PATTERN = re.compile(r"own-[a-z0-9]+(-[a-z0-9]+)*")
_BY_CONTENT = re.compile(r"own-[0-9a-f]{32}")
_FILES = tuple(f"{split}_{kind}.npy" for split in ("train", "test") for kind in ("images", "labels", "large"))


def name_of(folder: Path, class_names: Sequence[str]) -> str:
    """The name of a set whose arrays lie in ``folder``, such as ``"own-3f0c..."``: 128 bits of SHA-256.

    Pictures, their order, labels, the split and the names of the classes count; the title does not.
    """
    digest = hashlib.sha256(json.dumps(list(class_names)).encode())
    for name in _FILES:
        if (folder / name).exists():
            with (folder / name).open("rb") as file:
                digest.update(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}".encode())
    return f"own-{digest.hexdigest()[:32]}"


def mark_of(name: str) -> str:
    """What tells a set from others of its title, as short as can be."""
    return name.removeprefix("own-")[:6] if _BY_CONTENT.fullmatch(name) else name
