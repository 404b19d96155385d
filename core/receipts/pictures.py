"""The pictures of a run in its script: by the lines of their data set, with the files that belong beside these."""

import hashlib
import io
from collections.abc import Callable
from functools import partial

import numpy as np

from core import datasets
from core.datasets.image_set import SIDE, ImageSet
from core.datasets.info import DatasetError
from core.datasets.own import sets as own_sets
from core.lab.errors import ChalknetError
from core.lab.remembered import Remembered
from core.receipts.sections import Attachment, Section
from core.specs import DataSpec

DATA_FILE = own_sets.DATA_FILE  # for data sets that no package brings
TITLE = "The pictures"
_hashes: Remembered[tuple[DataSpec, int], str] = Remembered(most=200)


def needs_data_file(data: DataSpec) -> bool:
    """Whether the script reads its pictures from ``DATA_FILE`` because no package has them."""
    return datasets.record(data.dataset).needs_file


def data_file(data: DataSpec, *, side: int = SIDE) -> bytes:
    """The pictures of a run as the npz file that its script reads; ``side`` as of ``core.datasets.load_for``."""
    images = datasets.load_for(data, side=side)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        train_images=images.train_images,
        train_labels=images.train_labels,
        test_images=images.test_images,
        test_labels=images.test_labels,
        classes=np.array(images.class_names),
    )
    return buffer.getvalue()


def section(data: DataSpec, *, side: int = SIDE) -> Section:
    """The lines that set the training and test pictures, their labels and ``classes``.

    They are those of the run alone where they come from a file; otherwise those that its seed draws of the set, before
    ``PickedDataSpec`` picks some of them.

    Parameters
    ----------
    data : DataSpec
    side : int
        As of ``core.datasets.load_for``.

    Raises
    ------
    DatasetError
        If the set is drawn, and so many can't be.
    """
    dataset = datasets.record(data.dataset)
    lines = dataset.script_lines(_needed(data))
    if dataset.needs_file:
        return _from_file(lines, data, side)
    files = (
        Attachment(name, "draws the pictures", partial(_encoded, text)) for name, text in dataset.script_modules.items()
    )
    return Section(TITLE, f"{lines}\n\n{_drawn(data)}", tuple(files))


def _encoded(text: Callable[[], str]) -> bytes:
    return text().encode()


def _needed(data: DataSpec) -> DataSpec:
    """With as many pictures as the set has to give."""
    n_train, n_test = data.wanted
    return data.model_copy(update={"n_train": n_train, "n_test": n_test})


def _drawn(data: DataSpec) -> str:
    if data.judged_on == "validation":
        return (
            "# The pictures of this run: the first of a seeded shuffle train. Those behind them are held out for\n"
            "# validation and stand where the test pictures would: these stay sealed\n"
            f"order = np.random.default_rng({data.random_state}).permutation(len(train_labels))\n"
            f"train, judged = order[:{data.n_train}], order[{data.n_train}:{data.n_train + data.n_test}]\n"
            "test_images, test_labels = train_images[judged], train_labels[judged]\n"
            "train_images, train_labels = train_images[train], train_labels[train]"
        )
    return (
        "# The pictures of this run: the first of a seeded shuffle, or all in their order\n"
        f"rng = np.random.default_rng({data.random_state})\n"
        f"train_order, test_order = rng.permutation(len(train_labels)), rng.permutation(len(test_labels))\n"
        f"if {data.n_train} < len(train_labels):\n"
        f"    chosen = train_order[:{data.n_train}]\n"
        "    train_images, train_labels = train_images[chosen], train_labels[chosen]\n"
        f"if {data.n_test} < len(test_labels):\n"
        f"    chosen = test_order[:{data.n_test}]\n"
        "    test_images, test_labels = test_images[chosen], test_labels[chosen]"
    )


def _from_file(lines: str, data: DataSpec, side: int) -> Section:
    """Known by what is in it, not by its name: every run's file is called the same."""
    missing = ""
    try:
        sha256 = _hash(data, side)
        checked = (
            f'check("{DATA_FILE}", "{sha256}",\n'
            '      "\\n".join(classes).encode(), train_images, train_labels, test_images, test_labels)'
        )
    except ChalknetError as error:
        missing = str(error)
        checked = "# They are not in that lab any more: a file that was taken before can't be checked"
    file = Attachment(DATA_FILE, "holds the pictures", partial(data_file, data, side=side), missing)
    return Section(TITLE, f"{lines}\n{checked}", (file,))


def _hash(data: DataSpec, side: int) -> str:
    """Of the pictures of a run.

    Raises
    ------
    DatasetError
        If they are not here.
    """
    found = datasets.record(data.dataset).info()
    if not found.present:
        raise DatasetError(found.missing)
    known = _hashes.get((data, side))
    if known is None:
        known = _content_hash(datasets.load_for(data, side=side))
        _hashes.put((data, side), known)
    return known


def _content_hash(images: ImageSet) -> str:
    digest = hashlib.sha256("\n".join(images.class_names).encode())
    for array in (images.train_images, images.train_labels, images.test_images, images.test_labels):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
