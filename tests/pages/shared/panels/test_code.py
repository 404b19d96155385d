"""The tab Code where a run can have no script."""

import pytest


@pytest.mark.parametrize("page", ["1_Perceptron", "3_CNN"])
def test_a_run_that_asked_for_more_pictures_than_can_be_drawn_is_told(visit, new_run, page):
    run = new_run(page="perceptron" if page.startswith("1") else "cnn", data={"n_train": 60_000})
    run.write_status("failed", "n_train is 60000.")
    at = visit(page, tab="Code", run=run.id)
    assert not at.exception
    assert any("Shapes-10 has 50000 training pictures" in each.value for each in at.warning)
