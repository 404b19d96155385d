"""core/inside/restored.py, and what the store, its table and the report say of a network that was trained elsewhere."""

import html

import pytest

from core import datasets, runs
from core.inside.restored import restored_run
from core.lab.rates import Rate
from core.models import build_model
from core.receipts import report as reports
from core.runs import table as run_table
from core.specs import AdamSpec, CNNSpec, flatten, is_about_training

SPEC = CNNSpec(channels1=4, channels2=4)


@pytest.fixture
def elsewhere(home, small):
    """Restored under settings that look as if somebody had trained it here."""
    spec = small(model=SPEC, optimizer=AdamSpec(learning_rate=0.003), n_epochs=7, batch_size=16)
    images = datasets.load_for(spec.data)
    return restored_run(spec, build_model(SPEC, 10).eval(), images, page="cnn", owner="ann", file_name="<i>theirs.pt")


def test_the_run_says_where_it_comes_from(elsewhere, new_run):
    assert elsewhere.restored_from == "<i>theirs.pt"
    assert elsewhere.status.sentence.startswith("Trained elsewhere")
    assert new_run().restored_from is None


def test_a_file_without_a_name_was_brought_as_well(elsewhere, small):
    spec = small(model=SPEC)
    images = datasets.load_for(spec.data)
    run = restored_run(spec, build_model(SPEC, 10).eval(), images, page="cnn", owner="ann", file_name="")
    assert run.restored_from


def test_the_table_has_no_settings_epochs_or_seconds_that_nobody_knows(elsewhere, new_run):
    here = new_run(model=SPEC, optimizer=AdamSpec(learning_rate=0.003))
    table = run_table.read().runs.set_index("id")
    row = table.loc[elsewhere.id]
    names = list(flatten(elsewhere.spec))
    unknown = [name for name in names if is_about_training(name)]
    assert {"n_epochs", "optimizer.learning_rate", "schedule.kind", "random_state", "data.n_train"} < set(unknown)
    assert row[[*unknown, "epochs", "seconds"]].isna().all()
    known = [name for name in names if name not in unknown]
    assert {"data.dataset", "data.n_test", "model.channels1"} < set(known)
    assert row[known].notna().all()
    assert row["test_accuracy"] == elsewhere.result["test_accuracy"]
    assert row["restored"] == "<i>theirs.pt"
    assert table.loc[here.id, "restored"] == ""
    assert table.loc[here.id, "optimizer.learning_rate"] == 0.003


def test_a_store_of_nothing_else_has_the_same_columns(elsewhere, new_run):
    alone = run_table.read().runs.columns
    new_run(model=SPEC, optimizer=AdamSpec())
    assert set(alone) == set(run_table.read().runs.columns)


def test_the_report_claims_no_training(elsewhere, new_run):
    report = reports.report(elsewhere)
    said = html.unescape(report)
    assert "Trained elsewhere" in said
    assert "<i>theirs.pt" in said
    assert "&lt;i&gt;theirs.pt" in report  # as text
    rate = Rate.of(elsewhere.result["test_accuracy"], elsewhere.result["n_judged"])
    assert f"{rate.told()}test accuracy, {rate.interval_told}" in said.replace("</b>", "")
    assert "model.channels1" in said
    assert "Confusion matrix" in said
    for claim in ("same losses", "optimizer", "learning_rate", "n_epochs", "import torch", "</b>epochs", "</b>seconds"):
        assert claim not in said, claim
    assert "same losses" in reports.report(new_run())


def test_a_run_of_an_earlier_version_is_known_too(elsewhere):
    """Its folder is as it was written then; what it says is decided when it is read."""
    (row,) = run_table.read().runs.to_dict("records")
    assert row["restored"] == runs.open_run(elsewhere.id).meta["restored"]
