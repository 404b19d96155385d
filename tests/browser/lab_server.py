"""A running lab: the app in a process of its own, with a home folder of its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SETTLED = "[data-testid='stApp'][data-test-script-state='notRunning']"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a camera that shows a test card
]  # fmt: skip
# What turns for ever, such as the sign that a script runs, moves nothing else
_NOTHING_MOVES = """() => document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity
)"""
# Seconds that a test waits for something before it fails: on a full machine an epoch takes ten times as long
PATIENCE = 180


def chromium() -> str | None:
    """The path of this machine's Chromium: Playwright's own is not downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


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
        # As a user would start it: the engine that tests of pages choose for their own process is none of its business
        inherited = {name: value for name, value in os.environ.items() if name != "CHALKNET_ENGINE"}
        self.process = subprocess.Popen(
            [*command, "--server.port", str(self.port)],
            cwd=ROOT,
            env=inherited | {"CHALKNET_HOME": str(home)} | environment,
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
        end(self.process)
        self._log.close()

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return bool(urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).status == 200)
        except (urllib.error.URLError, OSError):
            return False


def end(process: subprocess.Popen[Any]) -> None:
    """Ask it to end, and kill it where that is not enough."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(
    condition: Callable[[], object],
    what: str,
    seconds: float = PATIENCE,
    instead: Callable[[], str] = lambda: "",
) -> None:
    """Ask again and again, up to a limit; fails with ``what`` did not happen, and what is there ``instead``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what} {instead()}"
        time.sleep(0.05)


def settle(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_selector(SETTLED, timeout=PATIENCE * 1000)


def open_page(page: Page, url: str) -> None:
    """Go there and wait until the script has run."""
    page.goto(url)
    settle(page)


def until_keys_count(page: Page) -> None:
    """Wait until the page listens to keys, which it does a moment after it is drawn."""
    page.wait_for_function("window.chalknetLecture?.listener !== undefined")


def unfold(folded: Locator) -> None:
    """Click it open and wait until it has: a press on what still moves begins on a button and ends beside it."""
    folded.click()
    folded.page.wait_for_function(_NOTHING_MOVES)


def train(page: Page) -> str:
    """Press Train; returns the run's id once the URL has it."""
    before = page.url
    page.get_by_role("button", name="Train").click()
    page.wait_for_url(lambda url: "run=" in url and url != before)
    return re.search(r"run=([a-z2-7]{24})", page.url).group(1)


def until_learning(page: Page) -> None:
    """Wait until the live picture says how long the run still takes."""
    expect(page.locator(".live .said").last).to_contain_text(re.compile("elapsed.*left"))


def n_experiments(home: Path, kind: str) -> int:
    """How many experiments of a kind there are; the lab is shared, so other tests may have begun others."""
    files = (home / "experiments").glob("*/experiment.json")
    return sum(json.loads(file.read_text(encoding="utf-8"))["kind"] == kind for file in files)
