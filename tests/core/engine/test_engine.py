"""core/engine on real clusters: queue, stop, and the drills in which its processes are killed."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from core import runs
from core.engine import Engine
from core.engine.backends import ThreadBackend
from core.engine.worker import execute
from core.lab import files
from core.runs import NotYoursError

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.usefixtures("module_home")
LONG = {"data": {"n_train": 2000}, "batch_size": 4, "n_epochs": 1000}  # until it is stopped
MEDIUM = {"data": {"n_train": 500}, "batch_size": 4, "n_epochs": 25}  # a second or two


@pytest.fixture(scope="module")
def engine(module_home, wait_until):
    """One local cluster for the module, with one worker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.engine.engine.default_n_workers", lambda: 1)
        engine = Engine("local")
        wait_until(lambda: engine.info().is_warm, "the engine is warm")
        yield engine
        engine.close()


@pytest.fixture
def submit(engine, new_run):
    """Makes a run and hands it in; what still goes on at the end of the test is stopped."""
    made = []

    def call(owner="ann", **changes):
        run = new_run(owner=owner, **changes)
        made.append((run, owner))
        engine.submit(run, owner)
        return run

    yield call
    for run, owner in made:
        if run.folder.exists() and not run.status.is_finished:
            engine.stop(run, owner)


@pytest.fixture
def ends(wait_until):
    """Waits until a run is over and nobody writes to it any more; returns its status."""

    def wait(run):
        wait_until(lambda: run.status.is_finished and not run.is_being_written, f"{run.status} ends")
        return run.status.name

    return wait


@pytest.fixture
def trains(wait_until):
    """Waits until a run has had so many epochs or batches."""

    def wait(run, n_epochs=0):
        wait_until(lambda: len(run.history().epochs) >= n_epochs and run.history().step, f"{run.id} trains")

    return wait


def worker_of(engine):
    """The process that trains: it has the engine's nanny as its parent."""
    child = psutil.Process(engine._backend.pid)
    return max(child.children(recursive=True), key=lambda process: process.memory_info().rss)


def has_arrived(engine, run):
    """Whether the scheduler has heard of a run: what is handed in travels for a moment, on a busy machine for long."""
    client, key = engine._backend._client, engine._active[run.id].future.key
    return client.sync(client.scheduler.get_task_status, keys=[key])[key] is not None


def each_epoch_once(run):
    return [e["epoch"] for e in run.history().epochs] == list(range(1, run.spec.n_epochs + 1))


def test_a_warm_engine_says_where_runs_train(engine):
    info = engine.info()
    assert (info.state, info.kind, info.n_workers, info.is_warm) == ("ready", "local", 1, True)
    assert info.sentence == "The engine trains one run at a time on this machine."


