"""Own pictures: layouts, splits, names and what the report says."""

import io
import re
import shutil
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import datasets
from core.datasets import DatasetError, delete, import_folder, import_zip
from core.datasets.own.progress import ImportStoppedError
from core.lab.errors import NotYoursError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "datasets"


def _picture(number):
    """A PNG of one colour that tells which picture it is."""
    file = io.BytesIO()
    Image.new("RGB", (32, 32), (number % 256, number // 256, 77)).save(file, "PNG")
    return file.getvalue()


def _numbers(images):
    return [int(i[0, 0, 0]) + 256 * int(i[0, 0, 1]) for i in images]


def _zip(names, **extra):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, _picture(number))
        for name, content in extra.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


CLASSES = [f"{c}/{i}.png" for c in ("cat", "dog", "emu") for i in range(10)]


def test_train_and_test_folders_are_kept_apart():
    names = [f"{s}/{c}/{i}.png" for s in ("train", "test") for c in ("dog", "cat") for i in range(3)]
    report = import_zip(_zip(names), title="Pets")
    assert (report.title, report.n_train, report.n_test) == ("Pets", 6, 6)
    assert re.fullmatch("own-[0-9a-f]{32}", report.name)
    assert (report.taken, report.refused, report.skipped) == ({"cat": 6, "dog": 6}, (), 0)
    loaded = datasets.load(report.name)
    assert loaded.class_names == ("cat", "dog")
    for split in ("train", "test"):
        numbers, labels = _numbers(getattr(loaded, f"{split}_images")), getattr(loaded, f"{split}_labels")
        assert [f"{split}/{loaded.class_names[k]}/" for k in labels] == [names[n][:-5] for n in numbers]
        assert not getattr(loaded, f"{split}_images").flags.writeable


def test_classes_alone_are_split_by_seed_and_class():
    sets = {}
    for title, seed in (("One", 0), ("Again", 0), ("Other", 1)):
        report = import_zip(_zip(CLASSES), title=title, random_state=seed)
        assert (report.n_train, report.n_test) == (24, 6)
        sets[title] = datasets.load(report.name)
        np.testing.assert_array_equal(np.bincount(sets[title].test_labels), [2, 2, 2])
        assert sorted(_numbers(np.concatenate([sets[title].train_images, sets[title].test_images]))) == [
            *range(30)
        ]
    np.testing.assert_array_equal(sets["One"].train_images, sets["Again"].train_images)
    np.testing.assert_array_equal(sets["One"].test_images, sets["Again"].test_images)
    assert _numbers(sets["One"].test_images) != _numbers(sets["Other"].test_images)
    assert sets["One"].train_labels.tolist() != sorted(sets["One"].train_labels)  # not class by class


@settings(max_examples=25)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=5), st.floats(0.01, 0.99), st.integers(0, 2**32 - 1))
def test_split_leaves_each_class_something_to_learn_and_to_test(sizes, share, seed):
    def brought_in():
        names = [f"c{k}/{i}.png" for k, size in enumerate(sizes) for i in range(size)]
        return import_zip(_zip(names), title="Drawn", random_state=seed, test_share=share, owner="ann")

    if max(sizes) == 1:
        with pytest.raises(DatasetError, match="left for testing"):
            brought_in()
        return
    report = brought_in()
    loaded = datasets.load(report.name)
    assert sorted(_numbers([*loaded.train_images, *loaded.test_images])) == list(range(sum(sizes)))
    for split in ("train", "test"):  # each picture has kept its class
        of = np.repeat(range(len(sizes)), sizes)[_numbers(getattr(loaded, f"{split}_images"))]
        np.testing.assert_array_equal(getattr(loaded, f"{split}_labels"), of)
    for size, n_test in zip(sizes, np.bincount(loaded.test_labels, minlength=len(sizes)), strict=True):
        assert abs(n_test - share * size) <= 1
        assert (1 <= n_test < size) if size > 1 else n_test == 0
    delete(report.name, "ann")


