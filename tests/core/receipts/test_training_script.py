"""core/receipts.py: each script is run by a bare Python in an empty folder, and its losses are the run's."""

import ast
import json
import os
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from PIL import Image

from core import datasets, receipts
from core.datasets.own import importing as own_images
from core.receipts.training_script import DATA_FILE, data_file, needs_data_file, sections
from core.specs import (
    AdagradSpec,
    AdamSpec,
    AdamWSpec,
    CNNSpec,
    DataSpec,
    EarlierSpec,
    MLPSpec,
    ResNet18Spec,
    RMSpropSpec,
    RunSpec,
    SGDSpec,
)
from core.specs.optimizers import CONTESTANTS, AdadeltaSpec, NAdamSpec
from core.specs.schedules import CosineSpec, StepSpec, WarmUpSpec
from core.training.events import BatchEnd
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")


THE_LABS = [dataset.name for dataset in datasets.DATASETS]
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CHALKNET_HOME")}


def python(folder, *arguments):
    """A Python that finds nothing of the lab, in a folder with nothing but the script; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-I", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def losses_of(spec, n_steps=None):
    """The run's own losses, and its accuracy; stopped after so many batches where that is given."""
    losses = []

    def keep(event):
        if isinstance(event, BatchEnd):
            losses.append(event.loss)

    result = train(spec, keep, lambda: n_steps is not None and len(losses) >= n_steps)
    return (
        losses,
        f"Accuracy of the network on the {spec.data.n_test} test images: {100 * result.test_accuracy:.1f} %",
    )


CASES = {
    "shapes10": {},
    "shapes10, many": {"data": {"n_train": 10_000, "n_test": 300}, "n_epochs": 1, "batch_size": 256},
    "digits, another seed": {"data": {"dataset": "digits", "random_state": 3}, "random_state": 11},
    "digits, all": {
        "data": {"dataset": "digits", "n_train": 1437, "n_test": 360},
        "batch_size": 64,
        "n_epochs": 1,
    },
    "adam": {"optimizer": AdamSpec(learning_rate=0.002), "n_epochs": 1},
    "betas": {"optimizer": AdamSpec(beta1=0.8, beta2=0.99), "n_epochs": 1},
    "nesterov": {"optimizer": SGDSpec(nesterov=True), "n_epochs": 1},
    "rmsprop": {"optimizer": RMSpropSpec(learning_rate=0.001, alpha=0.9, momentum=0.5), "n_epochs": 1},
    "adagrad": {"optimizer": AdagradSpec(), "n_epochs": 1},
    "adamw": {"optimizer": AdamWSpec(weight_decay=0.1), "n_epochs": 1},
    "no momentum": {"optimizer": SGDSpec(learning_rate=0.05, momentum=0), "n_threads": 2, "n_epochs": 1},
    "cnn": {
        "data": {"n_train": 64, "n_test": 30},
        "model": CNNSpec(dropout=0.3),
        "optimizer": AdamSpec(),
        "batch_size": 24,
        "n_epochs": 2,
    },
    "resnet18": {
        "data": {"n_train": 40, "n_test": 20},
        "model": ResNet18Spec(),
        "batch_size": 20,
        "n_epochs": 1,
    },
    "bf16": {"precision": "bfloat16", "n_epochs": 1},
    "step": {"schedule": StepSpec(every=1, gamma=0.3)},
    "cosine": {"schedule": CosineSpec(), "optimizer": AdamSpec()},
    "warm-up": {"schedule": WarmUpSpec(epochs=2), "optimizer": RMSpropSpec(learning_rate=0.001)},
    **{
        f"usual {title}": {"optimizer": record(**variant.fixed), "n_epochs": 1}
        for title, (record, variant) in CONTESTANTS.items()
    },
    "nadam": {"optimizer": NAdamSpec(beta1=0.8, momentum_decay=0.1), "schedule": CosineSpec()},
    "adadelta": {"optimizer": AdadeltaSpec(rho=0.95, eps=1e-4), "schedule": StepSpec(every=1, gamma=0.3)},
    "branch, another momentum": {
        "optimizer": SGDSpec(learning_rate=0.1),
        "earlier": (EarlierSpec(until_epoch=2, optimizer=SGDSpec(momentum=0.5)),),
    },
    "branch, from Adam to SGD": {"earlier": (EarlierSpec(until_epoch=1, optimizer=AdamSpec()),)},
}


STOPPED_AT = (4, 14, 17)
DIVERGES = {"model": MLPSpec(H=64), "optimizer": SGDSpec(learning_rate=10, momentum=0), "batch_size": 4}

_ALL_SCRIPTS = """
import contextlib, io, json, pathlib, runpy
told = {}
for path in sorted(pathlib.Path().glob("*.py")):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        left = runpy.run_path(str(path))
    told[path.stem] = [left["loss_list"], printed.getvalue().splitlines()]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def alone(module_home, small, tmp_path_factory):
    """Runs that were trained here, and what their scripts gave in a Python of their own (one, to load torch once)."""
    specs = {name: (small(**changes), None) for name, changes in CASES.items()}
    specs |= {f"stopped at {n}": (small(n_epochs=1000, max_seconds=3600), n) for n in STOPPED_AT}
    specs["diverges"] = small(**DIVERGES), None
    folder, expected = tmp_path_factory.mktemp("empty"), {}
    for name, (spec, n_steps) in specs.items():
        expected[name] = losses_of(spec, n_steps)
        script = receipts.script(spec, n_steps=len(expected[name][0]))
        (folder / f"{name}.py").write_text(script, encoding="utf-8")
    given = json.loads(python(folder, "-c", _ALL_SCRIPTS))
    return {name: (*expected[name], *given[name]) for name in specs}


@pytest.mark.parametrize("name", [*CASES, *(f"stopped at {n}" for n in STOPPED_AT)])
def test_the_script_gives_the_runs_losses(alone, name):
    expected, accuracy, losses, printed = alone[name]
    assert losses == expected
    assert printed[-1] == accuracy
    assert printed[0].startswith("Epoch [1/")
    n_epochs = int(printed[0].split("/")[1].split("]")[0])
    assert len(printed) == n_epochs + 1  # it prints no epoch that this run did not have
    if name.startswith("stopped"):
        assert len(losses) == int(name.split()[-1])


def test_the_script_of_a_diverged_run_diverges(alone):
    expected, _, losses, _ = alone["diverges"]
    np.testing.assert_array_equal(losses, expected)
    assert np.isnan(losses[-1])


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


def test_pictures_of_this_lab_alone_come_as_a_file(own_pictures, tmp_path):
    """As a person does it: the script and its file in one folder, and Python."""
    assert needs_data_file(own_pictures)
    spec = RunSpec(data=own_pictures, model=MLPSpec(H=16), n_epochs=2, n_threads=1)
    expected, accuracy = losses_of(spec)
    (tmp_path / DATA_FILE).write_bytes(data_file(own_pictures))
    script = receipts.script(spec) + "\nimport json\nprint(json.dumps(loss_list))\n"
    (tmp_path / "chalknet_run.py").write_text(script, encoding="utf-8")
    *printed, losses = python(tmp_path, "chalknet_run.py").splitlines()
    assert json.loads(losses) == expected
    assert printed[-1] == accuracy


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
