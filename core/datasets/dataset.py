"""What makes one data set different from another, in one record that everybody else asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetInfo
from core.datasets.published import PublishedFiles
from core.specs import DataSpec


@dataclass(frozen=True)
class Dataset:
    """A data set: what the registry lists, and all that the lab ever asks of one.

    Attributes
    ----------
    name : str
        What ``DataSpec.dataset`` says, such as ``"shapes10"``.
    info : callable
        Gives its ``DatasetInfo``: cheap, as every rerun of a page asks for it, and present or not.
    load : callable
        Gives all of it, memory-mapped; builds the arrays where they are not on disk yet.
    script_lines : callable
        Takes a ``DataSpec``; gives lines of Python that need nothing of the lab, after ``import numpy as np``, and set
        ``train_images``, ``train_labels``, ``test_images``, ``test_labels`` (as ``ImageSet`` has them, of the whole
        set or of the part that ``load_part`` gives) and ``classes``. Where they need a file beside the script, they
        may call the functions of ``core.receipts.beside``.
    load_part : callable, optional
        Takes (n_train, n_test); gives at least so many, where fewer cost less than all.
    load_large : callable, optional
        Gives the same pictures at the larger side at which they are kept too.
    script_modules : mapping of str to callable
        Python files that those lines import from beside the script: a file's name, to what gives its text.
    files : PublishedFiles, optional
        Of which it is made, where these do not come with the lab: to be downloaded or taken over.
    needs_file : bool
        Whether the script reads the pictures of a run from a file that is handed out beside it, because no package
        brings them; its lines then set those of the run alone.
    is_own : bool
        Whether somebody has brought it in. Its title is then anything, and no key: links have its name.
    """

    name: str
    info: Callable[[], DatasetInfo]
    load: Callable[[], ImageSet]
    script_lines: Callable[[DataSpec], str]
    load_part: Callable[[int, int], ImageSet] | None = None
    load_large: Callable[[], ImageSet] | None = None
    script_modules: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    files: PublishedFiles | None = None
    needs_file: bool = False
    is_own: bool = False
