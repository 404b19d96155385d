"""CIFAR-10 from files in torchvision's own format; small fakes with real check sums, no download."""

import dataclasses
import gzip
import hashlib
import io
import os
import pickle
import re
import shutil
import subprocess
import sys
import tarfile

import numpy as np
import pytest
from torchvision.datasets import CIFAR10

from core import datasets
from core.datasets import DatasetError, cifar10
from core.specs import DataSpec

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
    monkeypatch.setitem(cifar10.SIZES, cifar10.ARCHIVE, (root / cifar10.ARCHIVE).stat().st_size)
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
def test_download_from_a_server(home, fake, monkeypatch, serve, sound):
    if not sound:
        (fake / cifar10.ARCHIVE).write_bytes(b"<html>Please log in to the lecture hall's network</html>")
    monkeypatch.setattr(CIFAR10, "url", f"{serve(fake).url}/{cifar10.ARCHIVE}")
    if sound:
        _same_as_torchvision(cifar10.FILES.download(), fake)
        assert sorted(p.name for p in home.iterdir()) == ["arrays-1.1", cifar10.ARCHIVE]
    else:
        with pytest.raises(DatasetError, match=r"could not be fetched"):
            cifar10.FILES.download()
        assert list(home.iterdir()) == []


def test_the_next_address_is_asked_where_the_first_does_not_answer(home, fake, serve):
    addresses = [CIFAR10.url, f"{serve(fake).url}/{cifar10.ARCHIVE}"]
    files = dataclasses.replace(cifar10.FILES, addresses=lambda name: addresses)
    _same_as_torchvision(files.download(), fake)


@pytest.mark.parametrize("sound", [True, False])
def test_an_archive_that_one_has_is_taken_over(home, fake, sound):
    archive = (fake / cifar10.ARCHIVE).read_bytes()[: None if sound else -1]
    given = [("cifar-10-python.tar (1).gz", io.BytesIO(archive))]
    if sound:
        _same_as_torchvision(cifar10.FILES.take(given), fake)
    else:
        with pytest.raises(DatasetError, match=r"not the published cifar-10-python\.tar\.gz: its MD5 sum is not"):
            cifar10.FILES.take(given)
        assert list(home.iterdir()) == []


def test_an_archive_on_this_machine_is_taken_over_by_its_name_or_its_folder(home, fake, tmp_path):
    _same_as_torchvision(cifar10.FILES.take_from(fake), fake)
    with pytest.raises(DatasetError, match=r"has no file of CIFAR-10: it needs cifar-10-python\.tar\.gz"):
        cifar10.FILES.take_from(tmp_path)
    with pytest.raises(DatasetError, match=r"gone\.gz cannot be read: No such file"):
        cifar10.FILES.take_from(tmp_path / "gone.gz")


def test_the_lines_for_a_script_give_the_labs_pictures_without_the_lab(home, fake, tmp_path):
    """By the names that torchvision has: a transfer run finds its classes by them."""
    cifar10.FILES.take_from(fake)
    (tmp_path / "alone").mkdir()
    fake.rename(tmp_path / "alone" / "data")
    code = (
        "import numpy as np\nfrom torchvision.datasets import CIFAR10\n"
        f"CIFAR10.train_list, CIFAR10.test_list = {CIFAR10.train_list}, {CIFAR10.test_list}\n"
        f"CIFAR10.meta = {CIFAR10.meta}\n"
        + cifar10.script_lines(DataSpec(dataset="cifar10"))
        + "\nnp.savez('said.npz', train_images, train_labels, test_images, test_labels, classes)\n"
    )
    subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path / "alone", check=True)
    loaded = datasets.load("cifar10")
    with np.load(tmp_path / "alone" / "said.npz") as said:
        train_images, train_labels, test_images, test_labels, classes = said.values()
    np.testing.assert_array_equal(train_images, loaded.train_images)
    np.testing.assert_array_equal(train_labels, loaded.train_labels)
    np.testing.assert_array_equal(test_images, loaded.test_images)
    np.testing.assert_array_equal(test_labels, loaded.test_labels)
    assert tuple(classes) == loaded.class_names


def _loaded_from(fake):
    assert datasets.info("cifar10").present
    _same_as_torchvision(datasets.load("cifar10"), fake)


@pytest.mark.parametrize(
    "place",
    [
        "cifar10/cifar-10-python (1).tar.gz", "cifar10/cifar-10-python.tar (1).gz", "cifar10/a/b/download",
        "cifar10/cifar-10-python/cifar-10-python.tar.gz", "cifar-10-python.tar.gz", "../cifar-10-python.tar.gz",
    ],
)  # fmt: skip
def test_the_archive_is_found_by_any_name_too_deep_and_too_high(home, fake, place):
    target = home.parent / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes((fake / cifar10.ARCHIVE).read_bytes())
    _loaded_from(fake)


@pytest.mark.parametrize(
    "place",
    [
        "cifar10", "cifar10/cifar-10-batches-py (1)", "cifar10/cifar-10-python/cifar-10-batches-py",
        "cifar-10-batches-py", "cifar10/cifar-10-batches-py/cifar-10-batches-py", "../cifar-10-batches-py",
    ],
)  # fmt: skip
def test_the_folder_is_found_by_any_name_too_deep_and_too_high(home, fake, place):
    shutil.copytree(fake / cifar10.BATCHES, home.parent / place, dirs_exist_ok=True)
    _loaded_from(fake)


