"""Own sets are named by what is in them: titles are for people, and no key."""

import io
import json
import re
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from core import datasets
from core.datasets import DatasetError, delete, import_zip
from core.datasets.own import sets as own_sets
from core.lab.errors import NotYoursError
from core.lab.owners import owner_mark
from core.specs import DataSpec
from core.specs.transfer import PickedDataSpec


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "datasets"


def archive(*classes, shade=0):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as z:
        for k, name in enumerate(classes):
            for i in range(6):
                picture = io.BytesIO()
                Image.new("RGB", (40, 40), (40 * k, 20 * i, shade)).save(picture, "PNG")
                z.writestr(f"{name}/{i}.png", picture.getvalue())
    file.seek(0)
    return file


@pytest.mark.parametrize("title", ["Cats & Dogs!", "\u00dcbung  1", "\u732b", "x" * 60])
def test_the_same_content_is_the_same_set_whatever_its_title(title):
    first = import_zip(archive("cat", "dog"), title="Pets")
    again = import_zip(archive("cat", "dog"), title=title)
    assert again.name == first.name
    assert (first.before, again.before) == ("", "Pets")
    (found,) = [info for info in datasets.available() if info.name.startswith("own-")]
    assert found.title == "Pets"
    assert len(datasets.load_for(DataSpec(dataset=first.name, n_train=8, n_test=2)).train_labels) == 8


@pytest.mark.parametrize(
    "other",
    [
        lambda: import_zip(archive("cat", "dog", shade=1), title="Pets"),
        lambda: import_zip(archive("cat", "dot"), title="Pets"),
        lambda: import_zip(archive("cat", "dog", "emu"), title="Pets"),
        lambda: import_zip(archive("cat", "dog"), title="Pets", random_state=1),
        lambda: import_zip(archive("cat", "dog"), title="Pets", test_share=0.5),
        lambda: import_zip(archive("cat", "dog"), title="Pets", classes={"cat": "dog", "dog": "cat"}),
    ],
    ids=["a pixel", "a class name", "a class", "the seed of the split", "the share of the test", "swapped names"],
)
def test_whatever_a_run_would_notice_makes_another_set(other):
    first = import_zip(archive("cat", "dog"), title="Pets", owner="ann")
    spec = DataSpec(dataset=first.name, n_train=8, n_test=2)
    before = datasets.load_for(spec)
    before = before.train_images.copy(), before.class_names
    assert delete(first.name, "ann")
    second = other()
    assert second.name != first.name
    with pytest.raises(DatasetError, match="There is no data set"):  # never somebody else's pictures
        datasets.load_for(spec)
    third = import_zip(archive("cat", "dog"), title="Found again")
    assert third.name == first.name
    found = datasets.load_for(spec)
    np.testing.assert_array_equal(found.train_images, before[0])
    assert found.class_names == before[1]


@pytest.mark.parametrize("title", ["Pets", "Shapes-10", "shapes-10", "Shapes\u200b-10", "Shapes\u201110"])
def test_no_two_sets_are_seen_under_one_title(title):
    names = [import_zip(archive(*classes), title=title).name for classes in (("a", "b"), ("c", "d", "e"))]
    known = datasets.available()
    titles = [info.title for info in known]
    assert len(set(titles)) == len(titles)
    assert titles[: len(datasets.DATASETS)] == [dataset.info().title for dataset in datasets.DATASETS]
    for name in names:
        clean = title.replace("\u200b", "")
        assert datasets.info(name).title == f"{clean} ({name[4:10]})"
        assert datasets.load(name).name == name


def test_a_title_that_nobody_else_has_stays_as_it_is():
    name = import_zip(archive("a", "b"), title="Shapes-11").name
    assert datasets.info(name).title == "Shapes-11"


