"""A running lab and a real Chromium."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lab_server import CHROMIUM_FLAGS, PATIENCE, LabServer, chromium
from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where the plugin is there, as in CI: on a full machine a press can be lost, and people press again.

    A test that fails twice has failed; one that needed its second try is named in the summary.
    """
    if config.pluginmanager.hasplugin("rerunfailures"):
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.flaky(reruns=1))


@contextmanager
def _labs(
    tmp_path_factory: pytest.TempPathFactory, calibrated: Callable[[Path], None]
) -> Iterator[Callable[..., LabServer]]:
    started: list[LabServer] = []

    def start(home: Path | None = None, **environment: str) -> LabServer:
        home = home or tmp_path_factory.mktemp("home")
        calibrated(home)
        server = LabServer(home, **environment)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def start_lab(
    tmp_path_factory: pytest.TempPathFactory, calibrated: Callable[[Path], None]
) -> Iterator[Callable[..., LabServer]]:
    """Starts labs on a machine whose speed has been measured; with a file's last test all of its labs are stopped."""
    with _labs(tmp_path_factory, calibrated) as start:
        yield start


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, calibrated: Callable[[Path], None]) -> Iterator[LabServer]:
    """The lab that most tests share."""
    with _labs(tmp_path_factory, calibrated) as start:
        yield start()


@pytest.fixture(scope="session")
def lab_server(lab: LabServer) -> str:
    """Its address."""
    return lab.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the machine."""
    executable = chromium()
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


@pytest.fixture(autouse=True)
def _windows_are_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """With their test: a phone that was left open asks its lab every second until the last test of all."""
    if "browser" not in request.fixturenames:
        yield
        return
    browser: Browser = request.getfixturevalue("browser")
    before = list(browser.contexts)
    yield
    for context in browser.contexts:
        if context not in before:
            context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new person's window."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Iterator[Callable[..., Callable[..., Any]]]:
    """Loads scripts into an empty page of their own; what comes back calls code of one line with values from here."""
    opened: list[Page] = []

    def load(*paths: Path) -> Callable[..., Any]:
        page = browser.new_page()
        opened.append(page)
        for path in paths:
            page.add_script_tag(content=path.read_text(encoding="utf-8"))
        return lambda code, *values: page.evaluate(f"(a) => {code}", values)

    yield load
    for page in opened:
        page.close()
