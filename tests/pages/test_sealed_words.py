"""While the test set is sealed, no page speaks of it where validation judges: every tab, before and after training."""

import re

import pytest
from read_pages import all_texts

from core.crossval.members import FOLDS_KIND as FOLDS
from core.engine.worker import execute
from core.runs import experiments
from core.specs import CNNSpec, DataSpec
from core.specs.folds import FoldSpec
from core.specs.transfer import PickedDataSpec, TransferSpec
from core.transfer import strategies

LAB = {"sealed": "true", "n_train": "200", "n_test": "100"}
TABS = {
    "4_Cross-validation": ("Fewer lines", "K folds", "One split", "Leak", "Grid search", "Code"),
    "5_Transfer": ("Weights", "Strategies", "How few labels?", "Batch-norm trap", "Your picture", "Inside", "Code"),
}
OF_THE_TEST = re.compile(r"\b[Tt]est (accurac|loss|picture|image|score)")
SEALED = DataSpec(n_train=200, n_test=100, judged_on="validation")


def spoken_of_the_test(at):
    assert not at.exception
    return [text for text in all_texts(at) if OF_THE_TEST.search(text)]


@pytest.mark.parametrize("page", TABS)
def test_before_anything_has_run(visit, page):
    at = visit(page, **LAB)
    assert {tab.label for tab in at.tabs} >= set(TABS[page])
    told = {tab: spoken_of_the_test(visit(page, tab=tab, bet="1", **LAB)) for tab in TABS[page]}
    assert {tab: texts for tab, texts in told.items() if texts} == {}


def run_all(kind, members, page):
    made = experiments.create(kind, members, settings={"n_folds": 2}, page=page, owner="ann")
    for run in made.runs:
        execute(str(run.folder))
        assert run.status.name == "done", run.status.sentence
    return made


def test_folds_and_strategies_that_have_run(visit):
    fold = FoldSpec(data=SEALED, model=CNNSpec(channels1=32, channels2=64), n_epochs=1, n_folds=2)
    folds = [({"fold": f"fold {i + 1}"}, fold.model_copy(update={"fold": i})) for i in range(2)]
    made = run_all(FOLDS, folds, "crossval")
    assert spoken_of_the_test(visit("4_Cross-validation", tab="K folds", experiment=made.id, **LAB)) == []
    data = PickedDataSpec(n_train=100, n_test=100, classes=("heart", "moon"), per_class=2, judged_on="validation")
    base = TransferSpec(data=data, n_epochs=1, batch_size=4, n_threads=1)
    scratch = [({"strategy": strategies.SCRATCH, "keep_weights": True}, base)]
    compared = run_all(strategies.KIND, scratch, "transfer")
    for tab in ("Strategies", "Your picture", "Inside"):
        assert spoken_of_the_test(visit("5_Transfer", tab=tab, experiment=compared.id, **LAB)) == [], tab


@pytest.mark.parametrize("text", ["maybe", "TRUE", "2", "", "true,false"])
def test_what_is_no_switch_is_told_and_leaves_it_off(visit, text):
    at = visit("1_Perceptron", sealed=text)
    assert not at.exception
    assert not at.toggle(key="sealed").value
    assert any("Seal the test set in the link is" in warning.value for warning in at.warning)
