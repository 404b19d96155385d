"""Fashion-MNIST from files in torchvision's own format; small stand-ins with real check sums, on a loopback server."""

import gzip
import hashlib
import io
import json
import os
import struct
import subprocess
import sys

import numpy as np
import pytest
from torchvision.datasets import FashionMNIST

from core import datasets
from core.datasets import DatasetError, fashion_mnist
from core.datasets.downloads import DownloadStoppedError
from core.receipts import script
from core.specs import DataSpec, MLPSpec, RunSpec
from core.training.events import BatchEnd
from core.training.training import train

N = 500  # pictures of each split: 390 kB that no packing makes smaller, so that a download is stopped in the middle
FILES = fashion_mnist.FILES
NAMES = list(FILES.sizes)


def idx(array):
    """The format of MNIST's files: a magic number with the type and the dimensions, their lengths, and the bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(fashion_mnist.URL_VARIABLE, raising=False)
    return FILES.folder


@pytest.fixture
def grey():
    """Images and labels of both splits, before they are files."""
    rng = np.random.default_rng(0)
    return {
        split: (rng.integers(0, 256, (N, 28, 28), np.uint8), rng.integers(0, 10, N, np.uint8))
        for split in ("train", "t10k")
    }


@pytest.fixture
def fake(tmp_path, monkeypatch, grey):
    """A folder with the four files, and torchvision taught their real MD5 sums and a mirror that nobody runs."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for split, (images, labels) in grey.items():
        (folder / f"{split}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
        (folder / f"{split}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    sums = [(name, hashlib.md5((folder / name).read_bytes()).hexdigest()) for name in NAMES]
    monkeypatch.setattr(FashionMNIST, "resources", sums)
    for name in NAMES:
        monkeypatch.setitem(fashion_mnist.SIZES, name, (folder / name).stat().st_size)
    monkeypatch.setattr(FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])
    return folder


def is_whole(loaded, grey):
    """Each picture in the middle of 32 x 32 zeros, three times."""
    for split, name in (("train", "train"), ("test", "t10k")):
        images, (pixels, labels) = getattr(loaded, f"{split}_images"), grey[name]
        assert images.shape == (N, 32, 32, 3)
        assert not images.flags.writeable
        assert isinstance(images, np.memmap)
        for channel in range(3):
            np.testing.assert_array_equal(images[:, 2:30, 2:30, channel], pixels)
        assert images.sum(dtype=np.int64) == 3 * pixels.sum(dtype=np.int64)  # the frame is black
        np.testing.assert_array_equal(getattr(loaded, f"{split}_labels"), labels)


def test_its_files_and_classes_are_those_of_torchvision():
    assert [name for name, _ in FashionMNIST.resources] == NAMES
    assert list(fashion_mnist.CLASS_NAMES) == FashionMNIST.classes
    assert fashion_mnist.addresses("x.gz") == [f"{FashionMNIST.mirrors[0]}x.gz"]


def test_absent_says_which_files_belong_where(home):
    found = datasets.info("fashion_mnist")
    assert not found.present
    assert "Download it (31 MB), or put train-images-idx3-ubyte.gz, train-labels" in found.missing
    assert found.missing.endswith(f" and t10k-labels-idx1-ubyte.gz into {home}.")
    with pytest.raises(DatasetError, match="Fashion-MNIST is not on this machine"):
        datasets.load("fashion_mnist")


def test_four_files_by_hand_are_converted_once(home, fake, grey):
    home.parent.mkdir(parents=True)
    fake.rename(home)
    assert datasets.info("fashion_mnist").present
    is_whole(datasets.load("fashion_mnist", n_train=50, n_test=10), grey)
    for name in NAMES:
        (home / name).unlink()
    assert [path.name for path in home.iterdir()] == ["arrays-1.1"]
    assert datasets.info("fashion_mnist").present  # the arrays are enough from now on
    is_whole(datasets.load("fashion_mnist"), grey)


def test_three_files_are_not_enough_and_the_fourth_is_named(home, fake):
    home.parent.mkdir(parents=True)
    fake.rename(home)
    (home / NAMES[3]).unlink()
    found = datasets.info("fashion_mnist")
    assert not found.present
    assert found.missing == (
        f"A part of Fashion-MNIST is not on this machine. Download it (1 MB), or put {NAMES[3]} into {home}."
    )


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("cut", [True, False])
def test_a_file_that_is_cut_or_another_is_refused_before_it_is_unpacked(home, fake, number, cut):
    home.parent.mkdir(parents=True)
    fake.rename(home)
    whole = (home / NAMES[number]).read_bytes()
    (home / NAMES[number]).write_bytes(whole[:-9] if cut else gzip.compress(idx(np.zeros((N, 28, 28), np.uint8))))
    told = rf"{NAMES[number]} is not the published file: (its MD5 sum is not|it has [\d,]+ bytes and not) .* delete"
    with pytest.raises(DatasetError, match=told):
        datasets.load("fashion_mnist")
    assert not datasets.info("fashion_mnist").present
    assert sorted(path.name for path in home.iterdir()) == sorted(NAMES)


def test_download_from_a_server_with_progress_of_all_files(home, fake, grey, monkeypatch, serve):
    server, told = serve(fake), []
    monkeypatch.setenv(fashion_mnist.URL_VARIABLE, server.url)  # with or without a last /
    is_whole(FILES.download(lambda *progress: told.append(progress)), grey)
    assert server.asked == [(name, 0) for name in NAMES]
    done, totals = zip(*told, strict=True)
    assert list(done) == sorted(done)
    assert set(totals) == {sum(FILES.sizes.values())}
    assert datasets.info("fashion_mnist").present


def test_a_stopped_download_goes_on_where_it_was(home, fake, grey, monkeypatch, serve):
    server = serve(fake)
    monkeypatch.setattr(FashionMNIST, "mirrors", [f"{server.url}/"])
    with pytest.raises(DownloadStoppedError, match=r"It was stopped\. .* are kept"):
        FILES.download(should_stop=lambda: len(server.asked) == 3)
    assert not datasets.info("fashion_mnist").present
    assert "put t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into" in datasets.info("fashion_mnist").missing
    come = (home / f"{NAMES[2]}.part").stat().st_size
    assert 0 < come < len((fake / NAMES[2]).read_bytes())
    server.asked.clear()
    is_whole(FILES.download(), grey)
    assert server.asked == [(NAMES[2], come), (NAMES[3], 0)]


def test_a_file_that_is_not_sound_is_fetched_again_and_only_that(home, fake, grey, monkeypatch, serve):
    server = serve(fake)
    monkeypatch.setenv(fashion_mnist.URL_VARIABLE, f"{server.url}/")
    home.mkdir(parents=True)
    for name in NAMES:
        (home / name).write_bytes((fake / name).read_bytes()[: 99 if name == NAMES[1] else None])
    is_whole(FILES.download(), grey)
    assert server.asked == [(NAMES[1], 0)]


@pytest.mark.parametrize("number", range(4))
def test_a_server_that_sends_something_else_is_one_sentence(home, fake, monkeypatch, serve, number):
    (fake / NAMES[number]).write_bytes(b"<html>Please log in to the lecture hall's network</html>")
    monkeypatch.setenv(fashion_mnist.URL_VARIABLE, serve(fake).url)
    with pytest.raises(DatasetError, match=r"Fashion-MNIST could not be fetched .* sent a web page, perhaps the login"):
        FILES.download()
    assert sorted(path.name for path in home.iterdir()) == sorted(NAMES[:number])  # those before it are sound


def test_without_a_network_one_sentence_says_what_to_do_by_hand(home, fake):
    with pytest.raises(DatasetError, match=r"could not be fetched .*refused.* Or put train-images") as caught:
        FILES.download()
    assert str(caught.value).endswith(f"into {home}.")
    assert list(home.iterdir()) == []


def test_download_needs_no_network_when_the_files_are_there(home, fake, grey):
    home.parent.mkdir(parents=True)
    fake.rename(home)
    is_whole(FILES.download(), grey)


def test_files_that_one_has_are_told_by_their_sums_whatever_they_are_called(home, fake, grey):
    contents = [(fake / name).read_bytes() for name in NAMES]
    given = [(f"download ({k}).gz", io.BytesIO(content)) for k, content in enumerate(contents)]
    with pytest.raises(DatasetError, match=r"A part of Fashion-MNIST is not on this machine.* put train-images"):
        FILES.take(given[1:])
    is_whole(FILES.take(given[:1]), grey)


def test_another_file_is_refused_by_its_name(home, fake):
    cut = io.BytesIO((fake / NAMES[0]).read_bytes()[:-1])
    with pytest.raises(DatasetError, match=r"^mine\.gz is none of the published files of Fashion-MNIST \(train-images"):
        FILES.take([("mine.gz", cut)])
    assert list(home.iterdir()) == []


def test_a_folder_that_torchvision_has_filled_is_taken_over(home, fake, grey, tmp_path):
    for name in NAMES:
        (fake / name).with_suffix("").write_bytes(gzip.decompress((fake / name).read_bytes()))
    is_whole(FILES.take_from(fake), grey)
    assert sorted(path.name for path in fake.iterdir()) == sorted([*NAMES, *(n.removesuffix(".gz") for n in NAMES)])
    with pytest.raises(DatasetError, match="has no file of Fashion-MNIST: it needs train-images"):
        FILES.take_from(tmp_path)


_ALONE = """
import hashlib, json, runpy
left = runpy.run_path("script.py")
arrays = [left[f"{split}_{part}"] for split in ("train", "test") for part in ("images", "labels")]
told = [hashlib.sha256(array.astype("int64").tobytes()).hexdigest() for array in arrays]
print(json.dumps([left["loss_list"], told, list(left["classes"])]))
"""


@pytest.mark.parametrize("n_train", [200, N])
def test_the_script_without_the_lab_has_the_same_pictures_and_losses(home, fake, tmp_path, n_train):
    FILES.take_from(fake)
    data = DataSpec(dataset="fashion_mnist", n_train=n_train, n_test=100, random_state=3)
    spec = RunSpec(data=data, model=MLPSpec(H=16), n_epochs=2, n_threads=1)
    losses: list[float] = []
    train(spec, lambda event: losses.append(event.loss) if isinstance(event, BatchEnd) else None, lambda: False)
    raw = tmp_path / "alone" / "data" / "FashionMNIST" / "raw"  # what torchvision takes for downloaded
    raw.mkdir(parents=True)
    for name in NAMES:
        (raw / name.removesuffix(".gz")).write_bytes(gzip.decompress((fake / name).read_bytes()))
    (tmp_path / "alone" / "script.py").write_text(script(spec), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", _ALONE],
        cwd=tmp_path / "alone",
        env={name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CHALKNET_HOME")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "core" not in script(spec).replace("score", "")
    images = datasets.load_for(data)
    arrays = [getattr(images, f"{split}_{part}") for split in ("train", "test") for part in ("images", "labels")]
    told = [hashlib.sha256(array.astype("int64").tobytes()).hexdigest() for array in arrays]
    assert json.loads(done.stdout.splitlines()[-1]) == [losses, told, list(images.class_names)]


@pytest.mark.parametrize("place", ["fashion_mnist/FashionMNIST/raw", "fashion_mnist/new", "", ".."])
def test_files_under_other_names_and_in_other_folders_are_found(home, fake, grey, place):
    """As torchvision lays them out, too deep, too high, and as a browser calls a second download."""
    target = home.parent / place
    target.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (fake / name).rename(target / name.replace(".gz", " (1).gz"))
    assert datasets.info("fashion_mnist").present
    is_whole(datasets.load("fashion_mnist"), grey)


def test_an_unpacked_file_is_named(home, fake):
    home.mkdir(parents=True)
    for name in NAMES:
        (home / name.removesuffix(".gz")).write_bytes(b"x")
    told = datasets.info("fashion_mnist").missing
    assert f"{NAMES[0].removesuffix('.gz')} is unpacked, and only the packed {NAMES[0]} can be checked." in told
