"""A search against scikit-learn run plainly, on a real Dask cluster; Stop keeps what is done."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from skorch.helper import SliceDataset

from core import folds, grid_search, search_fits
from core.crossval_spec import FoldSpec, SearchSpec
from core.engine.backends import LocalClusterBackend
from core.jobs import Job, JobStoppedError
from core.skorch_net import build_net, pictures_for
from core.specs import CNNSpec, DataSpec, MLPSpec

SPEC = SearchSpec(
    base=FoldSpec(data=DataSpec(n_train=120, n_test=100), model=MLPSpec(H=16), n_folds=2, n_threads=1),
    learning_rates=(0.001, 0.01),
    batch_sizes=(32, 64),
)


@pytest.fixture(scope="module")
def cluster(module_home):
    """One worker, which sees the module's lab folder: joblib alone would then fit in the search's process."""
    backend = LocalClusterBackend(1, lambda: None)
    yield backend
    backend.close()


def job():
    return Job("grid", "ann", "Grid search")


def test_scores_on_the_cluster_are_grid_search_cvs(cluster, module_home):
    search = grid_search.create(SPEC, "ann")
    assert search.state == "running"
    working = job()
    assert grid_search.run(working, search, cluster.address) == search.id
    data = pictures_for(SPEC.base)
    plain = GridSearchCV(
        build_net(SPEC.base, 10), grid_search.grid_of(SPEC), cv=folds.splitter(SPEC.base), refit=False
    ).fit(SliceDataset(data), data.labels)
    assert search.result["params"] == plain.cv_results_["params"]
    assert search.result["mean_test_score"] == plain.cv_results_["mean_test_score"].tolist()
    assert search.result["best_params"] == plain.cv_results_["params"][plain.best_index_]
    fits = search.fits()
    assert (working.done, working.total, len(fits)) == (8, 8, 8)
    for number, params in enumerate(plain.cv_results_["params"]):
        for fold in range(2):
            (fit,) = [
                f for f in fits if (f.learning_rate, f.batch_size, f.fold) == (params["lr"], params["batch_size"], fold)
            ]
            assert fit.score == plain.cv_results_[f"split{fold}_test_score"][number]
            assert fit.seconds > 0
    assert search.state == "done"


def test_stop_keeps_what_is_done_and_the_workers_are_free_at_once(cluster, module_home, wait_until):
    long = FoldSpec(
        data=DataSpec(n_train=2000, n_test=100), model=CNNSpec(channels1=8, channels2=8), n_epochs=20, n_threads=1
    )
    search = grid_search.create(SPEC.model_copy(update={"base": long}), "ann")
    working, kept = job(), search.folder / "fits" / "0.001-32-0.json"
    kept.write_text(json.dumps({"learning_rate": 0.001, "batch_size": 32, "fold": 0, "score": 0.5, "seconds": 1.0}))
    client = cluster._client

    def busy():
        return any(client.processing().values())

    class Stopping(Job):
        """Asks to stop as soon as a worker fits."""

        def should_stop(self):
            return super().should_stop() or (busy() and (self.stop("ann"), True)[1])

    working = Stopping("grid", "ann", "Grid search")
    with pytest.raises(JobStoppedError, match="is kept"):
        grid_search.run(working, search, cluster.address)
    wait_until(lambda: not busy(), "the workers are free")
    assert search.state == "stopped"
    assert [fit.score for fit in search.fits()][:1] == [0.5]
    assert search.result is None


def test_without_a_cluster_and_at_random(module_home):
    spec = SPEC.model_copy(update={"n_random": 1})
    search = grid_search.create(spec, "ann")
    result = search_fits.search(search, None)
    assert len(search.fits()) == spec.n_fits == 2
    assert len(result["params"]) == 1


def test_impossible_folds_fail_with_their_sentence(module_home):
    few = FoldSpec(data=DataSpec(n_train=20, n_test=100), model=MLPSpec(H=16), n_folds=10, n_threads=1)
    search = grid_search.create(SPEC.model_copy(update={"base": few}), "ann")
    with pytest.raises(grid_search.SearchError, match=r"Class .* fewer than K = 10"):
        grid_search.run(job(), search, None)
    assert search.state == "failed"
    assert "fewer than K = 10" in search.sentence


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
