"""What happens when things die: a worker, the app, the disk. All with real processes and real signals."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from lab_server import LabServer, open_page, settle, train, until_learning, wait_until
from playwright.sync_api import Page, expect

from core import runs
from core.lab import files

EPOCHS = 30
SETTINGS = f"n_train=2000&n_test=200&n_epochs={EPOCHS}"
LONG = "n_train=20000&n_test=200&n_epochs=50"  # long enough for what happens in its middle


@pytest.fixture(scope="module")
def drill(start_lab: Callable[..., LabServer]) -> LabServer:
    return start_lab()


@pytest.fixture
def store(drill: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read the same run store as the lab."""
    monkeypatch.setenv("CHALKNET_HOME", str(drill.home))


def some_epochs(run: runs.Run, n: int = 2) -> None:
    wait_until(lambda: len(run.history().epochs) >= n, f"{n} epochs are trained")


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_killed_worker_is_replaced_and_the_run_goes_on(page: Page, drill: LabServer, store: None) -> None:
    open_page(page, f"{drill.url}/Perceptron?{SETTINGS}")
    run = runs.open_run(train(page))
    some_epochs(run)
    writer = files.read_json(run.folder / "alive.json")["pid"]
    os.kill(writer, signal.SIGKILL)
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    history = run.history()
    assert [e["epoch"] for e in history.epochs] == list(range(1, EPOCHS + 1))
    assert history.n_sittings == 2
    assert history.step == EPOCHS * history.n_steps_per_epoch
    assert psutil.pid_exists(drill.process.pid)


def test_an_unwritable_run_folder_is_one_sentence(page: Page, drill: LabServer) -> None:
    folder, aside = drill.home / "runs", drill.home / "runs-aside"
    open_page(page, f"{drill.url}/Perceptron?{SETTINGS}&random_state=5")
    folder.rename(aside)
    folder.write_text("a file where the folder should be")
    try:
        page.get_by_role("button", name="Train").click()
        expect(page.get_by_role("alert")).to_contain_text("The run could not be written to")
    finally:
        folder.unlink()
        aside.rename(folder)
    page.get_by_role("button", name="Train").click()
    expect(page.locator(".live .said").last).to_contain_text("elapsed")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".live .said").last).to_contain_text("Stopped ·")


def test_a_full_disk_is_one_sentence(page: Page, drill: LabServer, store: None) -> None:
    open_page(page, f"{drill.url}/Perceptron?{LONG}&random_state=6")
    run = runs.open_run(train(page))
    some_epochs(run, 1)
    # From here on every checkpoint meets a device that is full
    (run.folder / "checkpoint.pt.partial").unlink(missing_ok=True)
    os.symlink("/dev/full", run.folder / "checkpoint.pt.partial")
    expect(page.get_by_role("alert")).to_contain_text("The disk is full")
    assert run.status.name == "failed"
    page.reload()
    settle(page)
    expect(page.get_by_role("alert")).to_contain_text("The disk is full")


def test_a_killed_app_leaves_no_process_and_its_run_can_be_resumed(
    page: Page, drill: LabServer, store: None, start_lab: Callable[..., LabServer]
) -> None:
    open_page(page, f"{drill.url}/Perceptron?{SETTINGS}&random_state=7")
    run_id = train(page)
    run = runs.open_run(run_id)
    some_epochs(run)
    until_learning(page)
    family = drill.family()
    assert len(family) >= 3  # app, engine, a worker at least
    os.kill(drill.process.pid, signal.SIGKILL)
    wait_until(lambda: not alive(family), "engine and workers are gone")
    assert run.status.name == "interrupted"

    again = start_lab(Path(drill.home))
    open_page(page, f"{again.url}/Perceptron?run={run_id}")
    expect(page.get_by_role("alert")).to_contain_text("Interrupted")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    assert [e["epoch"] for e in run.history().epochs] == list(range(1, EPOCHS + 1))


def test_ctrl_c_in_mid_run_leaves_no_process(page: Page, start_lab: Callable[..., LabServer]) -> None:
    server = start_lab()
    open_page(page, f"{server.url}/Perceptron?n_train=500&n_test=100&train_for=seconds&seconds=100")
    train(page)
    until_learning(page)
    family = server.family()
    os.kill(server.process.pid, signal.SIGINT)
    wait_until(lambda: not alive(family), "app, engine and workers are gone")
