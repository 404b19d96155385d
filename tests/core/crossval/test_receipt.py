"""The skorch script gives the page's scores, in a Python that can't import Chalknet."""

import ast
import json
import os
import subprocess
import sys

import pytest

from core import datasets, receipts, runs
from core.crossval import receipt as skorch_receipt
from core.crossval.fold import train_fold
from core.receipts.sections import as_script
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec, ResNet18Spec, RMSpropSpec, SGDSpec
from core.specs.folds import FoldSpec, LeakSpec
from core.specs.optimizers import AdadeltaSpec, NAdamSpec

SMALL = {
    "data": DataSpec(dataset="digits", n_train=240, n_test=60),
    "optimizer": AdamSpec(),
    "n_epochs": 1,
    "batch_size": 32,
}
CNN, MLP = CNNSpec(channels1=4, channels2=4), MLPSpec(H=16)
CASES = {
    "cnn folds": FoldSpec(**SMALL | {"data": DataSpec(n_train=100, n_test=60)}, n_threads=1, model=CNN, n_folds=3),
    "mlp unshuffled": FoldSpec(
        **SMALL | {"optimizer": SGDSpec(), "n_epochs": 2},
        n_threads=1,
        model=MLP,
        n_folds=2,
        stratified=False,
        shuffle=False,
        random_state=4,
    ),
    "mlp random": FoldSpec(**SMALL, n_threads=1, model=MLP, split="random", split_seed=5),
    "mlp leak": FoldSpec(**SMALL, n_threads=1, model=MLP, n_folds=2, leak=LeakSpec(share=0.3)),
    "mlp nadam": FoldSpec(
        **SMALL | {"optimizer": NAdamSpec(momentum_decay=0.05)}, n_threads=1, model=MLP, n_folds=2
    ),
    "mlp adadelta": FoldSpec(**SMALL | {"optimizer": AdadeltaSpec(eps=1e-5)}, n_threads=1, model=MLP, n_folds=2),
    "resnet18": FoldSpec(
        **SMALL | {"data": DataSpec(n_train=60, n_test=20), "batch_size": 16},
        n_threads=1,
        model=ResNet18Spec(),
        n_folds=2,
    ),
    "cnn holdout": FoldSpec(**SMALL, n_threads=1, model=CNN, split="holdout", own_folds=5, split_seed=2),
}
_ALL = """
import contextlib, io, json, pathlib, runpy
told = {}
for path in sorted(pathlib.Path().glob("*.py")):
    with contextlib.redirect_stdout(io.StringIO()):
        left = runpy.run_path(str(path))
    accuracy = left.get("accuracy_score")
    told[path.stem] = accuracy(left["y_test"], left["y_pred"]) if accuracy else left["scores"].tolist()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def printed(module_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    for name, spec in CASES.items():
        (folder / f"{name}.py").write_text(as_script(skorch_receipt.sections(spec, n_splits=3)), encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-c", _ALL], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CASES)
def test_the_script_gives_the_scores(module_home, printed, name):
    spec = CASES[name]
    if spec.split == "holdout":
        assert printed[name] == train_fold(spec).test_accuracy
        return
    n = 3 if spec.split == "random" else spec.n_folds
    assert printed[name] == [train_fold(spec.model_copy(update={"fold": i})).test_accuracy for i in range(n)]


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
    assert modules <= {"numpy", "torch", "torchvision", "sklearn", "skorch", "matplotlib", "json"}
    assert "plot_confusion_matrix" not in script
    assert ("ConfusionMatrixDisplay.from_predictions" in script) == (split == "holdout")
    assert max(map(len, script.splitlines())) <= 120
    if data == "own-three":
        assert len(script.splitlines()) < 120


def test_a_spec_survives_its_run_folder(home):
    spec = CASES["mlp leak"]
    assert runs.create(spec, page="crossval", owner="ann").spec == spec
