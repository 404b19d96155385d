"""Real photographs by the road of own pictures: a part of cifar10-photos.zip, if it is there."""

import numpy as np
import pytest

from core import datasets
from core.datasets.own.importing import import_zip


@pytest.mark.photos
def test_photographs_are_imported(few_photos, tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path))
    report = import_zip(few_photos, title="CIFAR-10 photographs")
    assert (report.title, report.n_train, report.n_test) == ("CIFAR-10 photographs", 2_000, 400)
    assert (report.refused, report.skipped, len(report.taken)) == ((), 0, 10)
    loaded = datasets.load(report.name)
    assert loaded.class_names[:2] == ("airplane", "automobile")
    np.testing.assert_array_equal(np.bincount(loaded.test_labels), [40] * 10)
    blue = loaded.train_images[..., 2].mean(axis=(1, 2)) - loaded.train_images[..., 0].mean(axis=(1, 2))
    by_class = [blue[loaded.train_labels == k].mean() for k in range(10)]
    assert np.argmax(by_class) in (
        0,
        8,
    )  # skies and seas are bluer than frogs: the labels fit the photographs
