"""What differs between two runs, and what a run is called among others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.specs import (
    AdamSpec,
    CNNSpec,
    DataSpec,
    EarlierSpec,
    FoldSpec,
    MLPSpec,
    PickedDataSpec,
    RunSpec,
    SGDSpec,
    StepSpec,
    TransferSpec,
    WeightsSpec,
)
from pages.shared.words.settings import dataset_title, run_settings, short_name, what_differs

BRANCH = RunSpec(earlier=(EarlierSpec(until_epoch=2, optimizer=SGDSpec(learning_rate=0.1)),))
RUNS = st.builds(
    RunSpec,
    data=st.builds(DataSpec, n_train=st.sampled_from([100, 200]), dataset=st.sampled_from(["shapes10", "gone"])),
    model=st.sampled_from([MLPSpec(), MLPSpec(H=8), CNNSpec(), CNNSpec(batch_norm=False)]),
    optimizer=st.sampled_from([SGDSpec(), SGDSpec(learning_rate=0.00001), AdamSpec()]),
    max_seconds=st.sampled_from([None, 3.0]),
)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (RunSpec(), "H = 128 · SGD, learning rate 0.01, momentum 0.9 · 4 epochs · batches of 32 · seed 0"),
        (RunSpec(n_epochs=1, batch_size=1, random_state=7),
         "H = 128 · SGD, learning rate 0.01, momentum 0.9 · 1 epoch · batches of 1 · seed 7"),
        (RunSpec(model=CNNSpec(channels1=4, batch_norm=False), optimizer=AdamSpec(learning_rate=0.00001),
                 n_epochs=1_000, max_seconds=30, precision="bfloat16"),
         "4 and 64 filters · no batch norm · dropout 0.1 · Adam, learning rate 0.00001 · 30 s · batches of 32 · "
         "seed 0 · bfloat16"),
        (RunSpec(schedule=StepSpec()),
         "H = 128 · SGD, learning rate 0.01, momentum 0.9 · a tenth after every 2 epochs · 4 epochs · batches of 32 · "
         "seed 0"),
        (BRANCH,
         "H = 128 · SGD, learning rate 0.01, momentum 0.9 · 4 epochs · branched off after epoch 2 (learning rate "
         "0.1) · batches of 32 · seed 0"),
        (FoldSpec(), "H = 128 · SGD, learning rate 0.01, momentum 0.9 · 4 epochs · batches of 32 · seed 0"),
    ],
)  # fmt: skip
def test_a_run_in_a_line(home, spec, told):
    assert run_settings(spec) == f"Shapes-10, 5,000 to train, 1,000 to test · {told}"


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (RunSpec(), RunSpec(), "nothing: the same settings"),
        (RunSpec(), RunSpec(optimizer=SGDSpec(learning_rate=0.00001)), "only the learning rate: 0.01 → 0.00001"),
        (RunSpec(max_seconds=5), RunSpec(), "only the time limit: 5 → none"),
        (RunSpec(), RunSpec(model=CNNSpec()), "only the network: MLP → CNN"),
        (RunSpec(model=CNNSpec()), RunSpec(model=CNNSpec(batch_norm=False, dropout=0)),
         "batch norm: on → off; dropout: 0.1 → 0"),
        (RunSpec(), RunSpec(optimizer=AdamSpec()), "the optimizer: SGD → Adam; the learning rate: 0.01 → 0.001"),
        (RunSpec(), BRANCH, "only the epochs before: none → epoch 2 (learning rate 0.1)"),
        (FoldSpec(), FoldSpec(fold=2, stratified=False), "the fold: 0 → 2; stratified folds: on → off"),
        (TransferSpec(data=PickedDataSpec(classes=("ring", "star"))),
         TransferSpec(data=PickedDataSpec(classes=("ring", "moon"), per_class=5)),
         "the classes: ring, star → ring, moon; the pictures per class: none → 5"),
        (TransferSpec(), TransferSpec(data=PickedDataSpec(classes=("ring", "moon"))),
         "only the classes: none → ring, moon"),
        (TransferSpec(), TransferSpec(weights=WeightsSpec(source="file", sha256="ab" * 32)),
         "the source of the weights: random → file; the weights: none → abababab"),
    ],
)  # fmt: skip
def test_what_differs(home, first, second, told):
    assert what_differs(first, second) == told


@given(RUNS)
def test_a_run_differs_in_nothing_from_itself_and_needs_no_name_beside_itself(spec):
    assert what_differs(spec, spec) == "nothing: the same settings"
    assert short_name(spec, [spec, spec]) == ""


@given(RUNS, RUNS)
def test_two_runs_that_differ_have_two_names(first, second):
    same = first == second
    assert (what_differs(first, second) == "nothing: the same settings") == same
    if {type(first.model), type(first.optimizer)} == {type(second.model), type(second.optimizer)}:
        assert (short_name(first, [first, second]) == short_name(second, [first, second])) == same


def test_a_name_begins_with_what_a_run_is_known_by():
    spec, other = RunSpec(data=DataSpec(n_test=50), n_epochs=2), RunSpec()
    assert short_name(spec, [spec, other]) == "number of epochs 2, number of test pictures 50"
    assert short_name(RunSpec(model=CNNSpec()), [RunSpec(model=CNNSpec()), other]).startswith("CNN")


def test_a_data_set_is_called_by_its_title_and_one_that_is_gone_by_its_name(home):
    assert dataset_title("shapes10") == "Shapes-10"
    assert dataset_title("gone") == "gone"
    assert run_settings(RunSpec(data=DataSpec(dataset="digits"))).startswith("Digits, ")
