"""The skorch scripts; that they give the page's scores is proved with every other script (tests/core/receipts)."""

import ast

import pytest

from core import datasets, receipts, runs
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, ResNet18Spec, RMSpropSpec, SGDSpec
from core.specs.folds import FoldSpec, LeakSpec

SMALL = {
    "data": DataSpec(dataset="digits", n_train=240, n_test=60),
    "optimizer": AdamSpec(),
    "n_epochs": 1,
    "batch_size": 32,
}
LIBRARIES = {"numpy", "torch", "torchvision", "sklearn", "skorch", "matplotlib"}


@pytest.mark.parametrize("data", [*(dataset.name for dataset in datasets.DATASETS), "own-three"])
@pytest.mark.parametrize("model", [CNNSpec(), MLPSpec(), ResNet18Spec()])
@pytest.mark.parametrize("split", ["folds", "random", "holdout"])
@pytest.mark.parametrize("optimizer", [SGDSpec(momentum=0), RMSpropSpec(momentum=0.5)])
def test_every_script_is_whole_and_short(data, model, split, optimizer):
    spec = FoldSpec(data=DataSpec(dataset=data), model=model, split=split, optimizer=optimizer, own_folds=0)
    script = receipts.script(spec)
    tree = ast.parse(script)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {(getattr(node, "module", None) or node.names[0].name).split(".")[0] for node in imports}
    assert modules <= {*LIBRARIES, "hashlib", "pathlib", "shapes10", "sys", "zipfile"}
    assert "plot_confusion_matrix" not in script
    assert ("ConfusionMatrixDisplay.from_predictions" in script) == (split == "holdout")
    assert max(map(len, script.splitlines())) <= 120
    if data in ("own-three", "shapes10"):  # neither pictures nor their drawing bury the lesson
        assert len(script.splitlines()) < 160


def test_a_spec_survives_its_run_folder(home):
    spec = FoldSpec(**SMALL, n_threads=1, model=MLPSpec(H=16), n_folds=2, leak=LeakSpec(share=0.3))
    assert runs.create(spec, page="crossval", owner="ann").spec == spec
