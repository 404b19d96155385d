"""Data sets: a registry in which every set arrives as the same ``ImageSet``.

Importing this package imports neither torch nor scikit-learn; what needs them imports them when it is called.
"""

from core.datasets.image_set import ImageSet
from core.datasets.registry import DatasetError, DatasetInfo, available, info, load, load_for

__all__ = ["DatasetError", "DatasetInfo", "ImageSet", "available", "info", "load", "load_for"]
