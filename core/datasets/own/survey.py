"""What an import would find, before anything is decoded: so that classes can be renamed or left out first."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.datasets.own import archive
from core.datasets.own.checks import check_enough
from core.datasets.own.layout import arrange


@dataclass(frozen=True)
class Survey:
    """The classes with the number of their files, and sentences about how the files were understood."""

    classes: dict[str, int]
    notes: tuple[str, ...]


def survey(source: str | Path | IO[bytes], *, is_folder: bool) -> Survey:
    """Look at the names of files alone; nothing is decoded yet.

    Raises
    ------
    DatasetError
        If it is no zip archive, or no folder, or has no class folders: what an import could only say too.
    """
    with archive.opened(source, is_folder=is_folder) as found:
        arranged = arrange(found.candidates)
    classes = Counter(file.class_name for file in arranged.placed)
    check_enough(set(classes), arranged.refused)
    return Survey(dict(sorted(classes.items())), (*found.notes, *arranged.notes))
