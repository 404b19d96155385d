"""Data in AppTest: the pictures and their numbers, the classes, duplicates, knobs, and what is brought in."""

import io
import zipfile

import numpy as np
import pytest
from drawn import drawn
from PIL import Image

from core import datasets
from core.datasets import cifar10, fashion_mnist
from core.datasets.own import importing as own_images
from core.datasets.own import sets as own_sets
from pages.shared.panels.jobs import jobs

PAGE = "80_Data"
EVIL = "<b>cat</b> *x*"


def picture(shade, kind="PNG"):
    buffer = io.BytesIO()
    noise = np.random.default_rng(shade).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Two classes, one with a name of HTML and Markdown, and odd files."""
    for k, name in enumerate((EVIL.replace("/", "_"), "dog")):
        (tmp_path / name).mkdir()
        for i in range(6):
            (tmp_path / name / f"{i}.png").write_bytes(picture(10 * k + i))
    (tmp_path / "dog" / "notes.txt").write_text("no picture")
    (tmp_path / "dog" / "torn.png").write_bytes(picture(1)[:100])
    (tmp_path / "dog" / ".DS_Store").write_text("")
    return tmp_path


def finish(at, kind):
    job = jobs().of(kind, "ann")
    job.thread.join(60)
    return at.run()


def components(at):
    return [component.proto for component in drawn(at)]


@pytest.mark.parametrize("tab", ["Pictures", "One picture", "Classes", "Duplicates", "Easy or hard", "Add"])
@pytest.mark.parametrize("dataset", ["Shapes-10", "Digits"])
def test_every_tab_opens(visit, tab, dataset):
    at = visit(PAGE, tab=tab, dataset=dataset)
    assert not at.exception
    assert not at.error


def test_it_says_where_the_pictures_came_from(visit, texts):
    said = texts(visit(PAGE, dataset="Digits"))
    assert "1,437 to train and 360 to test" in said
    assert "UCI" in said
    assert "CC BY 4.0" in said


def test_the_mosaic_pages_and_reshuffles(visit):
    at = visit(PAGE, dataset="Digits")
    first = str(components(at)[0])
    assert first != str(components(visit(PAGE, dataset="Digits", sheet="2"))[0])
    assert first != str(components(visit(PAGE, dataset="Digits", split="test"))[0])
    at.button(key="reshuffle").click().run()
    assert str(components(at)[0]) != first
    at.button(key="in_order").click().run()
    assert str(components(at)[0]) == first


def test_the_numbers_of_one_picture(visit):
    images = datasets.load("digits")
    at = visit(PAGE, dataset="Digits", tab="One picture", picture="5", channel="green")
    table = at.dataframe[0].value.to_numpy()
    np.testing.assert_array_equal(table, images.train_images[5, :, :, 1])
    at = visit(PAGE, dataset="Digits", tab="One picture", picture="5", channel="green", range="-1 to 1")
    np.testing.assert_allclose(at.dataframe[0].value.to_numpy(), (table / 255 - 0.5) / 0.5)
    assert "transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))" in at.code[0].value


@pytest.mark.parametrize("number", ["99999999", "-1", "x", "nan"])
def test_a_picture_that_is_not_there(visit, number):
    at = visit(PAGE, dataset="Digits", tab="One picture", picture=number)
    assert not at.exception
    assert "in the link is" in at.warning[0].value


def test_duplicates_are_searched_in_the_background(visit, texts):
    at = visit(PAGE, dataset="Digits", tab="Duplicates")
    at.button(key="search").click().run()
    finish(at, "duplicates")
    assert not at.exception
    assert [metric.label for metric in at.metric] == [
        "Exact pairs between train and test", "Exact pairs inside train", "Exact pairs inside test",
    ]  # fmt: skip
    other = visit(PAGE, dataset="Shapes-10", tab="Duplicates")
    assert "The last search was in another data set." in texts(other)


def test_the_knobs_change_the_pictures(visit):
    at = visit(PAGE, tab="Easy or hard")
    hard = float(at.metric[0].value.rstrip("%"))
    at.button(key="easy").click().run()
    assert float(at.metric[0].value.rstrip("%")) > hard + 30
    assert at.slider(key="places").value == 0


def test_a_folder_is_imported_in_the_background_with_a_report(visit, folder, texts):
    at = visit(PAGE, tab="Add")
    at.text_input(key="own_title").set_value("<i>Mine</i>")
    at.text_input(key="own_folder").set_value(str(folder)).run()
    assert not at.exception
    at.button(key="own_import").click().run()
    finish(at, "import")
    assert not at.exception
    (info,) = [own.info() for own in own_sets.records()]
    assert info.title == "<i>Mine</i>"
    assert set(info.class_names) == {EVIL.replace("/", "_"), "dog"}
    assert own_sets.belongs_to(info.name, "ann")
    assert r"\<i\>Mine\</i\>: 12 pictures taken in 2 classes" in at.success[0].value
    refused = next(table.value for table in at.dataframe if "why" in table.value)
    assert refused["file"].tolist() == ["dog/notes.txt", "dog/torn.png"]
    assert "1 hidden or system files were passed over." in texts(at)
    looked = visit(PAGE, dataset="<i>Mine</i>", tab="One picture")
    assert not looked.exception
    names = {r"## \<b\>cat\<\_b\> \*x\*": EVIL.replace("/", "_"), "## dog": "dog"}
    (shown,) = [names[markdown.value] for markdown in looked.markdown if markdown.value in names]
    images = datasets.load(info.name)
    assert shown == images.class_names[images.train_labels[0]]
    at = visit(PAGE, tab="Add")
    at.button(key=f"delete_{info.name}").click().run()
    assert not at.exception
    assert own_sets.records() == []
    assert f"undo_{info.name}" not in {button.key for button in visit(PAGE, tab="Add", person="bob").button}
    at.button(key=f"undo_{info.name}").click().run()
    assert not at.exception
    assert [own.info() for own in own_sets.records()] == [info]
    assert own_sets.belongs_to(info.name, "ann")
    assert f"undo_{info.name}" not in {button.key for button in at.button}


def test_what_cannot_be_imported_is_a_sentence(visit, tmp_path):
    at = visit(PAGE, tab="Add")
    at.text_input(key="own_folder").set_value(str(tmp_path / "nowhere")).run()
    assert "is no folder" in at.error[0].value
    assert not [button for button in at.button if button.key == "own_import"]


def test_classes_can_be_renamed_merged_and_left_out(home, folder):
    names = {"dog": "hound", EVIL.replace("/", "_"): "hound"}
    (folder / "fox").mkdir()
    (folder / "fox" / "1.png").write_bytes(picture(77))
    (folder / "fox" / "2.png").write_bytes(picture(78))
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for path in sorted(folder.glob("*/*.png")):
            archive.write(path, path.relative_to(folder))
    from_zip = own_images.import_zip(folder / "all.zip", title="zip", classes=names)
    (folder / "all.zip").unlink()
    report = own_images.import_folder(folder, title="x", classes=names)
    assert report.taken == from_zip.taken == {"fox": 2, "hound": 12}
    assert own_images.import_folder(folder, title="y", classes={"dog": None}).taken == {
        EVIL.replace("/", "_"): 6, "fox": 2,
    }  # fmt: skip
    with pytest.raises(datasets.DatasetError, match="only one class"):
        own_images.import_folder(folder, title="z", classes={"dog": None, "fox": None})


def test_in_a_hall_nobody_names_folders_or_deletes_what_others_brought(visit, folder, monkeypatch):
    report = own_images.import_folder(folder, title="Bobs", owner="bob")
    monkeypatch.setattr("pages.shared.panels.own_pictures.st.get_option", lambda name: "0.0.0.0")
    at = visit(PAGE, tab="Add")
    keys = [widget.key for widget in (*at.text_input, *at.button)]
    assert "own_folder" not in keys
    assert "path_cifar10" not in keys
    assert f"delete_{report.name}" not in keys
    assert f"delete_{report.name}" in [button.key for button in visit(PAGE, tab="Add", person="bob").button]


@pytest.mark.parametrize("module", [cifar10, fashion_mnist])
def test_a_download_that_fails_says_why_and_home_shows_it_too(visit, monkeypatch, module):
    monkeypatch.setenv(module.URL_VARIABLE, "http://127.0.0.1:9/cifar-10-python.tar.gz")  # nobody listens there
    at = visit(PAGE, tab="Add")
    at.button(key=f"download_{module.NAME}").click().run()
    finish(at, module.NAME)
    assert not at.exception
    assert f"{module.TITLE} could not be fetched" in at.error[0].value
    home_page = visit()
    assert f"{module.TITLE} could not be fetched" in home_page.error[0].value
    home_page.button(key=f"close_{module.NAME}").click().run()
    assert not home_page.error


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (cifar10, "is not the published cifar-10-python.tar.gz"),
        (fashion_mnist, "is none of the published files of Fashion-MNIST"),
    ],
)
def test_another_archive_is_refused(visit, tmp_path, module, sentence):
    (tmp_path / "x.tar.gz").write_bytes(b"something else")
    at = visit(PAGE, tab="Add")
    at.text_input(key=f"path_{module.NAME}").set_value(str(tmp_path / "x.tar.gz")).run()
    at.button(key=f"take_{module.NAME}").click().run()
    finish(at, module.NAME)
    assert sentence in at.error[0].value
    assert not datasets.info(module.NAME).present


@pytest.mark.parametrize("module", [cifar10, fashion_mnist])
def test_an_upload_that_is_another_file_is_refused(visit, module):
    at = visit(PAGE, tab="Add")
    at.file_uploader(key=f"archive_{module.NAME}").upload("x.gz", b"something else", "application/gzip").run()
    at.button(key=f"take_{module.NAME}").click().run()
    finish(at, module.NAME)
    assert not at.exception
    assert "It may be cut short: get it anew." in at.error[0].value.replace("\\", "")


def test_what_can_be_downloaded_is_offered_where_it_is_missing(visit, texts):
    titles = [dataset.files.title for dataset in datasets.DATASETS if dataset.files is not None]
    for at in (visit(), visit(PAGE, tab="Add")):
        assert [b.label for b in at.button if b.label.startswith("Download")] == [f"Download {t}" for t in titles]
        assert all(f"{title} is not on this machine." in texts(at) for title in titles)


@pytest.mark.parametrize("is_full_size", [True, False])
def test_a_damaged_archive_of_cifar10_crashes_nothing_and_can_be_fetched_anew(visit, texts, monkeypatch, is_full_size):
    """As somebody has put it there by hand: cut short, or wrong in the middle."""
    content = b"only the beginning came"
    if is_full_size:
        monkeypatch.setitem(cifar10.SIZES, cifar10.ARCHIVE, len(content))
    cifar10.FILES.folder.mkdir(parents=True)
    (cifar10.FILES.folder / cifar10.ARCHIVE).write_bytes(content)
    for tab in ("Pictures", "One picture", "Classes", "Duplicates", "Easy or hard", "Add"):
        at = visit(PAGE, tab=tab, dataset="CIFAR-10")
        assert not at.exception, tab
        said = texts(at).replace("\\", "")
        if tab == "Pictures":  # the first that looks at the bytes
            assert "is not the published file" in said or "in the link is `CIFAR-10`" in said
        if tab == "Add":
            assert "cifar-10-python.tar.gz is not the published file: " in said
            assert "delete it, then download it again" in said
            assert "download_cifar10" in [button.key for button in at.button]
    assert not visit("1_Perceptron", dataset="CIFAR-10").exception
