"""A person's own pictures as a data set: from a zip archive or a folder with one folder a class.

Measured with 60,000 JPEGs of 32 x 32 pixels in one zip of 62 MB, on two cores: 13 s, 340 MB at most, of which
180 MB are the mapped file that the pictures pass through.
"""

import contextlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.datasets import arrays
from core.datasets.image_set import SIDE
from core.datasets.info import DatasetError
from core.datasets.own import content, holders, large_pictures
from core.datasets.own.candidates import Candidate, Classes, Placed, arrange, in_folder, in_zip, renamed
from core.datasets.own.progress import OnProgress, Progress, ShouldStop
from core.datasets.own.sets import SOURCE, arrays_of
from core.datasets.pictures import RefusedError, square_and_size
from core.lab import paths
from core.specs import MAX_SEED

MIN_CLASSES, MAX_CLASSES = 2, 100
MAX_PICTURES = 1_000_000  # what DataSpec allows
MAX_TITLE = 60  # letters
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
        Pictures a class, training and test together.
    refused : tuple of Refused
        The files that were left out, by name.
    skipped : int
        Hidden and system files (``.DS_Store``, ``__MACOSX``, ``Thumbs.db``), not worth a name each.
    side : int
        Pixels at which Question 5 gets the pictures; 32 where no larger ones are kept.
    before : str
        The title under which the very same pictures were here already; empty if they were not.
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
    """Make a data set of a zip with ``train/<class>/...`` and ``test/<class>/...``, or only ``<class>/...``.

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
    try:
        with zipfile.ZipFile(path_or_file) as archive:
            found = list(in_zip(archive))
            return _import(found, title, random_state, test_share, classes, owner, on_progress, should_stop)
    except (zipfile.BadZipFile, EOFError) as error:
        raise DatasetError(f"This is no zip archive that can be read ({error}). Zip the folder anew.") from error
    except OSError as error:
        raise DatasetError(f"The archive cannot be read: {error.strerror or error}.") from error


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
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder. Give a folder that has one folder a class.")
    found = list(in_folder(folder))
    return _import(found, title, random_state, test_share, classes, owner, on_progress, should_stop)


def _import(
    candidates: list[Candidate],
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
    placed, refused, skipped = arrange(candidates)
    placed = renamed(placed, classes or {})
    _check_classes({p.class_name for p in placed}, refused)
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
            meta: dict[str, Any] = {"title": title, "class_names": class_names, "source": SOURCE}
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
    return ImportReport(name, title, len(train), len(test), counts, report, skipped, side or SIDE, before)


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
    _check_classes(set(of_class), refused)
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
        raise DatasetError(f"No pictures are left for testing. {_first_refusals(refused)}Add more to each class.")
    return rng.permutation(train), rng.permutation(test), sorted(of_class)


def _check_classes(class_names: set[str], refused: list[tuple[str, str]]) -> None:
    n = len(class_names)
    if n < MIN_CLASSES:
        there = f"only one class, {next(iter(class_names))!r}," if n else "no class"
        raise DatasetError(
            f"There is {there} with training pictures that can be used; at least {MIN_CLASSES} are needed, "
            "each in a folder of its own: <class>/... or train/<class>/... with test/<class>/... "
            + _first_refusals(refused)
        )
    if n > MAX_CLASSES:
        raise DatasetError(
            f"There are {n} class folders; allowed are {MIN_CLASSES} to {MAX_CLASSES}. Put some together."
        )
    long = next((c for c in sorted(class_names) if not 1 <= len(c) <= MAX_TITLE or not c.isprintable()), None)
    if long is not None:
        raise DatasetError(
            f"A class folder is called {long[:MAX_TITLE]!r}; allowed are 1 to {MAX_TITLE} printable letters. Rename it."
        )


def _first_refusals(refused: list[tuple[str, str]]) -> str:
    if not refused:
        return ""
    shown = "; ".join(f"{name} {reason}" for name, reason in sorted(refused)[:3])
    return f"Left out were {len(refused)} files: {shown}{'; ...' if len(refused) > 3 else ''}. "


def _checked_title(title: str) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= MAX_TITLE or not title.isprintable():
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
