"""The link to a run: its page opens with its settings, and nothing in it is refused there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, RunSpec, SGDSpec
from pages.runs.links import page_parameters, settings_parameters
from pages.shared.controls.training import BATCH_SIZES, LEARNING_RATES
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


def test_a_run_of_an_experiment_leads_to_the_experiment(new_run):
    run = new_run()
    assert page_parameters(run)["run"] == run.id
    meta = run.folder / "meta.json"
    meta.write_text(meta.read_text().replace("{", '{"experiment": "' + "a" * 24 + '", ', 1))
    assert page_parameters(run)["experiment"] == "a" * 24
    assert "run" not in page_parameters(run)