@pytest.mark.parametrize("name", ["cifar-10-python.tar", "cifar-10-python (2).tar"])
def test_an_archive_without_its_gzip_is_found(home, fake, name):
    (home / name).write_bytes(gzip.decompress((fake / cifar10.ARCHIVE).read_bytes()))
    _loaded_from(fake)


def test_nothing_of_an_unchecked_archive_is_written_elsewhere_or_run(home, fake, tmp_path):
    bomb = b"cos\nabort\n(tR."  # a pickle that would end this process
    with tarfile.open(home / "cifar-10-python.tar", "w") as archive:
        for name in ("../../outside", "/tmp/outside-chalknet", *(f"x/{n}" for n in (
            *(f"data_batch_{i}" for i in range(1, 6)), "test_batch", "batches.meta"))):  # fmt: skip
            member = tarfile.TarInfo(name)
            member.size = len(bomb)
            archive.addfile(member, io.BytesIO(bomb))
    assert datasets.info("cifar10").present
    with pytest.raises(DatasetError, match="an MD5 sum differs"):
        datasets.load("cifar10")
    assert not list(tmp_path.rglob("outside*"))
    assert [path.name for path in home.iterdir()] == ["cifar-10-python.tar"]


@pytest.mark.parametrize("damage", ["cut", "one byte", "not a tar", "half a tar"])
def test_damaged_files_are_offered_no_more_and_a_download_mends_it(home, fake, monkeypatch, serve, damage):
    whole = (fake / cifar10.ARCHIVE).read_bytes()
    name, content = {
        "cut": (cifar10.ARCHIVE, whole[:-10]),
        "one byte": (cifar10.ARCHIVE, whole[:-30] + bytes([whole[-30] ^ 1]) + whole[-29:]),
        "not a tar": ("cifar-10-python.tar", b"only the beginning came"),
        "half a tar": ("cifar-10-python.tar", gzip.decompress(whole)[: 4 * PER_BATCH * 3072]),
    }[damage]
    (home / name).write_bytes(content)
    with pytest.raises(DatasetError, match=f"{re.escape(name)} is not the published file: .* delete it|Delete it"):
        datasets.load("cifar10")
    found = datasets.info("cifar10")
    assert not found.present
    assert name in found.missing
    monkeypatch.setattr(CIFAR10, "url", f"{serve(fake).url}/{cifar10.ARCHIVE}")
    _same_as_torchvision(cifar10.FILES.download(), fake)
    assert datasets.info("cifar10").present


def test_damaged_files_that_are_replaced_by_hand_are_looked_at_anew(home, fake):
    whole = (fake / cifar10.ARCHIVE).read_bytes()
    (home / cifar10.ARCHIVE).write_bytes(bytes(len(whole)))
    with pytest.raises(DatasetError, match="MD5 sum is not"):
        datasets.load("cifar10")
    assert not datasets.info("cifar10").present
    (home / cifar10.ARCHIVE).write_bytes(whole)
    os.utime(home / cifar10.ARCHIVE, ns=(1, 1))
    _loaded_from(fake)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cifar-10-binary.tar.gz", "is the version for C programs"),
        ("cifar-10-matlab.tar.gz", "is the version for Matlab"),
        ("cifar-100-python.tar.gz", "is the version with 100 classes"),
        ("cifar-10-python.tar.gz.crdownload", "has .* bytes|is an unfinished download"),
        ("cifar-10-python (1).tar.gz.crdownload", "is an unfinished download"),
        ("cifar-10-python (1).tar.gz", "has 5 bytes and not"),
    ],
)
def test_what_is_there_and_cannot_be_used_is_named(home, fake, name, said):
    (home / name).write_bytes(b"bytes")
    found = datasets.info("cifar10")
    assert not found.present
    if name != "cifar-10-python.tar.gz.crdownload":
        assert re.search(said, found.missing)
        assert name in found.missing
    assert "Download it (" in found.missing


def test_the_labs_own_unfinished_download_is_no_fault(home, fake):
    for name in (".part", ".part.json"):
        (home / f"{cifar10.ARCHIVE}{name}").write_bytes(b"{}")
    assert datasets.info("cifar10").missing.startswith("CIFAR-10 is not on this machine. Download it")


def test_a_folder_with_the_archive_under_another_name_is_taken_over(home, fake, tmp_path):
    (tmp_path / "downloads").mkdir()
    (fake / cifar10.ARCHIVE).rename(tmp_path / "downloads" / "cifar-10-python (3).tar.gz")
    _same_as_torchvision(cifar10.FILES.take_from(tmp_path / "downloads"), fake)


def test_who_gives_something_unpacked_is_told_where_to_put_it(home, fake, tmp_path):
    with pytest.raises(DatasetError, match=r"What is unpacked already can be put into .*cifar10 as it is"):
        cifar10.FILES.take_from(fake / cifar10.BATCHES)
    (tmp_path / "x.tar").write_bytes(gzip.decompress((fake / cifar10.ARCHIVE).read_bytes()))
    with pytest.raises(DatasetError, match=r"x\.tar is not packed with gzip any more\. .* can be put into"):
        cifar10.FILES.take_from(tmp_path / "x.tar")
