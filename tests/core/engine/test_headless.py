"""``python -m core.training``: the app's code without the app, as a person at a terminal meets it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from core import runs
from core.engine.worker import execute
from core.runs import Run
from core.specs import FoldSpec, SGDSpec, TransferSpec
from core.specs.tasks import train_function
from core.training.training import train

pytestmark = pytest.mark.usefixtures("home")
ROOT = Path(__file__).resolve().parents[3]


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "core.training", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_it_trains_and_prints_the_folder_and_the_accuracy(small, tmp_path):
    spec = small()
    (tmp_path / "spec.json").write_text(spec.model_dump_json())
    done = command(tmp_path / "spec.json", "--runs", tmp_path / "runs")
    assert done.returncode == 0, done.stderr
    folder, said = done.stdout.splitlines()
    expected = train(spec)
    assert said == f"done; test accuracy {expected.test_accuracy:.4f}"
    run = Run(Path(folder).name, Path(folder))
    assert run.folder.parent == tmp_path / "runs"
    assert (run.spec, run.status.name, run.result["test_loss"]) == (spec, "done", expected.test_loss)
    assert run.history().step == 21
    assert re.findall(r"Epoch (\d): loss ", done.stderr) == ["1", "2", "3"]


def test_without_a_folder_the_run_is_where_the_app_keeps_its_own(small, tmp_path):
    (tmp_path / "spec.json").write_text(small(n_epochs=1).model_dump_json())
    done = command(tmp_path / "spec.json")
    assert [str(run.folder) for run in runs.all_runs("headless")] == done.stdout.splitlines()[:1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"model": {"kind": "mlp", "H": 0}}', "model.H is 0; allowed is a whole number from 1 to 4096."),
        (b"{", "The settings are not JSON: "),
        (b"\xff\xfe{\x00}\x00", "The settings are not JSON: "),
        (None, "No such file"),
    ],
)
def test_a_bad_spec_is_a_sentence_and_no_run(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "spec.json").write_bytes(content)
    done = command(tmp_path / "spec.json", "--runs", tmp_path / "runs")
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "runs").exists()


def test_pictures_that_are_not_there_are_a_sentence_also_in_the_folder(small, tmp_path):
    (tmp_path / "spec.json").write_text(small(data={"dataset": "moon"}).model_dump_json())
    done = command(tmp_path / "spec.json")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no data set 'moon' here")
    assert len(done.stderr.splitlines()) == 1
    (run,) = runs.all_runs()
    assert run.status.name == "failed"
    assert run.status.sentence == done.stderr.strip()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "spec.json").write_text("{}")
    done = command(tmp_path / "spec.json", "--runs", tmp_path / "spec.json" / "runs")
    assert done.returncode == 1
    assert done.stderr.startswith("The run could not be written to ")
    assert len(done.stderr.splitlines()) == 1


DATA = {"n_train": 200, "n_test": 100}


@pytest.mark.parametrize(
    "spec",
    [
        FoldSpec(data=DATA, n_epochs=2, n_folds=5, fold=2, own_folds=5, n_threads=1),
        TransferSpec(data=DATA | {"classes": ("disc", "ring"), "per_class": 8}, n_epochs=1, n_threads=1),
    ],
    ids=["fold", "transfer"],
)
def test_every_kind_of_run_is_trained_as_its_kind(spec, tmp_path):
    """A fold was trained as if it were a plain run: on all pictures, and judged by the test pictures."""
    (tmp_path / "spec.json").write_text(spec.model_dump_json())
    done = command(tmp_path / "spec.json")
    assert done.returncode == 0, done.stderr
    expected = train_function(spec)(spec)
    folder, said = done.stdout.splitlines()
    assert said == f"done; test accuracy {expected.test_accuracy:.4f}"
    run = Run(Path(folder).name, Path(folder))
    assert run.result["test_loss"] == expected.test_loss
    assert len(run.probabilities()) == len(expected.probabilities)


def test_weights_that_exist_nowhere_are_a_sentence(tmp_path):
    """It used to train from scratch instead, and to say that it was done."""
    weights = {"source": "file", "sha256": "ab" * 32}
    spec = TransferSpec(data=DATA | {"classes": ("disc", "ring")}, n_epochs=1, weights=weights)
    (tmp_path / "spec.json").write_text(spec.model_dump_json())
    done = command(tmp_path / "spec.json")
    (run,) = runs.all_runs()
    assert (done.returncode, done.stdout) == (1, "")
    assert (run.status.name, run.status.sentence) == ("failed", done.stderr.strip())
    assert "weights" in run.status.sentence


def test_a_diverged_run_says_what_the_app_says(small, tmp_path):
    spec = small(optimizer=SGDSpec(learning_rate=10.0, momentum=0), batch_size=4)
    (tmp_path / "spec.json").write_text(spec.model_dump_json())
    done = command(tmp_path / "spec.json")
    here = runs.create(spec, page="perceptron", owner="ann")
    assert execute(str(here.folder)) == "diverged"
    assert done.returncode == 0
    assert done.stdout.splitlines()[1] == "diverged; no test accuracy"
    assert done.stderr.splitlines()[-1] == here.status.sentence
    assert "learning rate 10 " in here.status.sentence
    (run,) = runs.all_runs("headless")
    assert run.status == here.status
