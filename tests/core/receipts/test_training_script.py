"""What a script is made of; that it gives its run's losses is proved in ``test_every_script``."""

import ast
import io
import zipfile

import nbformat
import numpy as np
import pytest
from PIL import Image

from core import datasets, receipts
from core.datasets.own import importing as own_images
from core.datasets.own import sets as own_sets
from core.lab.errors import ChalknetError
from core.receipts import sections
from core.receipts.pictures import DATA_FILE, data_file, needs_data_file
from core.receipts.sections import as_script, as_zip, files_of
from core.specs import (
    AdamSpec,
    CNNSpec,
    DataSpec,
    MLPSpec,
    RunSpec,
    SGDSpec,
)

pytestmark = pytest.mark.usefixtures("home")


THE_LABS = [dataset.name for dataset in datasets.DATASETS]


@pytest.fixture
def own_pictures(home, tmp_path_factory):
    """A data set of three classes, with names that need care, that only this lab has."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(4)
    for split, n in (("train", 30), ("test", 10)):
        for name in ('"red"', "it's", "ö {x}"):
            (folder / split / name).mkdir(parents=True)
            for i in range(n):
                picture = rng.integers(0, 256, (32, 32, 3), np.uint8)
                Image.fromarray(picture).save(folder / split / name / f"{i}.png")
    report = own_images.import_folder(folder, title="Three")
    return DataSpec(dataset=report.name, n_train=60, n_test=20, random_state=2)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(DataSpec(n_train=60_000), "n_train is 60000; Shapes-10 has 50000 training pictures"),
     (DataSpec(n_test=10_001), "n_test is 10001; Shapes-10 has 10000 test pictures"),
     (DataSpec(n_train=45_000, n_test=5_001, judged_on="validation"), "n_train is 50001")],
)  # fmt: skip
def test_more_pictures_than_can_be_drawn_is_a_sentence(data, sentence):
    with pytest.raises(datasets.DatasetError, match=sentence):
        receipts.script(RunSpec(data=data))
    with pytest.raises(datasets.DatasetError, match=sentence):
        datasets.load_for(data)


@pytest.mark.parametrize("dataset", sorted({*THE_LABS, "own-gone"} - {"shapes10"}))
def test_a_script_of_any_other_set_says_what_it_asks_for(dataset):
    """These come whole, so there is one; the lab itself trains no such run."""
    data = DataSpec(dataset=dataset, n_train=999_999)
    assert "999999 < len(train_labels)" in receipts.script(RunSpec(data=data)) or needs_data_file(data)


def test_pictures_of_this_lab_alone_come_as_a_file(own_pictures):
    """In one zip with the script; that it runs beside them is proved with every other script."""
    assert needs_data_file(own_pictures)
    parts = sections(RunSpec(data=own_pictures))
    assert [file.name for file in files_of(parts)] == [DATA_FILE]
    with zipfile.ZipFile(io.BytesIO(as_zip("chalknet_run.py", as_script(parts), parts))) as packed:
        assert packed.namelist() == ["chalknet_run.py", DATA_FILE]
        assert packed.read("chalknet_run.py").decode() == receipts.script(RunSpec(data=own_pictures))


def test_pictures_that_are_gone_are_said_to_be_and_not_checked(own_pictures):
    own_sets.delete(own_pictures.dataset, "", this_machine_alone=True)
    (file,) = files_of(sections(RunSpec(data=own_pictures)))
    assert file.missing
    script = receipts.script(RunSpec(data=own_pictures))
    assert DATA_FILE in script
    assert f'check("{DATA_FILE}"' not in script
    with pytest.raises(ChalknetError):
        file.content()


@pytest.mark.parametrize("dataset", THE_LABS)
def test_what_every_machine_can_get_needs_no_file(dataset):
    assert not needs_data_file(DataSpec(dataset=dataset))


def test_the_notebook_is_valid_and_has_the_same_code(small):
    spec = small()
    text = receipts.notebook(spec, n_steps=4)
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    headings = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    assert len(code) == len(headings) == len(sections(spec))
    in_script = ast.dump(ast.parse(receipts.script(spec, n_steps=4)))
    assert ast.dump(ast.parse("\n".join(code))) == in_script
    assert receipts.notebook(spec, n_steps=4) == text


@pytest.mark.parametrize("data", [*THE_LABS, "own-three"])
@pytest.mark.parametrize("model", [MLPSpec(), CNNSpec()])
@pytest.mark.parametrize("optimizer", [SGDSpec(), AdamSpec()])
def test_every_script_is_whole_and_needs_nothing_of_the_lab(data, model, optimizer):
    spec = RunSpec(data=DataSpec(dataset=data), model=model, optimizer=optimizer)
    tree = ast.parse(receipts.script(spec))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert {module.split(".")[0] for module in modules} <= {
        "numpy",
        "torch",
        "torchvision",
        "sklearn",
        "json",
        "hashlib",
        "pathlib",
        "shapes10",
        "sys",
        "zipfile",
    }
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert ("momentum" in names) == (optimizer.kind == "sgd")


def test_a_run_that_never_began_has_the_script_of_its_settings(small):
    assert receipts.script(small(), n_steps=0) == receipts.script(small())


def test_the_cifar_script_names_torchvisions_set_and_this_runs_pictures():
    script = receipts.script(
        RunSpec(data=DataSpec(dataset="cifar10", n_train=1234, n_test=567, random_state=8))
    )
    assert "torchvision.datasets.CIFAR10(root='./data', train=True, download=True)" in script
    assert all(text in script for text in ("default_rng(8)", "train_order[:1234]", "test_order[:567]"))


def test_the_data_file_holds_the_runs_pictures(own_pictures, tmp_path):
    (tmp_path / "x.npz").write_bytes(data_file(own_pictures))
    images = datasets.load_for(own_pictures)
    with np.load(tmp_path / "x.npz") as file:
        assert np.array_equal(file["train_images"], images.train_images)
        assert np.array_equal(file["test_labels"], images.test_labels)
        assert tuple(file["classes"]) == images.class_names
