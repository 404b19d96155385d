"""What runs are called where several are in one picture."""

from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec, SGDSpec
from pages.shared.panels.overlay import run_labels


def test_a_run_is_called_by_what_is_special_in_it_or_as_its_owner_called_it():
    specs = {"a": RunSpec(), "b": RunSpec(model=MLPSpec(H=8)), "c": RunSpec()}
    assert run_labels(specs, {"a": 1, "b": 2, "c": 3}, {"c": "my best", "a": ""}) == {
        "a": "#1 H 128", "b": "#2 H 8", "c": "#3 my best",
    }  # fmt: skip


def test_equal_runs_are_told_apart_by_their_numbers():
    assert run_labels({"a": RunSpec(), "b": RunSpec()}, {"a": 4, "b": 7}, {}) == {"a": "#4", "b": "#7"}


def test_only_the_first_settings_are_told():
    other = RunSpec(
        data=DataSpec(n_train=100), model=CNNSpec(), optimizer=SGDSpec(learning_rate=0.1), n_epochs=9, random_state=5
    )
    label = run_labels({"a": RunSpec(), "b": other}, {"a": 1, "b": 2}, {})["b"]
    assert label.startswith("#2 number of training pictures 100, CNN, ")
    assert label.endswith(", …")
