"""Who may import whom: core never streamlit, what needs no torch never torch, and pages nothing of their neighbours."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Home, the convolution and the run store open fast because these import no torch
NO_TORCH = [
    *("specs", "runs", "runs.history", "training.evaluation", "convolution", "engine.worker", "engine", "datasets"),
    *("engine.calibration", "charts.curves", "receipts.training_script", "lab.paths", "lab.machine", "lab.errors"),
    *("training.events", "lab.processes", "convolution.kernels", "runs.kept_epochs", "runs.branches"),
    *("specs.folds", "crossval.splits", "crossval.leak", "crossval.fold_scores", "crossval.charts"),
    *("crossval.grid_search", "crossval.receipt", "optimizers.race", "optimizers.sweep", "optimizers.receipt"),
    *("optimizers.seed_statistics", "optimizers.landscape", "optimizers.microscope", "optimizers.charts"),
]
PYTHON = [
    path
    for path in ROOT.rglob("*.py")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
]
CORE = sorted(path for path in PYTHON if path.is_relative_to(ROOT / "core"))


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def loaded_after(code, *modules):
    """Which of the modules a new process has after some code."""
    code += f"\nimport sys; print(*[name for name in {modules!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"CHALKNET_ENGINE": "local"},  # a thread of this process would load torch here
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.split()


def imported(path):
    """Top names of all that a file imports, at its head or later."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_of_core_loads_streamlit():
    modules = [module_name(path) for path in CORE if path.name != "__main__.py"]
    assert "core.training" in modules
    assert loaded_after("\n".join(f"import {m}" for m in modules), "streamlit", "torch", "core.training") == [
        "torch", "core.training",
    ]  # fmt: skip


def test_these_load_neither_torch_nor_streamlit():
    code = "\n".join(f"import core.{name}" for name in NO_TORCH)
    assert loaded_after(code, "torch", "torchvision", "sklearn", "streamlit", "core.runs") == ["core.runs"]


@pytest.mark.parametrize("path", CORE, ids=module_name)
def test_core_imports_neither_streamlit_nor_pages(path):
    assert not {name.split(".")[0] for name in imported(path)} & {"streamlit", "pages", "app"}


def test_only_the_pages_import_streamlit():
    users = {
        path.relative_to(ROOT)
        for path in PYTHON
        if "streamlit" in {name.split(".")[0] for name in imported(path)}
    }
    assert Path("pages/1_Perceptron.py") in users
    assert {path.parts[0] for path in users} <= {"app.py", "pages", "tests"}


def test_shared_widgets_do_not_import_pages():
    shared = [path for path in PYTHON if path.is_relative_to(ROOT / "pages" / "shared")]
    assert shared
    for path in shared:
        names = {name for name in imported(path) if name.startswith("pages.")}
        assert all(name.startswith("pages.shared") for name in names), path


def test_home_opens_without_torch(home):
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=60)\n"
        "at.session_state['person'] = 'ann'\n"
        "at.run()\n"
        "assert not at.exception, at.exception\n"
        "assert at.title[0].value == 'Chalknet'"
    )
    assert loaded_after(code, "torch", "streamlit", "pages.home.home") == ["streamlit", "pages.home.home"]
