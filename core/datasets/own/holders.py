"""Who has brought an own set in: a small file a person beside its pictures, so that two never write the same one.

The same pictures are the same set, whoever brings them in: it goes when the last of those who have it deletes it.
"""

from pathlib import Path

from core.lab.owners import owner_mark

_SUFFIX = ".holder"
_NOBODY = "nobody"  # brought in by a script: it stays whatever other people do


def hold(folder: Path, owner: str) -> None:
    """Note that the person with this key has brought the set in."""
    (folder / f"{owner_mark(owner) if owner else _NOBODY}{_SUFFIX}").touch()


def is_held(folder: Path, owner: str) -> bool:
    """Whether that person has."""
    return bool(owner) and (folder / f"{owner_mark(owner)}{_SUFFIX}").exists()


def let_go(folder: Path, owner: str) -> bool:
    """Forget that person; whether somebody else still has the set."""
    (folder / f"{owner_mark(owner)}{_SUFFIX}").unlink(missing_ok=True)
    return any(folder.glob(f"*{_SUFFIX}"))
