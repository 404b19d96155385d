"""A person's own pictures as a data set: from a zip archive or a folder with one folder per class.

Measured with 60,000 JPEGs of 32 x 32 pixels in one zip of 62 MB, on two cores: 13 s, 340 MB at most, of which
180 MB are the mapped file that the pictures pass through.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from core.datasets import arrays
from core.datasets.image_set import SIDE
from core.datasets.info import DatasetError
from core.datasets.own import archive, content, holders, large_pictures
from core.datasets.own.archive import Source
from core.datasets.own.candidates import Classes, Placed, renamed
from core.datasets.own.checks import MAX_TITLE, check_classes, first_refusals
from core.datasets.own.class_names import class_name
from core.datasets.own.layout import arrange
from core.datasets.own.progress import OnProgress, Progress, ShouldStop
from core.datasets.own.sets import SOURCE, arrays_of
from core.datasets.pictures import RefusedError, square_and_size
from core.lab import paths
from core.specs import MAX_SEED

MAX_PICTURES = 1_000_000  # what DataSpec allows
BLOCK = 1_000  # pictures that are copied at once
_TRIES = 5  # to put a set in its place while somebody else deletes it
_GUESS_FROM = 1_000  # pictures: whether larger ones will be kept is guessed from the first, for the bar alone


@dataclass(frozen=True)
class Refused:
    """A file that was left out: its name, and a reason that ends the sentence "<name> ..."."""

    name: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What became of an import.

    Attributes
    ----------
    name : str
        The new data set's name in the registry.
    title : str
    n_train, n_test : int
    taken : dict of str to int
        Pictures per class, training and test together.
    refused : tuple of Refused
        The files that were left out, by name.
    skipped : int
        Hidden and system files (``.DS_Store``, ``__MACOSX``, ``Thumbs.db``), not worth a name each.
    side : int
        Pixels at which Question 5 gets the pictures; 32 where no larger ones are kept.
    before : str
        The title under which the very same pictures were here already; empty if they were not.
    notes : tuple of str
        Sentences for people: how the names were read, what was taken for what, what was not used and why.
    """

    name: str
    title: str
    n_train: int
    n_test: int
    taken: dict[str, int]
    refused: tuple[Refused, ...]
    skipped: int
    side: int
    before: str = ""
    notes: tuple[str, ...] = ()


