"""The link to a run: its page opens with its settings, and nothing in it is refused there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs import experiments
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RunSpec, SGDSpec
from pages.shared.controls.training import BATCH_SIZES, LEARNING_RATES
from pages.shared.frame.links import page_parameters, settings_parameters
from pages.shared.lessons import lesson

DATA = DataSpec(n_train=200, n_test=100, random_state=4)
OF_THE_MACHINE = {"n_threads", "device", "precision"}
WIDGETS_RATES = [float(f"{rate:.0e}") for rate in LEARNING_RATES]


def settings(spec):
    return spec.model_dump(exclude=OF_THE_MACHINE)


@pytest.mark.parametrize(
    ("key", "spec"),
    [
        ("perceptron", RunSpec(
            data=DATA, model=MLPSpec(H=64), optimizer=SGDSpec(learning_rate=0.005, momentum=0.55), n_epochs=3,
            batch_size=16, random_state=9,
        )),
        ("perceptron", RunSpec(data=DATA, n_epochs=1_000, max_seconds=7.0, batch_size=1)),
        ("cnn", RunSpec(
            data=DATA, model=CNNSpec(channels1=8, channels2=12, batch_norm=False, dropout=0.25),
            optimizer=AdamSpec(learning_rate=0.00001), n_epochs=2, batch_size=64,
        )),
    ],
)  # fmt: skip
def test_pressing_train_on_a_link_trains_the_same_run_again(visit, press, key, spec):
    at = visit(lesson(key).file.removeprefix("pages/").removesuffix(".py"), **settings_parameters(spec))
    assert not at.warning
    (again,) = press(at, "train")
    assert settings(again) == settings(spec)


@given(st.sampled_from(WIDGETS_RATES), st.sampled_from(BATCH_SIZES), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_every_value_of_a_widget_is_in_the_link_and_reads_back(rate, batch_size, n_epochs, seed):
    spec = RunSpec(
        optimizer=SGDSpec(learning_rate=rate), batch_size=batch_size, n_epochs=n_epochs, random_state=seed
    )
    given_ = settings_parameters(spec)
    assert "e" not in given_["learning_rate"]
    assert float(given_["learning_rate"]) == rate
    assert (int(given_["batch_size"]), int(given_["n_epochs"]), int(given_["random_state"])) == (
        batch_size, n_epochs, seed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [({"optimizer": SGDSpec(learning_rate=0.0123)}, "learning_rate"), ({"batch_size": 33}, "batch_size"),
     ({"n_epochs": 51}, "n_epochs"), ({"data": DataSpec(n_train=777)}, "n_train"),
     ({"data": DataSpec(dataset="gone")}, "dataset")],
)  # fmt: skip
def test_what_no_widget_can_have_is_left_out(home, changes, left_out):
    assert left_out in settings_parameters(RunSpec(data=DATA))
    assert left_out not in settings_parameters(RunSpec(**{"data": DATA} | changes))


def test_all_there_are_is_said_so(home):
    given_ = settings_parameters(RunSpec(data=DataSpec(dataset="digits", n_train=1437, n_test=360)))
    assert (given_["dataset"], given_["n_train"], given_["n_test"]) == ("Digits", "all", "all")


NOTED = {"tab": "K folds", "n_folds": "7", "dataset": "Digits", "n_train": "200"}


def note(run, **changes):
    path = run.folder / "meta.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_run_leads_to_its_page_as_that_stood(new_run):
    run = new_run(page="crossval")
    assert page_parameters(run) == settings_of_pictures(run) | {"run": run.id}  # nobody has noted more
    note(run, address=NOTED)
    assert page_parameters(run) == NOTED | {"run": run.id}


def test_a_run_of_an_experiment_leads_to_the_experiment(new_run, small):
    made = experiments.create("race", [({}, small())], settings={}, page="optimizers", owner="ann", address=NOTED)
    assert page_parameters(made.runs[0]) == NOTED | {"experiment": made.id}
    without = experiments.create("race", [({}, small())], settings={}, page="optimizers", owner="ann").runs[0]
    assert page_parameters(without) == settings_of_pictures(without) | {"experiment": without.meta["experiment"]}
    lost = new_run(page="optimizers")
    note(lost, experiment="a" * 24)
    assert page_parameters(lost)["experiment"] == "a" * 24


def test_pictures_that_are_gone_are_not_asked_for(new_run):
    run = new_run(page="crossval", data={"dataset": "gone"})
    note(run, address=NOTED | {"dataset": "gone"})
    assert "dataset" not in page_parameters(run)
    assert page_parameters(run)["n_folds"] == "7"


def settings_of_pictures(run):
    names = ("dataset", "n_train", "n_test", "data_seed")
    return {name: text for name, text in settings_parameters(run.spec).items() if name in names}
