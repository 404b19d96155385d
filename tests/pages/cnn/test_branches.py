"""A family of branches as it is drawn: each begins where it left its parent."""

import pytest

from core.engine.worker import execute
from core.runs.branches import make_branch
from core.specs import AdamSpec, CNNSpec
from pages.cnn.branches import branch_curve, branch_name


@pytest.fixture
def parent(new_run):
    run = new_run(model=CNNSpec(channels1=4, channels2=4), optimizer=AdamSpec(), n_epochs=2, page="cnn")
    execute(str(run.folder))
    return run


def test_a_branch_is_drawn_from_where_it_left_its_parent(parent):
    branch = make_branch(parent, 1, 0.00002, 2, owner="ann")
    execute(str(branch.folder))
    whole, part = branch_curve(parent, "parent"), branch_curve(branch, "branch")
    assert whole["epoch"].tolist() == [1, 2]
    assert part["epoch"].tolist() == [1, 2, 3]
    assert part["test_accuracy"][0] == whole["test_accuracy"][0]  # they share the first epoch
    assert set(part["run"]) == {"branch"}
    assert branch_name(0, parent) == "first run, learning rate 0.001"
    assert branch_name(1, branch) == "branch 1 from epoch 1, learning rate 0.00002"
