"""CIFAR-10 from files in torchvision's own format; small fakes with real check sums, no download."""

import functools
import hashlib
import http.server
import pickle
import tarfile
import threading

import numpy as np
import pytest
from torchvision.datasets import CIFAR10

from core import datasets
from core.datasets import DatasetError, cifar10

PER_BATCH = 20


def _md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    cifar10.FILES.folder.mkdir(parents=True)
    return cifar10.FILES.folder


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """A folder ``cifar-10-batches-py`` and its archive, and torchvision taught their real MD5 sums."""
    root = tmp_path / "elsewhere"
    batches = root / cifar10.BATCHES
    batches.mkdir(parents=True)
    rng = np.random.default_rng(0)
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    for name in names:
        data = rng.integers(0, 256, (PER_BATCH, 3072), dtype=np.uint8)
        content = {"data": data, "labels": rng.integers(0, 10, PER_BATCH).tolist()}
        (batches / name).write_bytes(pickle.dumps(content))
    (batches / "batches.meta").write_bytes(pickle.dumps({"label_names": list(cifar10.CLASS_NAMES)}))
    with tarfile.open(root / cifar10.ARCHIVE, "w:gz") as archive:
        archive.add(batches, cifar10.BATCHES)
    sums = [[name, _md5(batches / name)] for name in names]
    monkeypatch.setattr(CIFAR10, "train_list", sums[:5])
    monkeypatch.setattr(CIFAR10, "test_list", sums[5:])
    monkeypatch.setattr(CIFAR10, "meta", {**CIFAR10.meta, "md5": _md5(batches / "batches.meta")})
    monkeypatch.setattr(CIFAR10, "tgz_md5", _md5(root / cifar10.ARCHIVE))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/" + cifar10.ARCHIVE)  # nobody listens there
    return root


def _same_as_torchvision(loaded, root):
    for split, train in (("train", True), ("test", False)):
        theirs = CIFAR10(str(root), train=train)
        np.testing.assert_array_equal(getattr(loaded, f"{split}_images"), theirs.data)
        np.testing.assert_array_equal(getattr(loaded, f"{split}_labels"), theirs.targets)
    assert loaded.class_names == tuple(theirs.classes)


def test_absent_says_where_the_file_belongs(home):
    found = datasets.info("cifar10")
    assert not found.present
    assert str(home) in found.missing
    assert "cifar-10-python.tar.gz" in found.missing
    with pytest.raises(DatasetError, match=r"not on this machine.*put cifar-10-python\.tar\.gz into"):
        datasets.load("cifar10")


@pytest.mark.parametrize("form", [cifar10.BATCHES, cifar10.ARCHIVE])
def test_files_in_either_form_are_converted_once(home, fake, form):
    (fake / form).rename(home / form)
    assert datasets.info("cifar10").present
    loaded = datasets.load("cifar10", n_train=50, n_test=10)
    (home / form).rename(fake / form)
    _same_as_torchvision(loaded, fake)
    assert sorted(p.name for p in home.iterdir()) == ["arrays-1.1"]
    assert datasets.info("cifar10").present  # the arrays are enough from now on
    _same_as_torchvision(datasets.load("cifar10"), fake)


def test_wrong_check_sum_is_a_sentence_and_nothing_is_unpickled(home, fake):
    (fake / cifar10.BATCHES).rename(home / cifar10.BATCHES)
    bomb = b"cos\nabort\n(tR."  # a pickle that would end this process
    (home / cifar10.BATCHES / "data_batch_3").write_bytes(bomb)
    with pytest.raises(DatasetError, match=r"MD5 sum differs"):
        datasets.load("cifar10")
    assert [p.name for p in home.iterdir()] == [cifar10.BATCHES]
    (fake / cifar10.ARCHIVE).rename(home / cifar10.ARCHIVE)  # a sound archive beside it helps
    assert len(datasets.load("cifar10").train_labels) == 5 * PER_BATCH


def test_archive_that_is_cut_short_is_a_sentence(home, fake):
    whole = (fake / cifar10.ARCHIVE).read_bytes()
    (home / cifar10.ARCHIVE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatasetError, match=r"is not the published file: .* delete it"):
        datasets.load("cifar10")
    assert [p.name for p in home.iterdir()] == [cifar10.ARCHIVE]


def test_download_without_a_network_is_one_sentence(home, fake):
    with pytest.raises(DatasetError, match=r"could not be fetched .*refused.* put cifar-10-python") as caught:
        cifar10.FILES.download()
    assert str(home) in str(caught.value)
    assert list(home.iterdir()) == []


def test_download_needs_no_network_when_the_files_are_there(home, fake):
    (fake / cifar10.ARCHIVE).rename(home / cifar10.ARCHIVE)
    assert len(cifar10.FILES.download().train_labels) == 5 * PER_BATCH


@pytest.mark.parametrize("sound", [True, False])
def test_download_from_a_server(home, fake, monkeypatch, sound):
    if not sound:
        (fake / cifar10.ARCHIVE).write_bytes(b"<html>Please log in to the lecture hall's network</html>")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=fake)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            monkeypatch.setattr(CIFAR10, "url", f"http://127.0.0.1:{server.server_port}/{cifar10.ARCHIVE}")
            if sound:
                _same_as_torchvision(cifar10.FILES.download(), fake)
                assert sorted(p.name for p in home.iterdir()) == ["arrays-1.1", cifar10.ARCHIVE]
            else:
                with pytest.raises(DatasetError, match=r"could not be fetched"):
                    cifar10.FILES.download()
                assert list(home.iterdir()) == []
        finally:
            server.shutdown()
