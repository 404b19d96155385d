"""A deleted set comes back as it was, for a while, to who deleted it alone."""

import io
import zipfile

import pytest
from PIL import Image

from core import datasets
from core.datasets import DatasetError, delete, import_zip
from core.datasets.own import laid_aside
from core.datasets.own import sets as own_sets
from core.lab import paths
from core.lab.errors import NotYoursError
from core.lab.files import write_json
from core.lab.owners import owner_mark


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_HOME", str(tmp_path / "home"))


def archive(*classes):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as z:
        for k, name in enumerate(classes):
            for i in range(6):
                picture = io.BytesIO()
                Image.new("RGB", (40, 40), (40 * k, 20 * i, 0)).save(picture, "PNG")
                z.writestr(f"{name}/{i}.png", picture.getvalue())
    file.seek(0)
    return file


@pytest.fixture
def name():
    return import_zip(archive("a", "b"), title="Pets", owner="ann").name


def contents(name):
    folder = paths.datasets() / name
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_comes_back_as_it_was(name):
    before, info = contents(name), datasets.info(name)
    assert laid_aside.lay_aside(name, "ann")
    assert own_sets.records() == []
    assert laid_aside.recent("ann") == [(name, "Pets")]
    laid_aside.restore(name, "ann")
    assert contents(name) == before
    assert datasets.info(name) == info
    assert own_sets.belongs_to(name, "ann")
    assert laid_aside.recent("ann") == []


def test_only_who_deleted_it_has_it_back(name):
    with pytest.raises(NotYoursError):
        laid_aside.lay_aside(name, "bob")
    laid_aside.lay_aside(name, "ann")
    assert laid_aside.recent("bob") == []
    with pytest.raises(DatasetError, match="can't be brought back"):
        laid_aside.restore(name, "bob")


def test_after_a_while_it_is_gone_for_good(name):
    laid_aside.lay_aside(name, "ann")
    (grave,) = paths.datasets().glob(".deleted-*")
    write_json(grave / "deleted_at", {"time": 0})
    assert laid_aside.recent("ann") == []
    assert not grave.exists()
    with pytest.raises(DatasetError, match="can't be brought back"):
        laid_aside.restore(name, "ann")


def test_brought_in_again_meanwhile_it_is_whole_and_of_both(name):
    laid_aside.lay_aside(name, "ann")
    assert import_zip(archive("a", "b"), title="Bobs", owner="bob").name == name
    laid_aside.restore(name, "ann")
    assert datasets.info(name).title == "Bobs"
    assert own_sets.belongs_to(name, "ann")
    assert own_sets.belongs_to(name, "bob")
    assert not list(paths.datasets().glob(".deleted-*"))


def test_who_deletes_the_same_pictures_later_takes_nobodys_way_back(name):
    laid_aside.lay_aside(name, "ann")
    import_zip(archive("a", "b"), title="Bobs", owner="bob")
    laid_aside.lay_aside(name, "bob")
    assert laid_aside.recent("ann")
    assert laid_aside.recent("bob")
    laid_aside.restore(name, "ann")
    assert own_sets.belongs_to(name, "ann")
    assert not own_sets.belongs_to(name, "bob")


def test_deleted_again_and_again_there_is_one_way_back(name):
    for _ in range(2):
        laid_aside.lay_aside(name, "ann")
        import_zip(archive("a", "b"), title="Pets", owner="ann")
    laid_aside.lay_aside(name, "ann")
    assert len(laid_aside.recent("ann")) == 1
    laid_aside.restore(name, "ann")
    assert datasets.info(name).present


def test_on_a_machine_of_ones_own_the_one_who_brought_it_in_still_has_it(name):
    laid_aside.lay_aside(name, "bob", this_machine_alone=True)
    assert laid_aside.recent("ann") == []
    laid_aside.restore(name, "bob")
    assert own_sets.belongs_to(name, "ann")
    assert not own_sets.belongs_to(name, "bob")


def test_whom_others_outlive_lets_go_alone(name):
    import_zip(archive("a", "b"), title="Bobs", owner="bob")
    assert not laid_aside.lay_aside(name, "ann")
    assert laid_aside.recent("ann") == []
    assert datasets.info(name).present
    assert owner_mark("ann") not in {path.stem for path in (paths.datasets() / name).iterdir()}


def test_what_is_deleted_by_a_script_is_gone_at_once(name):
    delete(name, "ann")
    assert laid_aside.recent("ann") == []
    assert list(paths.datasets().iterdir()) == []


def test_names_that_are_no_sets_lead_nowhere():
    with pytest.raises(DatasetError):
        laid_aside.lay_aside("../../etc", "ann")
    with pytest.raises(DatasetError):
        laid_aside.restore("../../etc", "ann")
