"""A network whose weights are no numbers predicts nothing: no page names a class, an accuracy or a "nan" for it."""

import re

import numpy as np
import pytest

from core.engine.worker import execute
from core.lab.files import read_json, write_json
from core.optimizers import race
from core.receipts import report
from core.runs import experiments, snapshots, table
from core.specs import AdamSpec, CNNSpec, MLPSpec, SGDSpec, TransferSpec
from core.transfer import strategies

WILD = {"optimizer": SGDSpec(learning_rate=10, momentum=0.99), "n_epochs": 20, "batch_size": 4}
KINDS = {"1_Perceptron": MLPSpec(H=64), "3_CNN": CNNSpec(channels1=4, channels2=4)}
PAGES = {"1_Perceptron": "perceptron", "3_CNN": "cnn"}
# What a network that names its first class for every picture would be praised for
PRAISE = re.compile(r"\bnan\b|\d %|\d%|classified correctly", re.IGNORECASE)


@pytest.fixture
def wrecked(new_run):
    """A run that has diverged, of a page."""

    def make(page):
        run = new_run(page=PAGES[page], model=KINDS[page], **WILD)
        assert execute(str(run.folder)) == "diverged"
        return run

    return make


@pytest.mark.parametrize("page", KINDS)
def test_results_say_that_it_diverged_and_nothing_else(visit, wrecked, texts, page):
    at = visit(page, run=wrecked(page).id, tab="Results")
    assert not at.exception
    assert "has diverged" in at.error[0].value
    assert not at.metric
    assert not PRAISE.search(texts(at))


@pytest.mark.parametrize("tab", ["Learn", "Inside", "Rewind", "Train vs. eval", "Save", "Code", "Compare"])
def test_no_tab_of_the_cnn_makes_up_an_answer(visit, wrecked, texts, tab):
    at = visit("3_CNN", run=wrecked("3_CNN").id, tab=tab)
    assert not at.exception
    assert not re.search(r"\bnan\b", texts(at), re.IGNORECASE)
    if tab in ("Inside", "Train vs. eval"):
        assert "has diverged" in at.info[0].value
    for metric in at.metric:
        assert metric.label.startswith("Test accuracy after epoch")  # a whole one, before it diverged


def test_the_table_and_the_page_of_runs_have_no_accuracy_for_it(visit, wrecked, texts):
    run = wrecked("1_Perceptron")
    (row,) = table.read().runs.to_dict("records")
    assert (row["status"], np.isnan(row["test_accuracy"]), np.isnan(row["test_loss"])) == ("diverged", True, True)
    for tab in ("Table", "Compare", "Run", "What helped"):
        at = visit("90_Runs", run=run.id, tab=tab)
        assert not at.exception
        assert not PRAISE.search(texts(at).replace("bf16", ""))
        if tab == "Run":
            figures = {metric.label: metric.value for metric in at.metric}
            assert (figures["Status"], figures["Test accuracy"], figures["Test loss"]) == ("diverged", "–", "–")
        if tab == "Compare":
            assert "diverged" in texts(at)


def test_its_report_has_no_accuracy_and_no_matrix(wrecked):
    text = report.report(wrecked("1_Perceptron"))
    assert "diverged" in text
    assert "test accuracy</div>" not in text
    assert "Most confident mistakes" not in text
    assert not re.search(r">nan", text, re.IGNORECASE)


def test_what_an_earlier_version_left_is_not_praised_either(visit, wrecked, texts):
    """It gave a diverged run 9.5 %, and called one "done" whose last step had wrecked it."""
    run = wrecked("1_Perceptron")
    for status in ("diverged", "done"):
        old = read_json(run.folder / "result.json") | {"status": status, "test_accuracy": 0.095}
        write_json(run.folder / "result.json", old)
        run.write_status(status)
        assert np.isnan(table.read().runs["test_accuracy"].iloc[0])
        assert snapshots.read(run).accuracy is None
        at = visit("1_Perceptron", run=run.id, tab="Results")
        assert "has diverged" in at.error[0].value
        assert not PRAISE.search(texts(at))


def test_a_perceptron_that_diverged_does_not_stand_beside_the_cnn(visit, wrecked, new_run, texts):
    wrecked("1_Perceptron")
    run = new_run(page="cnn", model=KINDS["3_CNN"], optimizer=AdamSpec(), n_epochs=1)
    execute(str(run.folder))
    at = visit("3_CNN", run=run.id, tab="Results")
    assert not at.exception
    assert "Train the perceptron of Question 1 on the same pictures" in texts(at)


def test_in_an_experiment_it_is_named_with_what_to_do(visit, home, small):
    contestants = {"calm": SGDSpec(), "wild": WILD["optimizer"]}
    made = race.members(small(model=MLPSpec(H=64), batch_size=4), contestants, [0, 1, 2])
    settings = race.settings_of(contestants)
    for kind, tab in ((race.KIND, "Race"), (race.SEEDS_KIND, "Is it real?")):
        experiment = experiments.create(kind, made, settings=settings, page="optimizers", owner="ann")
        n_lost = [execute(str(run.folder)) for run in experiment.runs].count("diverged")
        assert n_lost
        at = visit("6_Optimizers", experiment=experiment.id, tab=tab)
        assert not at.exception
        said = [warning.value.replace("\\", "") for warning in at.warning]
        begin = f"{n_lost} of 6 runs without an accuracy: wild"
        assert any(line.startswith(begin) and "Try 0.001" in line for line in said), said


def test_a_strategy_that_diverged_has_no_accuracy_and_no_network_to_open(visit, home, texts):
    data = {"dataset": "shapes10", "classes": ("disc", "ring"), "per_class": 8, "n_train": 200, "n_test": 60}
    spec = TransferSpec(data=data, optimizer=SGDSpec(learning_rate=10), n_epochs=9, batch_size=4, n_threads=1)
    made = [({"strategy": strategies.SCRATCH, "keep_weights": True}, spec)]
    experiment = experiments.create(strategies.KIND, made, settings={}, page="transfer", owner="ann")
    (run,) = experiment.runs
    assert execute(str(run.folder)) == "diverged"
    at = visit("5_Transfer", experiment=experiment.id, tab="Strategies")
    assert not at.exception
    value, below = {metric.label: (metric.value, metric.delta) for metric in at.metric}[strategies.SCRATCH]
    assert value == "–"
    assert below.endswith("diverged")
    for tab in ("Inside", "Your picture"):
        at = visit("5_Transfer", experiment=experiment.id, tab=tab)
        assert not at.exception
        assert "no network to open yet" in texts(at)
