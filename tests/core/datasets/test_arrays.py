"""The cache: never half-written, shared by processes, mended when damaged."""

import concurrent.futures
import multiprocessing
import os
import threading
import time

import numpy as np
import pytest

from core import datasets
from core.datasets import DatasetError, arrays


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path))
    return tmp_path / "datasets"


def _tiny(folder):
    images = np.arange(3 * 3072, dtype=np.uint8).reshape(3, 32, 32, 3)
    labels = np.array([0, 1, 0])
    meta = {"name": "tiny", "title": "Tiny", "class_names": ["a", "b"], "source": "Made here."}
    arrays.write_set(folder, meta, [(images[:1], labels[:1]), (images[1:], labels[1:])], [(images, labels)])


def _build_and_hash(barrier, folder):
    barrier.wait()
    built = arrays.open_or_build(folder, _tiny)
    return int(built.train_images.sum()), os.getpid()


@pytest.mark.parametrize("lengths", [[], [0], [1], [3, 0, 4], [10] * 120])
def test_array_writer_writes_what_numpy_reads(tmp_path, lengths):
    blocks = [
        np.random.default_rng(i).integers(0, 255, (n, 2, 3)).astype(np.uint8) for i, n in enumerate(lengths)
    ]
    with arrays.ArrayWriter(tmp_path / "a.npy", (2, 3), np.uint8) as writer:
        for block in blocks:
            writer.append(block)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), np.concatenate([np.empty((0, 2, 3)), *blocks]))


def test_two_processes_that_build_at_once_both_get_the_set(home):
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, concurrent.futures.ProcessPoolExecutor(2, context) as pool:
        barrier = manager.Barrier(2)
        builds = [pool.submit(_build_and_hash, barrier, home / "tiny" / "arrays") for _ in range(2)]
        (first, one), (second, other) = (build.result(timeout=60) for build in builds)
    assert first == second
    assert one != other
    assert [p.name for p in (home / "tiny").iterdir()] == ["arrays"]


def test_loser_throws_its_copy_away(home):
    """Both are inside the building step before either renames."""
    barrier = threading.Barrier(2)

    def write(folder):
        _tiny(folder)
        barrier.wait(timeout=10)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = [pool.submit(arrays.open_or_build, home / "tiny" / "arrays", write) for _ in range(2)]
        assert all(len(build.result().train_labels) == 3 for build in both)
    assert [p.name for p in (home / "tiny").iterdir()] == ["arrays"]


def test_failed_build_leaves_nothing(home):
    def write(folder):
        _tiny(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(
        DatasetError, match=r"cannot be saved in .*: No space left on device\. Free some space"
    ):
        arrays.open_or_build(home / "tiny" / "arrays", write)
    assert list((home / "tiny").iterdir()) == []
    with pytest.raises(ZeroDivisionError):
        arrays.open_or_build(home / "tiny" / "arrays", lambda folder: 1 / 0)
    assert list((home / "tiny").iterdir()) == []


def test_unwritable_home_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("a file where the folder should be")
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "file"))
    with pytest.raises(DatasetError, match=r"cannot be saved in .*CHALKNET_HOME"):
        datasets.load("digits")


@pytest.mark.parametrize("damage", ["cut", "empty", "gone", "meta", "other shape"])
def test_damaged_built_in_set_is_built_again(home, damage):
    whole = datasets.load("digits").train_images.copy()
    folder = next((home / "digits").iterdir())
    if damage == "cut":
        with open(folder / "train_images.npy", "r+b") as file:
            file.truncate(5_000)
    elif damage == "empty":
        (folder / "train_labels.npy").write_bytes(b"")
    elif damage == "gone":
        (folder / "test_labels.npy").unlink()
    elif damage == "meta":
        (folder / "meta.json").write_text('{"format": 1, "cla')
    else:
        np.save(folder / "test_labels.npy", np.zeros(7, np.int64))
    np.testing.assert_array_equal(datasets.load("digits").train_images, whole)
    assert len(list((home / "digits").iterdir())) == 1


def test_set_that_cannot_be_read_just_now_is_not_thrown_away(home):
    """Here a folder in place of a file; in life, too many open files or a missing right."""
    datasets.load("digits")
    folder = next((home / "digits").iterdir())
    (folder / "test_labels.npy").unlink()
    (folder / "test_labels.npy").mkdir()
    with pytest.raises(DatasetError, match="cannot be read"):
        datasets.load("digits")
    assert (folder / "train_images.npy").exists()


def test_what_a_dead_process_left_is_swept_away_after_a_day(home):
    old, young = home / "tiny" / ".building-old", home / "tiny" / ".building-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (time.time() - 2 * arrays.STALE_AFTER,) * 2)
    arrays.open_or_build(home / "tiny" / "arrays", _tiny)
    assert not old.exists()
    assert young.exists()


def test_disk_that_fills_up_is_a_sentence(home):
    """A real limit on file sizes stands in for a full disk: the system refuses the write half-way."""
    resource = pytest.importorskip("resource", reason="file size limits are a matter of POSIX")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(DatasetError, match=r"cannot be saved in .*: File too large\. Free some space"):
            datasets.load("digits")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((home / "digits").iterdir()) == []
    assert len(datasets.load("digits").test_labels) == 360