@pytest.mark.parametrize("prefix", ["photos/", "a/b/", "train/", "./", "photos\\"])
def test_enclosing_folders_are_looked_through(prefix):
    plain = datasets.load(import_zip(_zip(CLASSES), title="Plain").name)
    wrapped = datasets.load(import_zip(_zip([prefix + n for n in CLASSES]), title="Wrapped").name)
    assert plain.class_names == wrapped.class_names
    np.testing.assert_array_equal(plain.train_images, wrapped.train_images)


@pytest.mark.parametrize("split", [True, False])
def test_folder_gives_what_its_zip_gives(tmp_path, split):
    names = [f"{s}{n}" for s in (("train/", "test/") if split else ("",)) for n in CLASSES]
    archive = _zip(
        ["top/" + n for n in reversed(names)], **{"top/.DS_Store": b"x", "top/cat/notes.txt": b"x"}
    )
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "unpacked")
    zipped, unpacked = import_zip(archive, title="Zip"), import_folder(tmp_path / "unpacked", title="Folder")
    assert (zipped.taken, zipped.skipped) == (unpacked.taken, unpacked.skipped)
    assert [r.reason for r in zipped.refused] == [r.reason for r in unpacked.refused]
    one, other = datasets.load(zipped.name), datasets.load(unpacked.name)
    for part in ("train_images", "train_labels", "test_images", "test_labels"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
    again = import_folder(tmp_path / "unpacked" / "top", title="Inside")
    np.testing.assert_array_equal(datasets.load(again.name).train_images, one.train_images)


def test_what_systems_leave_behind_is_counted_and_not_named():
    junk = [
        "__MACOSX/cat/._1.png",
        "cat/.DS_Store",
        "dog/Thumbs.db",
        ".git/config",
        "cat/.hidden.png",
        "desktop.ini",
    ]
    report = import_zip(_zip(CLASSES, **dict.fromkeys(junk, b"x")), title="Junk")
    assert (report.skipped, report.refused) == (len(junk), ())


def test_files_that_lie_beside_the_class_folders_are_named():
    names = [f"{s}/{n}" for s in ("train", "test") for n in CLASSES]
    report = import_zip(
        _zip([*names, "val/cat/1.png", "cover.png", "train/loose.png", "test/owl/1.png"]), title="Loose"
    )
    assert {r.name: r.reason for r in report.refused} == {
        "val/cat/1.png": "is of val/, which is not used",
        "cover.png": "lies in no class folder below train/ or test/",
        "train/loose.png": "lies in no class folder below train/ or test/",
        "test/owl/1.png": "is of a class that has no training pictures",
    }
    assert "owl" not in report.taken
    assert report.n_test == 30


def test_registry_shows_own_sets_and_deleting_takes_them_away(home):
    name = import_zip(_zip(CLASSES), title="Pets", owner="ann").name
    found = datasets.info(name)
    assert (found.n_train, found.n_test, found.class_names, found.present) == (
        24,
        6,
        ("cat", "dog", "emu"),
        True,
    )
    assert found.summary == "30 own pictures in 3 classes."
    with pytest.raises(DatasetError, match=r"n_train is 25; Pets has 24 training pictures"):
        datasets.load(name, n_train=25)
    assert delete(name, "ann")
    assert list(home.iterdir()) == []
    with pytest.raises(DatasetError, match=rf"no data set 'Pets' \({name[4:10]}\) here any more"):
        datasets.load(name)


@pytest.mark.parametrize("name", ["shapes10", "own-gone", "own-", "../own-pets", "own-pets/..", ""])
def test_deleting_anything_else_is_refused(name):
    pets = import_zip(_zip(CLASSES), title="Pets", owner="ann").name
    with pytest.raises(DatasetError, match=f"can be deleted: {pets}"):
        delete(name.replace("own-pets", pets), "ann")
    assert datasets.info(pets).present


@pytest.mark.parametrize("owner", ["ann", ""])
def test_only_who_brought_a_set_in_can_delete_it(owner):
    name = import_zip(_zip(CLASSES), title="Pets", owner=owner).name
    for stranger in ("bob", "", *([] if owner else ["ann"])):
        with pytest.raises(NotYoursError, match=f"'{name}' is not your data set: only who brought it in"):
            datasets.delete(name, stranger)
        assert len(datasets.load(name).train_labels) == 24
    datasets.delete(name, owner or "bob", this_machine_alone=not owner)
    assert len(datasets.available()) == len(datasets.DATASETS)


def test_damaged_own_set_says_so(home):
    name = import_zip(_zip(CLASSES), title="Pets").name
    folder = home / name / "arrays-1"
    (folder / "test_images.npy").unlink()
    with pytest.raises(DatasetError, match="damaged"):
        datasets.load(name)
    (folder / "meta.json").write_text("{")
    assert not datasets.info(name).present
    with pytest.raises(DatasetError, match="Delete it and import the pictures again"):
        datasets.load(name)
    delete(name, "ann", this_machine_alone=True)  # whose it was is damaged too
    assert len(datasets.available()) == len(datasets.DATASETS)


def test_progress_is_told_and_a_stop_leaves_nothing(home):
    told = []
    import_zip(_zip(CLASSES), title="Told", on_progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 30)
    assert told[-1] == (30, 30)
    shutil.rmtree(home)
    answers = iter([False] * 5 + [True])
    with pytest.raises(ImportStoppedError, match="nothing of it was kept"):
        import_zip(_zip(CLASSES), title="Stopped", should_stop=lambda: next(answers))
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], r"There is no class"),
        (["cat/1.png", "cat/2.png"], r"only one class, 'cat',.* at least 2"),
        (["1.png", "2.png"], r"There is no class .*Left out were 2 files: 1\.png lies in no class folder"),
        ([f"c{k}/{i}.png" for k in range(101) for i in range(2)], r"101 class folders; allowed are 2 to 100"),
        (["cat/1.png", "dog/1.png"], r"No pictures are left for testing"),
        (["train/a/1.png", "test/b/1.png"], r"only one class, 'a',"),
        (["a" * 61 + "/1.png", "b/1.png"], r"allowed are 1 to 60 printable letters"),
    ],
)
def test_import_that_cannot_succeed_says_why_and_leaves_nothing(home, names, sentence):
    with pytest.raises(DatasetError, match=sentence):
        import_zip(_zip(names), title="None")
    assert not home.exists() or list(home.iterdir()) == []


def test_hundred_classes_are_allowed():
    report = import_zip(_zip([f"c{k:02}/{i}.png" for k in range(100) for i in range(2)]), title="Many")
    assert (len(report.taken), report.n_train, report.n_test) == (100, 100, 100)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"title": "  "}, "The title is ''"),
        ({"title": "x" * 61}, "1 to 60"),
        ({"title": "t", "test_share": 1.0}, r"test_share is 1\.0"),
        ({"title": "t", "random_state": -1}, "random_state is -1"),
    ],
)
def test_bad_settings_are_sentences(settings, sentence):
    with pytest.raises(DatasetError, match=sentence):
        import_zip(_zip(CLASSES), **settings)


def test_no_archive_and_no_folder_are_sentences(tmp_path):
    with pytest.raises(DatasetError, match="no zip archive"):
        import_zip(io.BytesIO(b"this is text"), title="Text")
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        import_zip(tmp_path / "gone.zip", title="Gone")
    with pytest.raises(DatasetError, match="is no folder"):
        import_folder(tmp_path / "gone", title="Gone")
    with pytest.raises(DatasetError, match="~nobody-of-that-name/x is no folder"):
        import_folder("~nobody-of-that-name/x", title="Gone")
