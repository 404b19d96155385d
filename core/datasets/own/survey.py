"""What an import would find, before anything is decoded: so that classes can be renamed or left out first."""

import itertools
import zipfile
from collections import Counter
from pathlib import Path
from typing import IO

from core.datasets.info import DatasetError
from core.datasets.own.candidates import arrange, in_folder, in_zip

MOST_LISTED = 300_000  # files of a folder that are looked at: somebody may have typed the disk's root


def survey(source: str | Path | IO[bytes], *, is_folder: bool) -> dict[str, int]:
    """The classes that an import would find, with the number of their files; nothing is decoded yet.

    Raises
    ------
    DatasetError
        If it is no zip archive, or no folder.
    """
    if is_folder:
        folder = Path(str(source)).expanduser()
        if not folder.is_dir():
            raise DatasetError(f"{folder} is no folder. Give a folder that has one folder a class.")
        found = list(itertools.islice(in_folder(folder), MOST_LISTED + 1))
        if len(found) > MOST_LISTED:
            raise DatasetError(f"{folder} has more than {MOST_LISTED:,} files. Give the folder that holds the classes.")
        placed, _, _ = arrange(found)
    else:
        try:
            with zipfile.ZipFile(source) as archive:
                placed, _, _ = arrange(list(in_zip(archive)))
        except (zipfile.BadZipFile, EOFError) as error:
            raise DatasetError(f"This is no zip archive that can be read ({error}). Zip the folder anew.") from error
    return dict(sorted(Counter(file.class_name for file in placed).items()))
