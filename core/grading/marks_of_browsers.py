"""Marks of earlier versions, which kept them per browser: brought to the place of the lab's at first use, none is lost.

    assignments/marks/<mark of a browser>/<code>/marks.json

Where there are several of one assignment, those that lie in the lab's place stand, or else those that were changed
last. What only the others have, students and points, is taken over; their files lie beside, and it is said.
"""

import contextlib
import re
from collections import defaultdict
from pathlib import Path

from core.assignments.assignment import is_code
from core.grading import kept, kept_files
from core.grading.files import GradingError
from core.grading.kept import Kept
from core.lab.words import count

_MARK = re.compile("[0-9a-f]{32}")  # of a browser's key, as core.lab.owners makes it


def bring_together() -> None:
    """Bring all of them; without any, this only looks into one folder.

    Raises
    ------
    GradingError
        If a file can't be moved or written; each is then in its old place or in its new one.
    """
    if not _folders():
        return
    with kept_files.WRITING:
        found: dict[str, list[Path]] = defaultdict(list)
        for folder in _folders():
            for path in folder.glob(f"*/{kept_files.NAME}"):
                if is_code(path.parent.name):
                    found[path.parent.name].append(path)
        for code, paths in found.items():
            _bring(kept_files.path_of(code), sorted(paths, key=kept_files.time_of, reverse=True))
        for folder in _folders():
            _clear(folder)


def _folders() -> list[Path]:
    try:
        return sorted(path for path in kept_files.folder().iterdir() if _MARK.fullmatch(path.name) and path.is_dir())
    except FileNotFoundError:
        return []


def _bring(path: Path, olds: list[Path]) -> None:
    """Those of an assignment, which were changed last first, to the lab's place."""
    read = {old: _read(old, path.parent.name) for old in olds}
    first = next((old for old in olds if read[old] is not None), olds[0])
    base, n_torn = _read(path, path.parent.name), 0
    if base is None and (read[first] is not None or not path.exists()):
        if path.exists():
            kept_files.lay_aside(path, path.parent)
            n_torn = 1
        kept_files.move(first, path)
        base = read.pop(first)
    others = [one for one in read.values() if one is not None]
    n_torn += len(read) - len(others)
    if base is not None and (others or n_torn):
        made = Kept(base.book, base.given, (*base.told, _told(len(others) + n_torn, n_torn)))
        for one in others:
            made = kept.joined(made, one)
        kept_files.write(path, made)  # before anything is laid aside: what is interrupted here is joined once more
    for old in read:
        kept_files.lay_aside(old, path.parent)


def _read(path: Path, code: str) -> Kept | None:
    """The marks of a file; None where it can't be used."""
    try:
        found = kept_files.read(path)
    except GradingError:
        return None
    return found if found is not None and found.book.assignment.code == code else None


def _told(n_others: int, n_torn: int) -> str:
    told = (
        f"Earlier versions kept marks per browser: {count(n_others, 'other file')} of this assignment now "
        f"{'lies' if n_others == 1 else 'lie'} beside these marks (marks-before-*.json)."
    )
    return f"{told} Of those, {count(n_torn, 'file')} can't be read." if n_torn else told


def _clear(folder: Path) -> None:
    """What was laid aside goes along, and a folder that is empty then is deleted."""
    for path in folder.glob("*/*-before-*.json"):
        if is_code(path.parent.name):
            kept_files.lay_aside(path, kept_files.path_of(path.parent.name).parent)
    for each in [*folder.iterdir(), folder]:
        with contextlib.suppress(OSError):  # something else lies in it
            each.rmdir()
