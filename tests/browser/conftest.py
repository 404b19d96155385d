"""A running lab and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SETTLED = "[data-testid='stApp'][data-test-script-state='notRunning']"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60  # seconds that a test waits for something before it fails


class LabServer:
    """A ``streamlit run app.py`` of its own, with a home folder of its own."""

    def __init__(self, home: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = home
        self.url = f"http://127.0.0.1:{self.port}"
        home.mkdir(parents=True, exist_ok=True)
        self._log = (home / "streamlit.log").open("a")
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        self.process = subprocess.Popen(
            [*command, "--server.port", str(self.port)],
            cwd=ROOT,
            env=os.environ | {"CHALKNET_HOME": str(home)} | environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        wait_until(self._answers, "the app answers")

    def log(self) -> str:
        """What the app has printed."""
        return (self.home / "streamlit.log").read_text()

    def family(self) -> list[psutil.Process]:
        """The app's process and all that it has started: engine, workers."""
        app = psutil.Process(self.process.pid)
        return [app, *app.children(recursive=True)]

    def stop(self) -> None:
        """End it as Ctrl-C does, or harder where that is not enough."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return bool(urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).status == 200)
        except (urllib.error.URLError, OSError):
            return False


def wait_until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Ask again and again, up to a limit; fails with ``what`` did not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def settle(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_selector(SETTLED, timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def start_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., LabServer]]:
    """Starts labs; all are stopped at the end."""
    started: list[LabServer] = []

    def start(home: Path | None = None, **environment: str) -> LabServer:
        server = LabServer(home or tmp_path_factory.mktemp("home"), **environment)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def lab(start_lab: Callable[..., LabServer]) -> LabServer:
    """The lab that most tests share."""
    return start_lab()


@pytest.fixture(scope="session")
def lab_server(lab: LabServer) -> str:
    """Its address."""
    return lab.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the machine: Playwright's own is not downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        message = "no Chromium on this machine (install it, or set CHROMIUM to its path)"
        if os.environ.get("CHALKNET_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=PATIENCE * 1000)  # a busy machine is no reason to fail
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new person's window."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()
