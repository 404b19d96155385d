"""core/engine when its processes are killed or end, and on the other backends: a thread, a cluster by its address."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from core import runs
from core.engine import Engine, access
from core.engine.backends import ThreadBackend
from core.lab import files
from core.runs import NotYoursError

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.usefixtures("measured_home")
LONG = {"data": {"n_train": 2000}, "batch_size": 4, "n_epochs": 1000}  # until it is stopped
MEDIUM = {"data": {"n_train": 500}, "batch_size": 4, "n_epochs": 25}  # a second or two


@pytest.fixture(scope="module")
def measured_home(module_home, calibrated):
    """For engines that these tests start themselves."""
    calibrated(module_home)


def each_epoch_once(run):
    return [e["epoch"] for e in run.history().epochs] == list(range(1, run.spec.n_epochs + 1))


def test_a_killed_worker_is_replaced_and_the_run_goes_on_by_itself(submit, trains, ends, worker):
    run, whole = submit(**MEDIUM), None
    trains(run, n_epochs=3)
    worker().send_signal(signal.SIGKILL)
    assert ends(run) == "done"
    assert run.history().n_sittings == 2
    assert each_epoch_once(run)
    whole = submit(**MEDIUM)
    assert ends(whole) == "done"
    assert run.history().losses == whole.history().losses


def test_a_killed_engine_is_started_again_though_its_client_died_of_it(engine, submit, trains, ends, clusters):
    """As drill 99 found it: the client tries to connect once more, and what it dies of comes out of its close."""
    run = submit(**MEDIUM)
    trains(run, n_epochs=3)
    client, closed = engine._backend._client, engine._backend._client.close

    def close(**how):
        client.close = closed  # its end calls it again
        closed(**how)
        raise ValueError("IOStream is not idle; cannot convert to SSL")

    client.close = close
    (cluster,) = clusters()
    cluster.send_signal(signal.SIGKILL)
    assert ends(run) == "done"
    assert each_epoch_once(run)


def test_a_killed_engine_is_started_again_and_its_run_goes_on(
    submit, trains, ends, wait_until, is_running, clusters, family
):
    run = submit(**MEDIUM)
    trains(run, n_epochs=3)
    waiting = submit(owner="bob")
    (cluster,) = clusters()
    before = family(cluster)
    cluster.send_signal(signal.SIGKILL)
    assert ends(run) == "done"
    assert ends(waiting) == "done"
    assert each_epoch_once(run)
    (another,) = clusters()
    assert another.pid != cluster.pid
    wait_until(lambda: not any(is_running(p.pid) for p in before), "the old engine's workers are gone", 10)


def test_an_interrupted_run_is_resumed_from_its_last_epoch(engine, ends, submit):
    """Another process trained two epochs and was killed; then this one's owner presses Resume."""
    code = (
        "import os\nfrom core import runs\nfrom core.specs import DataSpec, MLPSpec, RunSpec\n"
        "from core.runs.recorder import RunRecorder\nfrom core.training.training import train\n"
        "spec = RunSpec(data=DataSpec(n_train=200, n_test=100), model=MLPSpec(H=16), n_epochs=4, n_threads=1)\n"
        "run = runs.create(spec, page='perceptron', owner='ann')\nprint(run.id, flush=True)\n"
        "with RunRecorder(run) as recorder:\n"
        "    def on_event(event):\n"
        "        recorder.on_event(event)\n"
        "        len(run.history().epochs) == 2 and os.kill(os.getpid(), 9)\n"
        "    train(spec, on_event)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL
    run = runs.open_run(killed.stdout.strip())
    assert run.status.name == "interrupted"
    with pytest.raises(NotYoursError):
        engine.resume(run, "bob")
    engine.resume(run, "ann")
    assert ends(run) == "done"
    assert run.history().n_sittings == 2
    assert each_epoch_once(run)


def test_nothing_outlives_close(module_home, wait_until, is_running, clusters, family):
    others = {cluster.pid for cluster in clusters()}
    engine = Engine("local")
    wait_until(lambda: engine.info().state == "ready", "the engine is ready")
    (cluster,) = (cluster for cluster in clusters() if cluster.pid not in others)
    wait_until(lambda: cluster.children(recursive=True), "it has workers")
    before = family(cluster)
    engine.close()
    wait_until(lambda: not any(is_running(p.pid) for p in before), "engine and workers are gone")


@pytest.mark.parametrize(
    ("where", "how"),
    [("local", signal.SIGKILL), ("local", signal.SIGINT), ("local", signal.SIGTERM), ("thread", signal.SIGINT)],
)
def test_nothing_outlives_the_app_however_it_ends(where, how, module_home, small, wait_until, is_running, family):
    """In mid-run, and the run says so afterwards."""
    code = (
        # Where these tests run in the background of a shell, Ctrl-C is switched off for all that they start
        "import signal, sys, threading\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from core import runs\nfrom core.engine import Engine\nfrom core.specs import parse_run_spec\n"
        "engine = Engine(sys.argv[2])\n"
        "run = runs.create(parse_run_spec(sys.argv[1]), page='perceptron', owner='ann')\n"
        "engine.submit(run, 'ann')\nprint(run.id, flush=True)\nthreading.Event().wait()\n"
    )
    app = subprocess.Popen(
        [sys.executable, "-c", code, small(**LONG).model_dump_json(), where],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        run = runs.open_run(app.stdout.readline().strip())
        wait_until(lambda: run.history().step, "it trains")
        before = family(psutil.Process(app.pid))
        assert files.read_json(run.folder / "alive.json")["pid"] in [p.pid for p in before]
        app.send_signal(how)
        app.wait(60)
    finally:
        app.kill()
        app.wait()
        app.stdout.close()
    wait_until(lambda: not any(is_running(p.pid) for p in before), "engine and workers are gone")
    assert run.status.name == "interrupted"


def test_a_thread_trains_where_no_cluster_can(small, new_run, wait_until, ends):
    engine = Engine("thread")
    run, waiting = new_run(**LONG), new_run(owner="bob")
    engine.submit(run, "ann")  # perhaps before the engine is ready
    engine.submit(waiting, "bob")
    wait_until(lambda: run.history().step, "it trains")
    assert engine.info().kind == "thread"
    assert engine.info().sentence == "Runs train in a thread of the app, one at a time."
    assert engine.place(waiting.id) == 1
    engine.stop(run, "ann")
    assert ends(run) == "stopped"
    assert ends(waiting) == "done"
    assert files.read_json(waiting.folder / "status.json")["process"]["pid"] == os.getpid()
    engine.close()


def test_a_thread_takes_what_matters_first():
    """The first press of Train does not wait for the calibration."""
    backend, begin, order = ThreadBackend(), threading.Event(), []
    first = backend.submit(begin.wait)
    calls = [backend.submit(order.append, name, priority=p) for name, p in (("low", -1), ("run", 0), ("warm", 1))]
    begin.set()
    for future in (first, *calls):
        future.result(10)
    assert order == ["warm", "run", "low"]


def test_an_address_where_nobody_is_falls_back_to_the_thread(new_run, ends, monkeypatch):
    monkeypatch.setattr(access, "CONNECT_SECONDS", 1)
    engine = Engine("tcp://127.0.0.1:9")
    assert engine.info().state == "starting"
    assert engine.info().kind == "cluster"
    run = new_run()
    engine.submit(run, "ann")
    assert ends(run) == "done"
    assert engine.info().kind == "thread"
    assert "No Dask scheduler answers at tcp://127.0.0.1:9." in engine.info().sentence
    engine.close()
