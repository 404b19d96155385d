"""The ways in which people lay pictures out: what becomes train, what judges, what is left out and why."""

import io
import os
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

from core import datasets
from core.datasets import DatasetError, import_folder, import_zip
from core.datasets.own.layout import part_of
from core.datasets.own.survey import survey


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))


def picture(number):
    file = io.BytesIO()
    Image.new("RGB", (32, 32), (number % 256, number // 256, 77)).save(file, "PNG")
    return file.getvalue()


def zipped(names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, picture(number))
    file.seek(0)
    return file


def placed(names):
    """Import; give the file names of training and of test pictures, and the report."""
    report = import_zip(zipped(names), title="t")
    loaded = datasets.load(report.name)
    numbers = lambda images: sorted(names[int(i[0, 0, 0]) + 256 * int(i[0, 0, 1])] for i in images)  # noqa: E731
    return numbers(loaded.train_images), numbers(loaded.test_images), report


BOTH = [f"{c}/{i}.png" for c in ("cat", "dog") for i in range(5)]


def below(*folders):
    return [f"{folder}{name}" for folder in folders for name in BOTH]


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "val"), ("train", "valid"), ("train", "validation"), ("train", "dev"), ("training", "testing"),
        ("Training", "Validation"), ("TRAIN", "TEST"), ("Train", "VAL"), ("training_set", "test_set"),
        ("seg_train", "seg_test"), ("trainset", "testset"), ("train-images", "val-images"), ("trainData", "testData"),
        ("data_train", "data_dev"), ("train", "test1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", ["", "pets/", "a/b/"])
def test_the_parts_by_their_usual_names(train, test, above):
    names = below(f"{above}{train}/", f"{above}{test}/")
    for_training, for_test, report = placed(names)
    assert for_training == sorted(names[:10])
    assert for_test == sorted(names[10:])
    assert report.taken == {"cat": 10, "dog": 10}
    assert report.refused == ()
    is_validation = part_of(test) == "validation"
    assert report.notes == ((f"{test}/ is taken for testing: its pictures judge.",) if is_validation else ())


@pytest.mark.parametrize(
    "unlabelled",
    [
        [f"test/{i}.png" for i in range(7)],
        [f"test/test/{i}.png" for i in range(7)],
        [f"test/unknown/{i}.png" for i in range(7)],
        [f"Test1/{i}.png" for i in range(7)],
    ],
)
def test_kaggles_unlabelled_test_folder_is_not_used_and_that_is_said(unlabelled):
    names = [*below("train/"), *unlabelled]
    for_training, for_test, report = placed(names)
    assert sorted(for_training + for_test) == sorted(names[:10])
    assert report.taken == {"cat": 5, "dog": 5}
    assert len(for_test) == 2
    folder = unlabelled[0].split("/")[0]
    first, second = report.notes
    assert first.startswith(f"{folder}/ (7 pictures) is not used: its pictures have no class of train/")
    assert second == "A share of each class of train/ is put aside for testing."
    assert [refused.name for refused in report.refused] == sorted(unlabelled)


def test_with_an_unlabelled_test_folder_the_validation_part_judges():
    names = [*below("train/", "val/"), "test/1.png", "test/2.png"]
    for_training, for_test, report = placed(names)
    assert (for_training, for_test) == (sorted(names[:10]), sorted(names[10:20]))
    assert [note.split(" ")[0] for note in report.notes] == ["val/", "test/"]


def test_of_three_parts_test_judges_and_validation_is_named_as_unused():
    names = below("train/", "val/", "test/")
    for_training, for_test, report = placed(names)
    assert (for_training, for_test) == (sorted(names[:10]), sorted(names[20:]))
    assert report.notes == ("val/ (10 pictures) is not used: test/ judges, and one part is enough.",)
    assert {refused.reason for refused in report.refused} == {"is of val/, which is not used"}


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("training_set", "test_set"), ("seg_train", "val")])
def test_each_part_in_a_folder_of_its_own_name_again(train, test):
    names = below(f"{train}/{train}/", f"{test}/{test}/")
    for_training, for_test, report = placed(names)
    assert (for_training, for_test) == (sorted(names[:10]), sorted(names[10:]))
    assert report.taken == {"cat": 10, "dog": 10}


def test_a_copy_of_the_whole_further_down_is_left_out():
    """As in Kaggle's chest X-rays."""
    names = below("chest/train/", "chest/test/", "chest/chest/train/", "chest/chest/test/")
    for_training, for_test, report = placed(names)
    assert (for_training, for_test) == (sorted(names[:10]), sorted(names[10:20]))
    assert len(report.refused) == 20


def test_of_two_data_sets_in_one_zip_the_first_is_taken_and_the_other_named():
    names = below("a/train/", "a/test/", "b/train/", "b/test/")
    for_training, _, report = placed(names)
    assert for_training == sorted(names[:10])
    assert report.notes == ("b: not used. Of several data sets in one zip the first is taken.",)


@pytest.mark.parametrize("above", ["", "pets/"])
def test_classes_first_and_parts_below_them(above):
    names = [f"{above}{c}/{part}/{i}.png" for part in ("train", "val") for c in ("cat", "dog") for i in range(4)]
    for_training, for_test, report = placed(names)
    assert (for_training, for_test) == (sorted(names[:8]), sorted(names[8:]))
    assert report.taken == {"cat": 8, "dog": 8}


def test_a_class_that_is_called_train_is_a_class():
    names = [f"{c}/{i}.png" for c in ("train", "bus", "car") for i in range(5)]
    assert placed(names)[2].taken == {"train": 5, "bus": 5, "car": 5}


