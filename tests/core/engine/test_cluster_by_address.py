"""core/engine on a scheduler and a worker that were started elsewhere, plain and with TLS as the README shows it."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import dask
import psutil
import pytest

from core.engine import Engine, access
from core.lab import files

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.usefixtures("measured_home")


@pytest.fixture(scope="module")
def measured_home(module_home, calibrated):
    """For engines that these tests start themselves."""
    calibrated(module_home)


@pytest.fixture
def cluster(tmp_path, wait_until):
    """Starts a scheduler and a worker that know nothing of this folder; gives the scheduler's address."""

    @contextmanager
    def started(*scheduler_options, **variables):
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | variables
        scheduler_file = tmp_path / "scheduler.json"
        options = ["--scheduler-file", str(scheduler_file), "--no-dashboard"]
        commands = [
            ["scheduler", *options, "--host", "127.0.0.1", "--port", "0", *scheduler_options],
            ["worker", *options, "--nthreads", "1", "--local-directory", str(tmp_path)],
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
        try:
            wait_until(lambda: files.read_json(scheduler_file).get("address"), "the scheduler is there")
            yield files.read_json(scheduler_file)["address"]
        finally:
            for process in processes[::-1]:
                for each in [*psutil.Process(process.pid).children(recursive=True), process]:
                    each.kill()
                process.wait()

    return started


@pytest.fixture
def trains_there(new_run, small, wait_until, ends):
    """Trains a run on the cluster at an address, outside this folder; returns what the lab says of the engine."""

    def train(address):
        engine = Engine(address)
        try:
            wait_until(lambda: engine.info().n_workers == 1, "the worker is there")
            run = new_run()
            engine.submit(run, "ann")
            assert ends(run) == "done", engine.failure(run.id)
            assert engine.info().kind == "cluster"
            writer = files.read_json(run.folder / "status.json")["process"]["pid"]
            assert psutil.Process(writer).cwd() != str(ROOT)
            return engine.info().sentence
        finally:
            engine.close()

    return train


@pytest.fixture
def tls(tmp_path):
    """Does what the README says: makes the certificate, writes Dask's settings; gives their folder."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(openssl req .*?)```", readme, re.DOTALL)
    (settings,) = re.findall(r"```yaml\n(distributed:\n.*?)```", readme, re.DOTALL)
    folder = tmp_path / "tls"
    folder.mkdir()
    subprocess.run(["bash", "-ec", commands], cwd=folder, check=True, capture_output=True)
    assert (folder / "key.pem").stat().st_mode & 0o077 == 0
    (folder / "dask.yaml").write_text(settings.replace("/etc/chalknet", str(folder)))
    yield folder
    dask.config.refresh()


def test_a_cluster_by_address_gets_the_library_and_trains(cluster, trains_there, break_in):
    with cluster() as address:
        sentence = trains_there(address)
        assert break_in(address)[0]  # which is what the sentence warns of
    assert f"at {address} (1 workers)." in sentence
    assert "without TLS" in sentence


def test_with_the_files_of_the_readme_it_trains_and_without_them_nobody_gets_in(
    cluster, tls, trains_there, break_in, wait_until, monkeypatch
):
    monkeypatch.setattr(access, "CONNECT_SECONDS", 5)
    with cluster("--protocol", "tls", DASK_CONFIG=str(tls)) as address:
        assert address.startswith("tls://")
        assert not break_in(address)[0]
        lost = Engine(address)
        wait_until(lambda: lost.info().state == "ready", "the lab has given up")
        assert lost.info().kind == "thread"
        assert f"No Dask scheduler answers at {address}, or it does not take this lab's" in lost.info().sentence
        lost.close()
        dask.config.refresh(paths=[str(tls)])  # as DASK_CONFIG does for an app that starts
        sentence = trains_there(address)
        assert "without TLS" not in sentence