def import_zip(
    path_or_file: str | Path | IO[bytes],
    *,
    title: str,
    random_state: int = 0,
    test_share: float = 0.2,
    classes: Classes | None = None,
    owner: str = "",
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> ImportReport:
    """Make a data set of a zip with ``<class>/...``, or laid out in one of the other usual ways (``layout``).

    Pictures are kept at 32 pixels, and where the files have more at a larger side too (``large_pictures``).
    Nothing is unpacked to the disk. Files that cannot be used are left out one by one and named in the
    report.

    Parameters
    ----------
    path_or_file : path or binary file
        The archive.
    title : str
        The data set's name for people, up to 60 letters. Its name in the registry is made of its content.
    random_state : int
        Seed of the split (where the archive has none) and of the order of the pictures.
    test_share : float, above 0 and below 1
        Share of each class that becomes test pictures, where the archive has no split.
    classes : mapping of str to str or None, optional
        Another name for a class, or None to leave it out; two classes with one name become one.
    owner : str, optional
        The key of the person whose set it is; only its hash is kept.
    on_progress : callable, optional
        Is called with (done, total) files now and then.
    should_stop : callable, optional
        Is asked before each picture; ``True`` ends the import.

    Raises
    ------
    DatasetError
        If it is no zip archive, if fewer than two or more than a hundred classes remain, or if it cannot be
        saved.
    ImportStoppedError
        If ``should_stop`` said so.
    """
    with archive.opened(path_or_file, is_folder=False) as source:
        return _import(source, title, random_state, test_share, classes, owner, on_progress, should_stop)


def import_folder(
    path: str | Path,
    *,
    title: str,
    random_state: int = 0,
    test_share: float = 0.2,
    classes: Classes | None = None,
    owner: str = "",
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> ImportReport:
    """Make a data set of a folder: else like ``import_zip``, with the same result for the same files."""
    with archive.opened(path, is_folder=True) as source:
        return _import(source, title, random_state, test_share, classes, owner, on_progress, should_stop)


def _import(
    source: Source,
    title: str,
    random_state: int,
    test_share: float,
    classes: Classes | None,
    owner: str,
    on_progress: OnProgress | None,
    should_stop: ShouldStop | None,
) -> ImportReport:
    title = _checked_title(title)
    if not 0 < test_share < 1:
        raise DatasetError(f"test_share is {test_share}; allowed is a number above 0 and below 1.")
    if not 0 <= random_state <= MAX_SEED:
        raise DatasetError(f"random_state is {random_state}; allowed is a whole number from 0 to {MAX_SEED}.")
    arranged = arrange(source.candidates)
    refused, placed = list(arranged.refused), renamed(arranged.placed, classes or {})
    check_classes({p.class_name for p in placed}, refused)
    if len(placed) > MAX_PICTURES:
        raise DatasetError(f"There are {len(placed):,} pictures; allowed are {MAX_PICTURES:,}. Import a part of them.")
    with arrays.building(paths.datasets()) as temporary:
        decoded = temporary / "decoded.npy"
        progress = Progress(len(placed), on_progress, should_stop)
        taken, sizes = _decode(placed, decoded, refused, progress)
        train, test, class_names = _split(taken, refused, random_state, test_share)
        pictures = np.load(decoded, mmap_mode="r")
        labels = np.array([class_names.index(p.class_name) if p.class_name in class_names else -1 for p in taken])
        side = large_pictures.side_of(sizes[np.concatenate([train, test])], len(train) + len(test))
        try:
            target = temporary / "arrays"
            target.mkdir()
            meta: dict[str, object] = {"title": title, "class_names": class_names, "source": SOURCE}
            if side is not None:
                meta["large_side"] = side
                squares = [
                    large_pictures.decoded(taken, pictures, order, side, lambda: progress.step(n_passes=2))
                    for order in (train, test)
                ]
                arrays.write_large(target, side, *squares)
            meta |= arrays.write_pictures(target, _blocks(pictures, labels, train), _blocks(pictures, labels, test))
            name = content.name_of(target, class_names)
            arrays.write_meta(target, {"name": name} | meta)
        finally:
            del pictures  # Windows removes no file that is mapped
        before = _publish(target, name, owner)
    if on_progress is not None:
        on_progress(len(placed), len(placed))
    used = labels[np.concatenate([train, test])]
    counts = {class_name: int((used == i).sum()) for i, class_name in enumerate(class_names)}
    report = tuple(Refused(*r) for r in sorted(refused))
    notes = (*source.notes, *arranged.notes)
    n_train, n_test, skipped = len(train), len(test), arranged.skipped
    return ImportReport(name, title, n_train, n_test, counts, report, skipped, side or SIDE, before, notes)


def _decode(
    placed: list[Placed],
    path: Path,
    refused: list[tuple[str, str]],
    progress: Progress,
) -> tuple[list[Placed], np.ndarray]:
    """Decode all files into one array; gives those that could be used and their sizes, in the array's order.

    One thread: on two cores two were 1.4 times slower for small JPEGs, where Python's share is the larger
    part. (For large photographs they would be twice as fast, which then are few.)
    """
    taken, n_passes = [], 1
    sizes: list[int] = []
    with arrays.ArrayWriter(path, (SIDE, SIDE, 3), np.uint8) as writer:
        for file in placed:
            if progress.is_due:
                large = large_pictures.side_of(np.array(sizes[:_GUESS_FROM]), len(placed))
                n_passes = 1 if large is None else 2
            progress.step(n_passes)
            try:
                square, size = square_and_size(file.candidate.read())
                writer.append(square[None])
                taken.append(file)
                sizes.append(size)
            except RefusedError as reason:
                refused.append((file.candidate.name, str(reason)))
    return taken, np.array(sizes, dtype=np.int64)


def _split(
    taken: list[Placed], refused: list[tuple[str, str]], random_state: int, test_share: float
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Indices into ``taken`` for training and test, each in a seeded order, and the classes' names."""
    rng = np.random.default_rng(random_state)
    of_class: dict[str, list[int]] = {}
    for index, file in enumerate(taken):
        if file.split != "test":
            of_class.setdefault(file.class_name, []).append(index)
    check_classes(set(of_class), refused)
    train: list[int] = []
    test: list[int] = []
    for index, file in enumerate(taken):
        if file.split == "test" and file.class_name in of_class:
            test.append(index)
        elif file.split == "test":
            refused.append((file.candidate.name, "is of a class that has no training pictures"))
    for _, indices in sorted(of_class.items()):
        n_test = 0
        if taken[indices[0]].split is None:  # the share of each class, but at least one on either side if it can be
            n_test = min(max(round(test_share * len(indices)), 1), len(indices) - 1)
            indices = rng.permutation(indices).tolist()
        test += indices[:n_test]
        train += indices[n_test:]
    if not test:
        raise DatasetError(f"No pictures are left for testing. {first_refusals(refused)}Add more to each class.")
    return rng.permutation(train), rng.permutation(test), sorted(of_class)


def _checked_title(title: str) -> str:
    title = class_name(title)
    if not 1 <= len(title) <= MAX_TITLE:
        raise DatasetError(f"The title is {title[:MAX_TITLE]!r}; allowed are 1 to {MAX_TITLE} printable letters.")
    return title


def _publish(target: Path, name: str, owner: str) -> str:
    """Put a set in its place, unless it is there already; gives the title that it then has, else nothing."""
    folder = paths.datasets() / name
    for _ in range(_TRIES):
        folder.mkdir(exist_ok=True)
        try:
            there = arrays.open_set(arrays_of(name))
        except DatasetError:  # damaged: these are its pictures, whole
            arrays.discard(arrays_of(name))
            there = None
        with contextlib.suppress(OSError):  # somebody has just brought it in, or deleted it
            if there is None:
                target.rename(arrays_of(name))
            holders.hold(folder, owner)
            return "" if there is None else there.title
    raise DatasetError(f"The data set could not be put into {folder}. {arrays.ADVICE}")


def _blocks(pictures: np.ndarray, labels: np.ndarray, order: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, len(order), BLOCK):
        chosen = order[start : start + BLOCK]
        yield pictures[chosen], labels[chosen]
