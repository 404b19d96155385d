"""core/reports.py: one file that holds everything, loads nothing and runs nothing."""

import html.parser
import json
import re

import numpy as np
import pytest

from core import runs
from core.engine.worker import execute
from core.lab.files import write_json
from core.lab.rates import Rate
from core.receipts import report as reports
from core.receipts.receipt import ended_early, script
from core.runs import bets, experiments
from core.runs.bets import CurveBet, WinnerBet
from core.runs.recorder import RunRecorder
from core.specs import FoldSpec, TransferSpec
from core.specs.tasks import task_of
from core.training.training import train

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>&amp; \"quoted\" 'too'"
VOID = {"meta", "img", "br", "path", "rect", "line"}


class Reader(html.parser.HTMLParser):
    """Notes tags, attributes and text; fails on what is closed but was never opened."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text, self._open = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(text):
    reader = Reader()
    reader.feed(text)
    assert reader._open == []
    return reader


@pytest.fixture(scope="module")
def trained(module_home, small):
    from core import runs

    run = runs.create(small(data={"dataset": "digits"}), page="perceptron", owner="ann")
    execute(str(run.folder))
    run.describe("ann", name=EVIL[:80], notes=EVIL + "\nsecond line")
    return run


@pytest.fixture(scope="module")
def report(trained):
    return reports.report(trained)


def test_everything_is_in_it(trained, report):
    reader = read(report)
    said = " ".join("".join(reader.text).split())
    for title in ("Notes", "Settings", "Curves", "Confusion matrix", "Most confident mistakes", "Made with"):
        assert f"<h2>{title}</h2>" in report
    rate = Rate.of(trained.result["test_accuracy"], trained.result["n_judged"])
    assert f"{rate.told()}test accuracy, {rate.interval_told}" in said
    assert "optimizer.learning_rate" in said
    assert "second line" in said
    assert reader.tags.count("svg") == 4
    assert script(trained.spec, n_steps=trained.history().step) in "".join(reader.text)


def test_a_run_that_asked_for_more_pictures_than_can_be_drawn_has_a_report(module_home, small):
    run = runs.create(small(data={"n_train": 60_000}), page="perceptron", owner="ann")
    run.write_status("failed", "n_train is 60000.")
    said = "".join(read(reports.report(run)).text)
    assert "There is no script of it: n_train is 60000; Shapes-10 has 50000 training pictures" in said


def test_the_confusion_matrix_has_the_runs_numbers(trained, report):
    matrix = np.zeros((10, 10), int)
    from core import datasets

    labels = datasets.load_for(trained.spec.data).test_labels
    np.add.at(matrix, (labels, trained.probabilities().argmax(axis=1)), 1)
    svg = report.split("<h2>Confusion matrix</h2>")[1].split("</svg>")[0]
    cells = re.findall(r'aria-label="([^"]*)"[^>]*aria-roledescription="(?:rect|text)', svg)
    told = [dict(part.split(": ", 1) for part in cell.split("; ")) for cell in cells if "pictures: " in cell]
    drawn = np.zeros((10, 10), int)
    for cell in told:
        drawn[int(cell["true class"]), int(cell["predicted"])] = int(cell["pictures"])
    np.testing.assert_array_equal(drawn, matrix)


def test_what_people_type_is_text(report):
    reader = read(report)
    assert EVIL in "".join(reader.text)
    assert not {"script", "iframe", "object", "embed", "link", "form", "foreignobject"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_it_loads_nothing(report):
    reader = read(report)
    addresses = [value for name, value in reader.attributes if name in ("src", "href", "xlink:href", "action", "data")]
    assert addresses
    assert all(value.startswith(("data:image/png;base64,", "#")) for value in addresses)
    assert "default-src 'none'" in report
    assert not re.search(r"url\((?!#|'#|\"#)", report)


def test_class_names_are_text_in_the_pictures_too(trained, monkeypatch):
    from dataclasses import replace

    from core import datasets

    whole = datasets.load_for
    names = (EVIL, *(str(i) for i in range(1, 10)))
    monkeypatch.setattr(datasets, "load_for", lambda spec: replace(whole(spec), class_names=names))
    reader = read(reports.report(trained))
    assert not {"script", "foreignobject"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


def test_a_run_that_has_only_begun_has_a_report_too(new_run):
    run = new_run()
    write_json(run.folder / "meta.json", run.meta | {"created": 0})
    said = "".join(read(reports.report(run)).text)
    assert "No epoch was finished." in said
    assert "have not been judged" in said
    assert json.dumps(run.spec.data.n_train) in said


@pytest.mark.parametrize(
    ("spec", "title", "line"),
    [
        (FoldSpec(n_folds=3), "Fold", "scores = cross_val_score(net, SliceDataset(trainset, idx=0)"),
        (TransferSpec(frozen_stages=2), "Transfer run", "frozen = [model.conv1, model.bn1, model.layer1]"),
    ],
    ids=["fold", "transfer"],
)
def test_every_kind_of_run_has_its_title_and_its_script(home, spec, title, line):
    run = runs.create(spec, page="crossval", owner="ann")
    told = reports.report(run)
    assert f"{title} <code>{run.id}</code>" in told
    text = "".join(read(told).text)
    assert line in text
    assert script(spec) in text
    assert task_of(spec).script_gives in text


def test_only_a_run_that_ended_early_has_a_step_at_which_it_ended(new_run):
    whole, stopped, waiting = new_run(n_epochs=1), new_run(n_epochs=1000), new_run()
    execute(str(whole.folder))
    with RunRecorder(stopped) as recorder:
        train(stopped.spec, recorder.on_event, lambda: stopped.history().step >= 3)
    assert [ended_early(run) for run in (whole, stopped, waiting)] == [None, stopped.history().step, None]
    assert f"if len(loss_list) == {ended_early(stopped)}:" in reports.report(stopped)


def test_a_bet_is_in_the_report_with_how_far_it_was_and_why(home, small):
    run = runs.create(small(n_epochs=2), page="perceptron", owner="ann", bet=CurveBet((1, 2), (2.5, 2.0)))
    execute(str(run.folder))
    bets.say_why(run.folder, EVIL)
    got = read(reports.report(run))
    told = " ".join(got.text)
    off = np.abs(np.array([2.5, 2.0]) - [epoch["train_loss"] for epoch in run.history().epochs]).mean()
    assert f"off by {off:.2f} per epoch" in told
    assert f"Why? {EVIL}" in told
    assert "script" not in got.tags
    without = runs.create(small(n_epochs=1), page="perceptron", owner="ann")
    execute(str(without.folder))
    assert "Bets" not in " ".join(read(reports.report(without)).text)


def test_a_bet_on_an_experiment_is_in_its_members_reports(home, small):
    members = [({"contestant": name}, small(n_epochs=1, random_state=i)) for i, name in enumerate("ab")]
    made = experiments.create(
        "race", members, settings={}, page="optimizers", owner="ann", bet=WinnerBet("b", 3), address={}
    )
    execute(str(made.runs[0].folder))
    told = " ".join(read(reports.report(made.runs[0])).text)
    assert "On its experiment" in told
    assert "Bet: b comes first, 3 percentage points before the second." in told
