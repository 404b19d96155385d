"""What is kept of an own set that was deleted: its title and its classes, by which its runs can still be shown."""

import contextlib
from pathlib import Path

from core.lab import files, paths


def keep(name: str, title: str, class_names: tuple[str, ...]) -> None:
    """Note them; no run is worth an error here."""
    with contextlib.suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True)
        files.write_json(_folder() / f"{name}.json", {"title": title, "class_names": list(class_names)})


def kept(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Title and classes of a set that was deleted; None where nothing is known."""
    found = files.read_json(_folder() / f"{name}.json")
    title, class_names = found.get("title"), found.get("class_names")
    if not isinstance(title, str) or not isinstance(class_names, list):
        return None
    return title, tuple(map(str, class_names))


def _folder() -> Path:
    """Beside the data sets, not among them."""
    return paths.home() / "deleted-datasets"