def test_the_same_pictures_of_two_people_go_when_both_have_let_go(home):
    name = import_zip(archive("a", "b"), title="Anns", owner="ann").name
    assert import_zip(archive("a", "b"), title="Bobs", owner="bob").before == "Anns"
    with pytest.raises(NotYoursError):
        delete(name, "eve")
    assert not delete(name, "ann")
    assert not own_sets.belongs_to(name, "ann")
    assert own_sets.belongs_to(name, "bob")
    assert len(datasets.load(name).train_labels)
    with pytest.raises(NotYoursError):
        delete(name, "ann")
    assert delete(name, "bob")
    assert list(home.iterdir()) == []


def test_what_a_script_brought_in_for_all_outlives_a_student(home):
    name = import_zip(archive("a", "b"), title="For all").name
    import_zip(archive("a", "b"), title="Mine", owner="ann")
    assert not delete(name, "ann")
    assert datasets.info(name).present
    assert delete(name, "ann", this_machine_alone=True)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("damage", ["meta.json", "train_images.npy", "train_labels.npy"])
def test_bringing_the_pictures_in_again_mends_a_damaged_set(home, damage):
    name = import_zip(archive("a", "b"), title="Torn", owner="ann").name
    whole = datasets.load(name).train_images.copy()
    (home / name / "arrays-1" / damage).write_bytes(b"{")
    again = import_zip(archive("a", "b"), title="Torn", owner="ann")
    assert (again.name, again.before) == (name, "")
    np.testing.assert_array_equal(datasets.load(name).train_images, whole)


def test_folders_that_are_named_the_old_way_still_open(home):
    """As 0.1 wrote them: the name from the title, the owner in meta.json."""
    report = import_zip(archive("a", "b"), title="Pets", owner="ann")
    shutil.move(home / report.name, home / "own-pets-2")
    for mark in (home / "own-pets-2").glob("*.holder"):
        mark.unlink()
    path = home / "own-pets-2" / "arrays-1" / "meta.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": "own-pets-2", "owner": owner_mark("ann")}))
    assert datasets.info("own-pets-2").title == "Pets"
    assert len(datasets.load_for(DataSpec(dataset="own-pets-2", n_train=5, n_test=2)).train_labels) == 5
    new = import_zip(archive("a", "b"), title="Pets", owner="ann").name
    assert [datasets.info(name).title for name in ("own-pets-2", new)] == ["Pets (own-pets-2)", f"Pets ({new[4:10]})"]
    with pytest.raises(NotYoursError):
        delete("own-pets-2", "bob")
    assert delete("own-pets-2", "ann")
    assert re.fullmatch(r"own-[0-9a-f]{32}", new)


@pytest.mark.parametrize(
    "spec",
    [
        DataSpec(n_train=12, n_test=3), DataSpec(n_train=7, n_test=2, random_state=3),
        PickedDataSpec(n_train=12, n_test=3, classes=("emu", "cat"), per_class=2),
    ],
)  # fmt: skip
def test_the_labels_of_a_run_outlive_its_pictures(home, spec):
    name = import_zip(archive("cat", "dog", "emu"), title="Pets", owner="ann").name
    spec = spec.model_copy(update={"dataset": name})
    whole = datasets.load_for(spec)
    before = whole.train_labels.copy(), whole.test_labels.copy(), whole.class_names
    assert datasets.labels_for(spec) is None
    delete(name, "ann")
    left = datasets.labels_for(spec)
    np.testing.assert_array_equal(left.train_labels, before[0])
    np.testing.assert_array_equal(left.test_labels, before[1])
    assert (left.class_names, left.title) == (before[2], "Pets")
    assert not left.has_pictures
    assert not list(home.rglob("*.npy"))  # not a pixel is kept
    with pytest.raises(DatasetError, match=r"no data set 'Pets' .* Import its pictures again, and it is back\."):
        datasets.load_for(spec)
    import_zip(archive("cat", "dog", "emu"), title="Back")
    assert datasets.load_for(spec).has_pictures


def test_of_a_set_that_was_taken_away_by_hand_nothing_is_known(home):
    name = import_zip(archive("a", "b"), title="Pets").name
    shutil.rmtree(home / name)
    assert datasets.labels_for(DataSpec(dataset=name, n_train=5, n_test=2)) is None
    assert datasets.record(name).info().title == name
