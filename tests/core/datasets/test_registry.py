"""The registry: what there is, what it costs to ask, and what it says when something is wrong."""

import ast
import subprocess
import sys

import numpy as np
import pytest

from core import datasets
from core.datasets import DatasetError
from core.datasets.digits import enlarge
from core.lab.errors import ChalknetError
from core.specs import DataSpec


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path))


def test_built_in_sets_come_first_and_are_present():
    known = datasets.available()
    assert [d.name for d in known[:2]] == ["shapes10", "digits"]
    assert all(d.present and not d.missing and d.summary and d.source for d in known[:2])
    assert (known[0].n_train, known[0].n_test) == (50_000, 10_000)


def test_asking_what_there_is_writes_and_builds_nothing(tmp_path):
    datasets.available()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["cifar100", "", "../shapes10", "own-nothing", "shapes10/small-1.1"])
def test_unknown_name_says_what_there_is(name):
    with pytest.raises(DatasetError, match=r"there are: shapes10, digits"):
        datasets.load(name)
    assert issubclass(DatasetError, ChalknetError)


def test_too_many_pictures_names_field_value_and_range():
    with pytest.raises(DatasetError, match=r"n_train is 5000; .* 2 to 1437"):
        datasets.load_for(DataSpec(dataset="digits", n_train=5000))
    with pytest.raises(DatasetError, match=r"n_test is 10001; .* 1 to 10000"):
        datasets.load_for(DataSpec(n_test=10_001))
    with pytest.raises(DatasetError, match=r"n_train is 0"):
        datasets.load("shapes10", n_train=0)


def test_digits_are_scikit_learns_own():
    from sklearn.datasets import load_digits

    bunch = load_digits()
    loaded = datasets.load("digits")
    assert (len(loaded.train_labels), len(loaded.test_labels)) == (1437, 360)
    images = np.concatenate([loaded.train_images, loaded.test_images])
    assert (images == images[..., :1]).all()  # grey
    shrunk = np.round(images[:, ::4, ::4, 0] * (16 / 255))  # one pixel of each 4 x 4 square
    np.testing.assert_array_equal(enlarge(shrunk), images)
    labels = np.concatenate([loaded.train_labels, loaded.test_labels])

    def as_set(pictures, targets):
        return sorted(
            (*p.ravel().astype(int).tolist(), int(t)) for p, t in zip(pictures, targets, strict=True)
        )

    assert as_set(shrunk, labels) == as_set(bunch.images, bunch.target)
    shares = np.bincount(loaded.test_labels) / np.bincount(labels)
    assert ((shares > 0.18) & (shares < 0.22)).all()


def test_importing_brings_no_heavy_package():
    heavy = {"torch", "torchvision", "sklearn", "streamlit"}
    code = f"import sys, core.datasets; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("dataset", datasets.DATASETS, ids=[dataset.name for dataset in datasets.DATASETS])
def test_each_record_is_whole(dataset):
    found = datasets.info(dataset.name)
    assert datasets.record(dataset.name) is dataset
    assert found.name == dataset.name
    assert all([found.title, found.summary, found.source, found.licence, len(found.class_names) > 1])
    assert found.present == (dataset.files is None)  # of what has to be fetched nothing is here
    lines = dataset.script_lines(DataSpec(dataset=dataset.name))
    names = {node.id for node in ast.walk(ast.parse(lines)) if isinstance(node, ast.Name)}
    assert names >= {"train_images", "train_labels", "test_images", "test_labels", "classes"}
    if dataset.files is not None:
        assert found.missing.startswith(f"{found.title} is not on this machine. Download it (")
        assert all(name in found.missing for name in dataset.files.sizes)
        assert str(dataset.files.folder) in found.missing
        with pytest.raises(DatasetError, match="is not on this machine"):
            datasets.load(dataset.name)
        assert set(dataset.files.sums()) == set(dataset.files.sizes)


def test_a_run_whose_own_pictures_are_gone_still_has_its_script():
    gone = datasets.record("own-gone")
    assert gone.needs_file
    assert "pictures.npz" in gone.script_lines(DataSpec(dataset="own-gone"))
    assert "Import its pictures again" in gone.info().missing
