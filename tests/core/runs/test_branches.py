"""core/branches.py: a branch is its parent up to an epoch, and can be trained again from its settings alone."""

import copy
import json
import subprocess
import sys

import pytest

from core import receipts, runs
from core.engine.worker import execute
from core.lab.errors import ChalknetError
from core.receipts.sections import as_script, files_of
from core.runs import kept_epochs
from core.runs.branches import branch_spec, family, make_branch
from core.specs import AdamSpec, CNNSpec, EarlierSpec, RunSpec, SpecError, parse_run_spec
from core.training import checkpoints
from core.training.events import BatchEnd, EpochEnd
from core.training.training import train

CNN = {"model": CNNSpec(channels1=4, channels2=4, dropout=0.2), "optimizer": AdamSpec(), "n_epochs": 3, "page": "cnn"}


@pytest.fixture(scope="module")
def parent(module_home, small):
    settings = {k: v for k, v in CNN.items() if k != "page"}
    run = runs.create(small(**settings), page="cnn", owner="ann")
    execute(str(run.folder))
    return run


@pytest.fixture(scope="module")
def branch(parent):
    before = contents(parent)
    run = make_branch(parent, 1, 0.0002, 2, owner="bob")
    assert execute(str(run.folder)) == "done"
    assert contents(parent) == before  # nobody's run is changed by another
    return run


def contents(run):
    return {path.relative_to(run.folder): path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}


def losses_of(spec):
    losses = []
    train(spec, lambda event: losses.append(event.loss) if isinstance(event, BatchEnd) else None)
    return losses


def test_a_branch_has_its_parents_past_and_a_future_of_its_own(parent, branch):
    ours, theirs = branch.history(), parent.history()
    assert ours.losses[:7] == theirs.losses[:7]
    assert ours.epochs[0] == theirs.epochs[0]
    assert len(ours.losses) == 21
    assert ours.losses[7] == theirs.losses[7]  # the same weights see the same pictures; the step after it differs
    assert ours.losses[8:] != theirs.losses[8:]
    assert [e["epoch"] for e in ours.epochs] == [1, 2, 3]
    assert kept_epochs.kept(branch.folder) == [1, 2, 3]
    assert (branch.meta["parent"], branch.meta["parent_epoch"]) == (parent.id, 1)
    assert branch.belongs_to("bob")
    assert not branch.belongs_to("ann")


def test_its_settings_alone_give_its_losses(branch):
    assert losses_of(branch.spec) == branch.history().losses
    assert parse_run_spec(branch.spec.model_dump_json()) == branch.spec


def test_its_receipt_gives_its_losses(branch, tmp_path):
    parts = receipts.sections(branch.spec)
    for file in files_of(parts):
        (tmp_path / file.name).write_bytes(file.content())
    script = as_script(parts) + "\nimport json\nprint(json.dumps(loss_list))\n"
    (tmp_path / "run.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "run.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == branch.history().losses


def test_a_branch_that_was_interrupted_goes_on_as_a_branch(parent, branch):
    """After an epoch of its own it goes on with the optimizer that it had by then."""
    states = {}

    def keep(event):
        if isinstance(event, EpochEnd):
            states[event.epoch] = copy.deepcopy(event.checkpoint)

    train(branch.spec, keep)
    again = make_branch(parent, 1, 0.0002, 2, owner="bob")
    losses = []
    checkpoints.save(states[2], again.folder / "checkpoint.pt")
    train(
        again.spec,
        lambda event: losses.append(event.loss) if isinstance(event, BatchEnd) else None,
        checkpoint=checkpoints.load(again.folder / "checkpoint.pt"),
    )
    assert losses == branch.history().losses[14:]


def test_a_branch_of_a_branch(parent, branch):
    spec = branch_spec(branch.spec, 2, 0.01, 5)
    assert [(part.until_epoch, part.optimizer.learning_rate) for part in spec.earlier] == [(1, 0.001), (2, 0.0002)]
    assert (spec.optimizer.learning_rate, spec.n_epochs) == (0.01, 7)
    assert [spec.optimizer_at(e).learning_rate for e in range(4)] == [0.001, 0.0002, 0.01, 0.01]
    # from an epoch that it had of its parent
    assert [part.until_epoch for part in branch_spec(branch.spec, 1, 0.01, 1).earlier] == [1]
    twig = make_branch(branch, 2, 0.01, 1, owner="bob")
    execute(str(twig.folder))
    assert twig.history().losses[:14] == branch.history().losses[:14]
    assert losses_of(twig.spec) == twig.history().losses
    everyone = runs.all_runs("cnn")
    line = [run.id for run in family(twig, everyone, "bob")]
    assert line[0] == parent.id
    assert line.index(branch.id) < line.index(twig.id)
    assert [run.id for run in family(parent, everyone, "ann")] == [parent.id]  # bob's are not ann's picture


def test_the_epochs_that_both_have_take_no_room_twice(parent, branch):
    first, second = (kept_epochs.path_of(run.folder, 1).stat() for run in (parent, branch))
    assert first.st_ino == second.st_ino


@pytest.mark.usefixtures("home")
def test_a_branch_outlives_its_parent(new_run):
    parent = new_run(**CNN)
    execute(str(parent.folder))
    branch = make_branch(parent, 2, 0.1, 1, owner="ann")
    parent.delete("ann")
    assert execute(str(branch.folder)) == "done"
    assert kept_epochs.load(branch.folder, 1).state["epoch"] == 1


def test_what_can_not_be_branched_is_said(parent):
    known = len(runs.all_runs())
    with pytest.raises(ChalknetError, match=r"Epoch 9 of this run is not kept; kept are: 1, 2, 3\."):
        make_branch(parent, 9, 0.1, 1, owner="ann")
    with pytest.raises(SpecError, match="learning_rate is 11;"):
        make_branch(parent, 1, 11, 1, owner="ann")
    with pytest.raises(SpecError, match="n_more is 0;"):
        make_branch(parent, 1, 0.1, 0, owner="ann")
    assert len(runs.all_runs()) == known


def test_earlier_epochs_must_grow_and_end_before_the_run():
    parts = [EarlierSpec(until_epoch=n, optimizer=AdamSpec()) for n in (3, 2)]
    with pytest.raises(ValueError, match=r"earlier ends at the epochs \[3, 2\]"):
        RunSpec(earlier=tuple(parts))
