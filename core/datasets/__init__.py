"""Data sets: a registry in which every set arrives as the same ``ImageSet``.

Importing this package imports neither torch nor scikit-learn; what needs them imports them when it is called.
"""

from core.datasets.dataset import Dataset
from core.datasets.image_set import ImageSet
from core.datasets.info import DatasetError, DatasetInfo
from core.datasets.own.importing import import_folder, import_zip
from core.datasets.own.sets import delete
from core.datasets.pictures import to_square
from core.datasets.registry import DATASETS, available, info, labels_for, load, load_for, record

__all__ = [
    "DATASETS", "Dataset", "DatasetError", "DatasetInfo", "ImageSet", "available", "delete", "import_folder",
    "import_zip", "info", "labels_for", "load", "load_for", "record", "to_square",
]  # fmt: skip