def test_it_listens_on_this_machine_only(engine):
    child = psutil.Process(engine._backend.pid)
    listening = [
        connection.laddr.ip
        for process in [child, *child.children(recursive=True)]
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_a_run_is_trained_outside_this_process(submit, ends, engine):
    run = submit()
    assert ends(run) == "done"
    assert run.history().step == 21
    assert run.result["test_accuracy"] > 0
    writer = files.read_json(run.folder / "status.json")["process"]["pid"]
    assert writer != os.getpid()
    assert writer in [p.pid for p in psutil.Process(engine._backend.pid).children(recursive=True)]


def test_a_group_waits_behind_singles_and_is_stopped_as_a_whole(submit, engine, trains, ends, new_run, wait_until):
    training = submit(owner="bob", **LONG)
    trains(training)
    old, group = new_run(), [new_run(random_state=i) for i in range(3)]
    engine.submit_group([old], "ann")
    engine.submit_group(group, "ann")
    assert old.status.name == "stopped"
    single = submit()
    assert [engine.place(run.id) for run in (single, *group)] == [1, 2, 3, 4]
    assert all(run.status.name == "queued" for run in (single, *group))
    wait_until(lambda: has_arrived(engine, single), "the scheduler knows the single run")
    engine.stop(training, "bob")
    assert ends(group[0]) == "done"
    assert single.result is not None
    engine.stop_group(group[1:], "ann")
    assert [ends(run) for run in group[1:]] == ["stopped", "stopped"] or group[1].result is not None
    assert group[0].result is not None
    with pytest.raises(NotYoursError):
        engine.submit_group([new_run(owner="bob")], "ann")


def test_a_group_trains_in_its_order(engine, new_run, wait_until):
    """So that the first seed of a race is complete before the second one begins."""
    group = [new_run(n_epochs=1) for _ in range(6)]
    engine.submit_group(group, "ann")
    wait_until(lambda: all(run.status.name == "done" for run in group), "the group has trained")
    ends = [(run.folder / "result.json").stat().st_mtime_ns for run in group]
    assert ends == sorted(ends)


def test_the_second_press_replaces_what_waits_and_not_what_trains(submit, engine, trains, ends, wait_until):
    training = submit(**LONG)
    trains(training)
    bobs = submit(owner="bob")
    first, second = submit(), submit(n_epochs=2)
    assert not first.folder.exists()
    assert training.status.name == "running"
    assert bobs.status.name == second.status.name == "queued"
    assert (engine.place(training.id), engine.place(bobs.id), engine.place(second.id)) == (0, 1, 2)
    assert engine.place("unknown") == 0
    engine.stop(training, "ann")
    assert ends(training) == "stopped"
    assert ends(bobs) == ends(second) == "done"
    wait_until(lambda: not engine._active, "nothing is left in the queue")
    assert engine.place(second.id) == 0
    assert second.history().step == 14


def test_stop_keeps_a_training_run_and_withdraws_a_waiting_one(submit, engine, trains, ends):
    training = submit(**LONG)
    trains(training)
    waiting = submit(owner="bob")
    engine.stop(waiting, "bob")
    assert (waiting.status.name, waiting.status.sentence) == ("stopped", "Stopped before it began.")
    assert waiting.history().step == 0
    engine.stop(training, "ann")
    assert ends(training) == "stopped"
    assert training.probabilities().shape == (100, 10)


def test_nobody_stops_submits_or_resumes_what_is_anothers(submit, engine, trains, new_run):
    run = submit(**LONG)
    trains(run)
    for act in (engine.stop, engine.submit, engine.resume):
        with pytest.raises(NotYoursError):
            act(run, "bob")
    assert not run.stop_requested
    assert run.status.name == "running"


def test_a_deleted_run_makes_room(submit, trains, ends):
    run = submit(**LONG)
    trains(run)
    run.delete("ann")
    assert ends(submit()) == "done"
    assert not run.folder.exists()


def test_a_failure_is_told_although_it_cannot_be_written(submit, engine, new_run, wait_until):
    run = new_run()
    (run.folder / "history.jsonl").symlink_to("/dev/full")
    engine.submit(run, "ann")
    wait_until(lambda: engine.failure(run.id), "the engine knows of the failure")
    assert engine.failure(run.id).startswith("The disk is full: ")
    assert run.status.name == "failed"
    assert engine.failure("unknown") is None


def test_a_killed_worker_is_replaced_and_the_run_goes_on_by_itself(submit, engine, trains, ends):
    run, whole = submit(**MEDIUM), None
    trains(run, n_epochs=3)
    worker_of(engine).send_signal(signal.SIGKILL)
    assert ends(run) == "done"
    assert run.history().n_sittings == 2
    assert each_epoch_once(run)
    whole = submit(**MEDIUM)
    assert ends(whole) == "done"
    assert run.history().losses == whole.history().losses


def test_a_killed_engine_is_started_again_and_its_run_goes_on(
    submit, engine, trains, ends, wait_until, is_running
):
    run = submit(**MEDIUM)
    trains(run, n_epochs=3)
    waiting = submit(owner="bob")
    child = psutil.Process(engine._backend.pid)
    family = [child, *child.children(recursive=True)]
    child.send_signal(signal.SIGKILL)
    assert ends(run) == "done"
    assert ends(waiting) == "done"
    assert each_epoch_once(run)
    assert engine._backend.pid != child.pid
    wait_until(lambda: not any(is_running(p.pid) for p in family), "the old engine's workers are gone", 10)


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


def test_nothing_outlives_close(module_home, wait_until, is_running):
    engine = Engine("local")
    wait_until(lambda: engine.info().state == "ready", "the engine is ready")
    child = psutil.Process(engine._backend.pid)
    wait_until(lambda: child.children(recursive=True), "it has workers")
    family = [child, *child.children(recursive=True)]
    engine.close()
    wait_until(lambda: not any(is_running(p.pid) for p in family), "engine and workers are gone")


@pytest.mark.parametrize(
    ("where", "how"),
    [("local", signal.SIGKILL), ("local", signal.SIGINT), ("local", signal.SIGTERM), ("thread", signal.SIGINT)],
)
def test_nothing_outlives_the_app_however_it_ends(where, how, module_home, small, wait_until, is_running):
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
        family = [psutil.Process(app.pid), *psutil.Process(app.pid).children(recursive=True)]
        assert files.read_json(run.folder / "alive.json")["pid"] in [p.pid for p in family]
        app.send_signal(how)
        app.wait(60)
    finally:
        app.kill()
        app.wait()
        app.stdout.close()
    wait_until(lambda: not any(is_running(p.pid) for p in family), "engine and workers are gone")
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


def test_a_second_press_keeps_what_a_waiting_run_has_learnt(submit, engine, trains, ends, new_run, small):
    """A run that is to be resumed waits behind another's; its owner presses Train once more."""
    trained = new_run()
    assert execute(str(trained.folder)) == "done"
    busy = submit(owner="bob", **LONG)
    trains(busy)
    engine.resume(trained, "ann")
    assert trained.status.name == "queued"
    newer = submit()
    assert trained.status.name == "interrupted"
    assert trained.history().step > 0
    engine.stop(busy, "bob")
    assert ends(newer) == "done"


def test_a_thread_takes_what_matters_first():
    """The first press of Train does not wait for the calibration."""
    backend, begin, order = ThreadBackend(), threading.Event(), []
    first = backend.submit(begin.wait)
    calls = [backend.submit(order.append, name, priority=p) for name, p in (("low", -1), ("run", 0), ("warm", 1))]
    begin.set()
    for future in (first, *calls):
        future.result(10)
    assert order == ["warm", "run", "low"]


def test_an_address_where_nobody_is_falls_back_to_the_thread(new_run, wait_until, ends):
    engine = Engine("tcp://127.0.0.1:9")
    assert engine.info().state == "starting"
    assert engine.info().kind == "cluster"
    run = new_run()
    engine.submit(run, "ann")
    assert ends(run) == "done"
    assert engine.info().kind == "thread"
    assert "No Dask scheduler answers at tcp://127.0.0.1:9." in engine.info().sentence
    engine.close()


def test_a_cluster_by_address_gets_the_library_and_trains(tmp_path, new_run, module_home, wait_until, ends):
    """A scheduler and a worker that were started elsewhere and know nothing of this folder."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    scheduler_file = tmp_path / "scheduler.json"
    options = ["--scheduler-file", str(scheduler_file)]
    commands = [
        ["scheduler", *options, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
        ["worker", *options, "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)],
    ]
    with (tmp_path / "log").open("w") as log:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "dask", *command],
                cwd=tmp_path,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            for command in commands
        ]
    engine = None
    try:
        wait_until(lambda: files.read_json(scheduler_file).get("address"), "the scheduler is there")
        address = files.read_json(scheduler_file)["address"]
        engine = Engine(address)
        wait_until(lambda: engine.info().n_workers == 1, "the worker is there")
        run = new_run()
        engine.submit(run, "ann")
        assert ends(run) == "done", engine.failure(run.id)
        assert engine.info().kind == "cluster"
        assert address in engine.info().sentence
        writer = files.read_json(run.folder / "status.json")["process"]["pid"]
        assert psutil.Process(writer).cwd() != str(ROOT)
    finally:
        if engine is not None:
            engine.close()
        for process in processes[::-1]:
            for each in [*psutil.Process(process.pid).children(recursive=True), process]:
                each.kill()
            process.wait()
