"""Folds and searches on a real cluster of two processes, given by its address: scores, a killed worker, Stop."""

import json
import os
import signal
from contextlib import contextmanager

import dask
import pytest
from sklearn.model_selection import GridSearchCV
from skorch.helper import SliceDataset

from core.crossval import grid_search
from core.crossval import splits as folds
from core.crossval.fold import train_fold
from core.crossval.skorch_net import build_net, pictures_for
from core.engine import Engine
from core.engine.backends import LocalClusterBackend
from core.lab import files
from core.lab.jobs import Job, JobStoppedError
from core.runs import experiments
from core.specs import CNNSpec, DataSpec, MLPSpec
from core.specs.folds import FoldSpec, SearchSpec

DATA = DataSpec(n_train=200, n_test=100)
SEARCH = SearchSpec(
    base=FoldSpec(data=DataSpec(n_train=120, n_test=100), model=MLPSpec(H=16), n_folds=2, n_threads=1),
    learning_rates=(0.001, 0.01),
    batch_sizes=(32, 64),
)


@pytest.fixture(scope="module")
def tls_files(tmp_path_factory):
    """Names a local cluster's certificate and key in the environment, as a technician does for a cluster of many."""

    @contextmanager
    def named(access):
        folder = tmp_path_factory.mktemp("tls")
        for name in ("certificate", "key"):
            (folder / name).write_text(getattr(access, name))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DASK_DISTRIBUTED__COMM__TLS__CA_FILE", str(folder / "certificate"))
            patch.setenv("DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT", str(folder / "certificate"))
            patch.setenv("DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY", str(folder / "key"))
            dask.config.refresh()
            yield
        dask.config.refresh()

    return named


@pytest.fixture(scope="module")
def engine(module_home, calibrated, wait_until, tls_files):
    """An engine that knows its cluster by address alone, and the certificate by Dask's own settings."""
    calibrated(module_home)
    cluster = LocalClusterBackend(2, lambda: None)
    with tls_files(cluster.access):
        engine = Engine(cluster.access.address)
        wait_until(lambda: engine.info().is_warm, "the cluster is warm")
        assert (engine.info().kind, engine.info().n_workers) == ("cluster", 2)
        assert engine.scheduler.key is None
        yield engine
        engine.close()
    cluster.close()


@pytest.fixture
def start(engine):
    """Hands the folds of a spec in; returns the experiment."""

    def submit(**changes):
        spec = FoldSpec(data=DATA, n_threads=1, **{"model": MLPSpec(H=16)} | changes)
        members = [({"fold": i}, spec.model_copy(update={"fold": i})) for i in range(spec.n_folds)]
        made = experiments.create("folds", members, settings={}, page="crossval", owner="ann")
        engine.submit_group(made.runs, "ann")
        return made

    return submit


def test_two_processes_give_the_scores_of_this_one(start, wait_until):
    made = start(n_folds=4, model=CNNSpec(channels1=4, channels2=4), n_epochs=2)
    wait_until(lambda: made.progress().is_over, "all folds are trained")
    assert [run.status.name for run in made.runs] == ["done"] * 4
    writers = {files.read_json(run.folder / "status.json")["process"]["pid"] for run in made.runs}
    assert os.getpid() not in writers
    for run in made.runs:
        assert run.result["test_accuracy"] == train_fold(run.spec).test_accuracy
        assert not (run.folder / "model.pt").exists()  # light: what it did, and no weights
    sizes = [len(run.probabilities()) for run in made.runs]
    assert sum(sizes) == folds.pictures(made.runs[0].spec).train_labels.size


def test_a_fold_whose_worker_is_killed_goes_on_by_itself(start, wait_until):
    made = start(n_folds=2, n_epochs=60, batch_size=4)
    first = made.runs[0]
    wait_until(lambda: first.history().epochs and first.is_being_written, "the first fold trains")
    os.kill(files.read_json(first.folder / "alive.json")["pid"], signal.SIGKILL)
    wait_until(lambda: first.history().n_sittings == 2, "another worker goes on")
    wait_until(lambda: made.progress().is_over, "both folds are trained")
    assert [run.status.name for run in made.runs] == ["done", "done"]
    told = first.history()
    assert [event["epoch"] for event in told.epochs] == list(range(1, 61))
    assert first.result["test_accuracy"] == train_fold(first.spec).test_accuracy


def test_stop_ends_all_folds_and_keeps_the_finished_ones(engine, start, wait_until):
    made = start(n_folds=3, n_epochs=3)
    wait_until(lambda: made.progress().n_done >= 1, "a fold is done")
    long = start(n_folds=3, n_epochs=1000, batch_size=4)
    wait_until(lambda: sum(run.history().step > 0 for run in long.runs) == 2, "two of three train")
    engine.stop_group(long.runs, "ann")
    wait_until(lambda: all(r.status.is_finished and not r.is_being_written for r in long.runs), "all have ended")
    assert [run.status.name for run in long.runs] == ["stopped"] * 3
    finished = [run for run in made.runs if run.status.name == "done"]
    assert finished
    assert all(run.result["test_accuracy"] > 0 for run in finished)


def test_scores_on_the_cluster_are_grid_search_cvs(engine, module_home):
    search = grid_search.create(SEARCH, "ann")
    assert search.state == "running"
    working = Job("grid", "ann", "Grid search")
    assert grid_search.run(working, search, engine.scheduler) == search.id
    data = pictures_for(SEARCH.base)
    plain = GridSearchCV(
        build_net(SEARCH.base, 10), grid_search.grid_of(SEARCH), cv=folds.splitter(SEARCH.base), refit=False
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


def test_stop_keeps_what_is_done_and_the_workers_are_free_at_once(engine, module_home, wait_until):
    long = FoldSpec(
        data=DataSpec(n_train=2000, n_test=100), model=CNNSpec(channels1=8, channels2=8), n_epochs=20, n_threads=1
    )
    search = grid_search.create(SEARCH.model_copy(update={"base": long}), "ann")
    kept = search.folder / "fits" / "0.001-32-0.json"
    kept.write_text(json.dumps({"learning_rate": 0.001, "batch_size": 32, "fold": 0, "score": 0.5, "seconds": 1.0}))
    client = engine.scheduler.client("test")

    def busy():
        return any(client.processing().values())

    class Stopping(Job):
        """Asks to stop as soon as a worker fits."""

        def should_stop(self):
            return super().should_stop() or (busy() and (self.stop("ann"), True)[1])

    working = Stopping("grid", "ann", "Grid search")
    with pytest.raises(JobStoppedError, match="is kept"):
        grid_search.run(working, search, engine.scheduler)
    wait_until(lambda: not busy(), "the workers are free")
    assert search.state == "stopped"
    assert [fit.score for fit in search.fits()][:1] == [0.5]
    assert search.result is None
    client.close()