def test_classes_of_the_parts_in_another_case_are_the_same():
    names = [f"train/{c}/{i}.png" for c in ("Cat", "Dog") for i in range(3)]
    names += [f"test/{c}/{i}.png" for c in ("cat", "DOG") for i in range(3)]
    assert placed(names)[2].taken == {"Cat": 6, "Dog": 6}


@pytest.mark.parametrize("folder", ["cat", "trainer", "Züge train", "traintest", "evaluate me", "100", ""])
def test_other_names_are_no_parts(folder):
    assert part_of(folder) is None


def test_a_survey_tells_what_the_import_will_do():
    names = [*below("train/", "val/"), "test/1.png"]
    found = survey(zipped(names), is_folder=False)
    assert found.classes == {"cat": 10, "dog": 10}
    assert found.notes == placed(names)[2].notes


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["cat.0.png", "dog.0.png"], "There is no class .* cat.0.png lies in no class folder"),
        (["train/cat.0.png", "train/dog.0.png", "test/1.png"], "There is no class .* lies in no class folder below"),
        (["cat/1.png", "cat/2.png"], "only one class, 'cat'"),
        (["cat.zip", "dog.zip"], "no pictures in it, but 2 other archives: cat.zip, dog.zip. Unpack them"),
        (["all/pets.zip", "readme.txt"], "no pictures in it, but 1 other archive: all/pets.zip. Unpack"),
        ([], "There is no class"),
    ],
)
def test_what_has_no_classes_is_a_sentence_before_and_while_it_is_imported(tmp_path, names, sentence):
    for call in (lambda: survey(zipped(names), is_folder=False), lambda: import_zip(zipped(names), title="t")):
        with pytest.raises(DatasetError, match=sentence):
            call()
    for name in names:
        (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / name).write_bytes(b"")
    (tmp_path / "mine").mkdir(exist_ok=True)
    with pytest.raises(DatasetError, match=sentence):
        survey(tmp_path / "mine", is_folder=True)


def test_an_encrypted_zip_is_a_sentence():
    content = bytearray(zipped(BOTH).getvalue())
    for begin, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := content.find(begin, place + 1)) >= 0:
            content[place + offset] |= 1
    for call in (lambda f: survey(f, is_folder=False), lambda f: import_zip(f, title="t")):
        with pytest.raises(DatasetError, match=r"This zip is encrypted.* without a password\."):
            call(io.BytesIO(content))


@pytest.mark.parametrize(
    ("begin", "what"),
    [(b"Rar!\x1a\x07", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"), (b"\x1f\x8b\x08", "a gzip archive"),
     (b"<!DOCTYPE html>", "a web page")],
)  # fmt: skip
def test_what_is_no_zip_is_named_as_what_it_is(tmp_path, begin, what):
    (tmp_path / "x.zip").write_bytes(begin + bytes(100))
    for source in (tmp_path / "x.zip", io.BytesIO(begin + bytes(100))):
        with pytest.raises(DatasetError, match=f"This is {what}.*, whatever its name says"):
            import_zip(source, title="t")


def test_a_zip_from_the_future_is_a_sentence():
    content = bytearray(zipped(BOTH).getvalue())
    content[content.index(b"PK\x01\x02") + 6] = 99  # "version needed to extract"
    with pytest.raises(DatasetError, match="cannot be read here"):
        survey(io.BytesIO(content), is_folder=False)


HIDDEN = {
    "cat\u200b": "cat", "\ufeffcat": "cat", "\u202ecat\u202c": "cat", "ca\u00adt": "cat", "cat\t": "cat",
    "\u200dcat": "cat",
    "\U0001f469\u200d\U0001f52c": "\U0001f469\u200d\U0001f52c", "\u2764\ufe0f": "\u2764\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f":
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\U0001fae8": "\U0001fae8", "Ka\u0308fer": "K\u00e4fer",
}  # fmt: skip


@pytest.mark.parametrize(("folder", "name"), HIDDEN.items(), ids=[ascii(f) for f in HIDDEN])
def test_what_hides_in_a_name_refuses_nothing(folder, name):
    names = [f"{c}/{i}.png" for c in (folder, "dog") for i in range(3)]
    report = import_zip(zipped(names), title=f"My {folder}")
    assert report.taken == {name: 3, "dog": 3}
    assert report.title == f"My {name}" or folder.startswith("\u200d")


def test_folders_that_look_the_same_are_one_class():
    names = [f"{c}/{i}.png" for c in ("cat", "cat\u200b", "dog") for i in range(3)]
    assert import_zip(zipped(names), title="t").taken == {"cat": 6, "dog": 3}


def test_a_folder_without_a_visible_name_is_none():
    names = [f"{c}/{i}.png" for c in ("\u200b", "cat", "dog") for i in range(3)]
    report = import_zip(zipped(names), title="t")
    assert report.taken == {"cat": 3, "dog": 3}
    assert len(report.refused) == 3


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are Unicode there")
def test_folders_whose_names_are_no_unicode(tmp_path):
    """As an archive of another system leaves them, unpacked on Linux."""
    for name in ("Käfer", "Hündin"):
        folder = os.fsencode(tmp_path / "tiere") + b"/" + name.encode("cp850")
        os.makedirs(folder)
        for i in range(3):
            with open(folder + f"/{i}.png".encode(), "wb") as file:
                file.write(picture(i))
    report = import_folder(tmp_path / "tiere", title="t")
    assert report.taken == {"Käfer": 3, "Hündin": 3}
    assert "were read as code page" in report.notes[0]
    np.testing.assert_array_equal(np.bincount(datasets.load(report.name).train_labels), [2, 2])
