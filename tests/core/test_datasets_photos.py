"""Real photographs by the road of own pictures: a part of cifar10-photos.zip, if it is there."""

import os
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core import datasets
from core.datasets.own_images import import_zip

PHOTOS = Path(
    os.environ.get("CHALKNET_PHOTOS") or Path(__file__).parents[3] / "shared" / "data" / "cifar10-photos.zip"
)


@pytest.mark.photos
@pytest.mark.skipif(not PHOTOS.is_file(), reason=f"{PHOTOS} is not there; set CHALKNET_PHOTOS to where it is")
def test_photographs_are_imported(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path))
    seen: Counter[str] = Counter()
    with zipfile.ZipFile(PHOTOS) as photos, zipfile.ZipFile(tmp_path / "part.zip", "w") as part:
        for member in photos.infolist():
            split_and_class = member.filename.rpartition("/")[0]
            seen[split_and_class] += 1
            if seen[split_and_class] <= (200 if split_and_class.startswith("train") else 40):
                part.writestr(member.filename, photos.read(member))
    report = import_zip(tmp_path / "part.zip", title="CIFAR-10 photographs")
    assert (report.name, report.n_train, report.n_test) == ("own-cifar-10-photographs", 2_000, 400)
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
