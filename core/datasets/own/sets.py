"""The data sets that people have brought in: which there are, whose they are, and how one goes away again."""

import contextlib
from functools import partial
from pathlib import Path

import numpy as np

from core.datasets import arrays
from core.datasets.dataset import Dataset
from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.datasets.own import deleted, holders
from core.datasets.own.content import NAME_PATTERN, mark_of
from core.lab import owners, paths
from core.lab.errors import NotYoursError
from core.specs import DataSpec

SOURCE = "Your own pictures, imported on this machine."
LICENCE = "Whatever you are allowed to do with them: the lab keeps them on this machine."
DATA_FILE = "pictures.npz"  # what their scripts read, beside the script


def record(name: str) -> Dataset:
    """The record of an own set, also of one that is not here any more."""
    return Dataset(
        name,
        info=partial(info, name),
        load=partial(load, name),
        load_large=partial(load, name, large=True),
        script_lines=script_lines,
        needs_file=True,
        is_own=True,
    )


def records() -> list[Dataset]:
    """All that are on this machine, damaged ones too, by name."""
    return [
        record(folder.name)
        for folder in sorted(paths.datasets().glob("own-*"))
        if NAME_PATTERN.fullmatch(folder.name) and (arrays_of(folder.name) / "meta.json").exists()
    ]


def info(name: str) -> DatasetInfo:
    """What the registry says of an own set; of one that was deleted what is known of it still."""
    missing = ""
    try:
        meta = arrays.read_meta(arrays_of(name))
    except DatasetError:
        meta, missing = None, f"The files of {name} are damaged. Delete it and import the pictures again."
    if meta is None:
        title, class_names = deleted.kept(name) or (name, ())
        called = f"{title!r} ({mark_of(name)})" if class_names else f"{name!r}"
        gone = f"There is no data set {called} here any more. Import its pictures again, and it is back."
        missing = missing or gone
        return DatasetInfo(name, title, "Own pictures.", 0, 0, class_names, False, missing, SOURCE)
    classes, n_train, n_test = meta["class_names"], meta["n_train"], meta["n_test"]
    summary, side = f"{n_train + n_test:,} own pictures in {len(classes)} classes", meta["large_side"]
    summary += f", for Question 5 at {side} pixels." if side > SIDE else "."
    about = (name, meta["title"], summary, n_train, n_test, classes, True, "", meta["source"], LICENCE)
    return DatasetInfo(*about, side=side)


def load(name: str, *, large: bool = False) -> ImageSet:
    """An own data set, memory-mapped; with its larger pictures where they are wanted and there.

    Raises
    ------
    DatasetError
        If it is not there or its files are damaged.
    """
    found = arrays.open_set(arrays_of(name), large=large)
    if found is None:
        raise DatasetError(f"There is no data set {name!r}.")
    return found


def numbered(name: str) -> ImageSet | None:
    """A set that was deleted, with each picture's number in its place; None where nothing is known of it."""
    told, labels = deleted.kept(name), deleted.labels_of(name)
    if told is None or labels is None:
        return None
    (title, class_names), (train, test) = told, labels
    return ImageSet(name, title, class_names, np.arange(len(train)), train, np.arange(len(test)), test, SOURCE)


def script_lines(data: DataSpec) -> str:
    """The pictures of a run from the file that is handed out with its script."""
    return (
        f'# "{data.dataset}" is only in the lab that made this script: its pictures are a file beside it\n'
        f'with np.load(beside("{DATA_FILE}")) as file:\n'
        '    train_images, train_labels = file["train_images"], file["train_labels"]\n'
        '    test_images, test_labels = file["test_images"], file["test_labels"]\n'
        '    classes = tuple(str(name) for name in file["classes"])'
    )


def belongs_to(name: str, owner: str) -> bool:
    """Whether a set was imported by the person with that key; an old one whose files are damaged is nobody's."""
    if holders.is_held(paths.datasets() / name, owner):
        return True
    try:
        meta = arrays.read_meta(arrays_of(name)) or {}
    except DatasetError:
        return False
    return owners.belongs_to(meta.get("owner"), owner)


def delete(name: str, owner: str, *, this_machine_alone: bool = False) -> bool:
    """Remove an own data set; those that the lab brings or fetches cannot be removed.

    Where others have brought the same pictures in too, they keep them.

    Parameters
    ----------
    name : str
    owner : str
        The key of the person who asks.
    this_machine_alone : bool
        Whether nobody but who sits at this machine reaches the lab, so that every set is theirs to delete.

    Returns
    -------
    bool
        Whether it is gone.

    Raises
    ------
    DatasetError
        If there is no such own data set, or the system will not let it go.
    NotYoursError
        If somebody else has brought it in.
    """
    if not let_go(name, owner, this_machine_alone=this_machine_alone):
        return False
    arrays.discard(paths.datasets() / name)
    return True


def let_go(name: str, owner: str, *, this_machine_alone: bool = False) -> bool:
    """The first half of ``delete``: whether the set is to go now; its title and labels are noted then.

    Raises
    ------
    DatasetError, NotYoursError
        As of ``delete``.
    """
    if not NAME_PATTERN.fullmatch(name) or not (paths.datasets() / name).is_dir():
        own = ", ".join(record.name for record in records()) or "none"
        raise DatasetError(f"{name!r} is no data set of your own; those that can be deleted: {own}.")
    if not (this_machine_alone or belongs_to(name, owner)):
        raise NotYoursError(f"{name!r} is not your data set: only who brought it in can delete it.")
    if not this_machine_alone and holders.let_go(paths.datasets() / name, owner):
        return False
    with contextlib.suppress(DatasetError):  # damaged: there is nothing to keep
        images = load(name)
        deleted.keep(name, images.title, images)
        del images  # Windows removes no file that is mapped
    return True


def title_of_deleted(name: str) -> str:
    """What a set that was deleted was called; its name where that is not known."""
    return (deleted.kept(name) or (name, ()))[0]


def arrays_of(name: str) -> Path:
    """The folder of its files."""
    return paths.datasets() / name / f"arrays-{arrays.FORMAT}"
