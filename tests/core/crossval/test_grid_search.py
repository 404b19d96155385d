"""A search without a cluster: at random, impossible, of a link, of whom (on a cluster: test_crossval_engine)."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.crossval import grid_search, search_fits
from core.crossval import splits as folds
from core.lab.jobs import Job
from core.specs import DataSpec, MLPSpec
from core.specs.folds import FoldSpec, SearchSpec
from pages.cross_validation.heat_map import cells_of

SPEC = SearchSpec(
    base=FoldSpec(data=DataSpec(n_train=120, n_test=100), model=MLPSpec(H=16), n_folds=2, n_threads=1),
    learning_rates=(0.001, 0.01),
    batch_sizes=(32, 64),
)


def job():
    return Job("grid", "ann", "Grid search")


def test_without_a_cluster_and_at_random(module_home):
    spec = SPEC.model_copy(update={"n_random": 1})
    search = grid_search.create(spec, "ann")
    result = search_fits.search(search, None)
    assert len(search.fits()) == spec.n_fits == 2
    assert len(result["params"]) == 1


def test_a_pair_that_diverges_has_no_score_and_is_not_the_best(module_home):
    """The first class for every picture would be 1 in 10 right."""
    pairs = {"learning_rates": (0.001, 10.0), "batch_sizes": (8,)}
    base = SPEC.base.model_copy(update={"n_epochs": 10})
    search = grid_search.create(SPEC.model_copy(update={**pairs, "base": base}), "ann")
    with pytest.warns(UserWarning, match="non-finite"):
        result = search_fits.search(search, None)
    assert result["best_params"] == {"lr": 0.001, "batch_size": 8}
    lost = {fit.learning_rate for fit in search.fits() if np.isnan(fit.score)}
    assert lost == {10.0}
    (calm,), (wild,) = cells_of(search.spec, search.fits())
    assert calm.score == pytest.approx(result["best_score"])
    assert wild.score is None
    assert wild.said.endswith("diverged")


def test_impossible_folds_are_a_sentence(module_home):
    few = FoldSpec(data=DataSpec(n_train=20, n_test=100), model=MLPSpec(H=16), n_folds=10, n_threads=1)
    search = grid_search.create(SPEC.model_copy(update={"base": few}), "ann")
    with pytest.raises(folds.FoldsError, match=r"Class .* fewer than K = 10"):
        search_fits.search(search, None)


def test_a_failure_of_its_process_is_told(home):
    search = grid_search.create(SPEC, "ann")
    (search.folder / "search.json").unlink()  # it can't know what to do
    with pytest.raises(grid_search.SearchError, match="The search failed: This search does not exist here"):
        grid_search.run(job(), search, None)
    assert search.state == "failed"
    assert "does not exist here" in search.sentence


@pytest.mark.parametrize("search_id", ["", "../../etc", "a" * 24, "A" * 24])
def test_a_link_that_names_no_search_is_told(home, search_id):
    with pytest.raises(grid_search.SearchError, match=r"Check the link|does not exist"):
        grid_search.open_search(search_id)


def test_a_search_belongs_to_who_made_it_and_dies_with_its_app(home):
    search = grid_search.create(SPEC, "ann")
    assert search.belongs_to("ann")
    assert not search.belongs_to("bob")
    assert "ann" not in Path(search.folder, "search.json").read_text().split('"')
    content = json.loads((search.folder / "search.json").read_text())
    content["submitter"]["pid"] = 2**22 + 1
    (search.folder / "search.json").write_text(json.dumps(content))
    assert search.state == "interrupted"
    assert not np.isnan(search.created)
