"""The one list of pages against the files, the addresses that are out there, and what untouched pages train."""

from pathlib import Path

import pytest
import torch
import torchvision
from streamlit.source_util import page_icon_and_name, page_sort_key

from core import datasets
from core.specs import DataSpec
from core.specs.transfer import TransferSpec
from core.transfer import pretrained
from pages.shared.lessons import LESSONS, QUESTIONS, lesson, lesson_of_run, page_name

ROOT = Path(__file__).resolve().parents[3]
OF_THE_MACHINE = {"n_threads", "device", "precision"}
WITH_RUNS = [one for one in QUESTIONS if one.defaults]


def settings(spec):
    return spec.model_dump(exclude=OF_THE_MACHINE)


def test_the_list_is_what_streamlit_finds_in_its_order():
    found = sorted((ROOT / "pages").glob("[0-9]*.py"), key=page_sort_key)
    assert [one.file for one in LESSONS] == ["app.py", *(f"pages/{path.name}" for path in found)]


@pytest.mark.parametrize("one", LESSONS[1:], ids=lambda one: one.key)
def test_addresses_are_streamlits(one):
    assert one.address == page_icon_and_name(Path(one.file))[1]


def test_no_address_and_no_key_of_a_run_has_changed():
    """Links and runs are out there that have them; further lessons may come."""
    now = {one.key: one.address for one in LESSONS}
    assert len(now) == len(LESSONS)
    assert now | {
        "home": "", "perceptron": "Perceptron", "convolution": "Convolution", "cnn": "CNN",
        "crossval": "Cross-validation", "transfer": "Transfer", "optimizers": "Optimizers", "data": "Data",
        "runs": "Runs",
    } == now  # fmt: skip


def test_questions_are_numbered_as_their_files():
    assert [one.number for one in QUESTIONS] == list(range(1, len(QUESTIONS) + 1))
    assert all(one.file.startswith(f"pages/{one.number}_") for one in QUESTIONS)


def test_a_run_is_named_after_its_page():
    assert page_name("crossval") == "4 Cross-validation"
    assert page_name("runs") == "Runs"
    assert page_name("seance") == "seance"
    assert lesson_of_run(None) is None
    assert lesson_of_run("cnn") is lesson("cnn")


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.key)
def test_every_page_has_its_heading(visit, texts, one):
    at = visit(None if one.key == "home" else Path(one.file).stem)
    assert not at.exception
    assert at.title[0].value == one.heading
    assert one.tagline in texts(at)


@pytest.mark.parametrize(
    ("key", "tab", "button"),
    [("perceptron", "Learn", "train"), ("cnn", "Learn", "train"), ("crossval", "K folds", "start_folds"),
     ("optimizers", "Race", "start_race")],
)  # fmt: skip
def test_an_untouched_page_trains_the_default_runs(visit, press, key, tab, button):
    at = visit(Path(lesson(key).file).stem, tab=tab, n_train="100", n_test="100")
    trained = press(at, button)
    expected = lesson(key).default_runs(DataSpec(n_train=100, n_test=100))
    assert sorted(map(str, map(settings, trained))) == sorted(map(str, map(settings, expected)))


def test_an_untouched_page_of_transfer_trains_the_default_runs(visit, press):
    """With the weights of an untouched pretraining."""
    names = datasets.info("shapes10").class_names
    torch.manual_seed(1)
    weights = torchvision.models.resnet18(num_classes=6).state_dict()
    pretrained.keep(
        weights, source="here", title="Six classes", owner="ann", classes=names[:6], dataset="shapes10"
    )
    at = visit("5_Transfer", tab="Strategies", n_train="500", n_test="100")
    trained = press(at, "start_transfer")
    expected = lesson("transfer").default_runs(DataSpec(n_train=500, n_test=100))
    assert len(trained) == len(expected) == 4

    def without_hash(spec):
        assert isinstance(spec, TransferSpec)
        return settings(spec) | {"weights": spec.weights.source}

    assert list(map(without_hash, trained)) == list(map(without_hash, expected))


@pytest.mark.parametrize("one", WITH_RUNS, ids=lambda one: one.key)
@pytest.mark.parametrize("dataset", ["shapes10", "digits"])
def test_default_runs_are_of_the_chosen_pictures(home, one, dataset):
    data = DataSpec(dataset=dataset, n_train=300, n_test=50, random_state=7)
    for spec in one.default_runs(data):
        assert {"dataset": dataset, "n_train": 300, "n_test": 50, "random_state": 7}.items() <= (
            spec.data.model_dump().items()
        )
