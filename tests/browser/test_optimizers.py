"""Question 6 as a class sees it: a race that is watched, killed and goes on, and paths that move by themselves."""

import os
import re
import signal

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_server import LabServer, open_page, settle, wait_until
from playwright.sync_api import Browser, Page, expect

from core.lab import files
from core.runs import experiments
from core.runs.experiments import Experiment

SETTINGS = "n_train=500&n_test=100&H=16&n_contestants=2"


@pytest.fixture
def store(lab: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests read the same folders as the lab."""
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    settle(page)


def start_race(page: Page) -> Experiment:
    page.get_by_role("button", name="Race", exact=True).click()
    page.wait_for_url(re.compile("experiment="))
    return experiments.open_experiment(re.search(r"experiment=([a-z2-7]{24})", page.url).group(1))


def test_a_race_whose_worker_is_killed_goes_on_and_is_watched_by_others(
    page: Page, browser: Browser, lab: LabServer, store: None
) -> None:
    open_page(page, f"{lab.url}/Optimizers?{SETTINGS}&n_epochs=15")
    race = start_race(page)
    first = race.runs[0]
    wait_until(lambda: len(first.history().epochs) >= 2, "two epochs are trained")
    os.kill(files.read_json(first.folder / "alive.json")["pid"], signal.SIGKILL)
    expect(page.get_by_text("runs done")).to_be_visible()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    other = context.new_page()
    open_page(other, page.url)  # a link shows the race to everybody, and gives nobody else a Stop
    expect(other.get_by_text("Somebody else's experiment, for watching.")).to_be_visible()
    expect(other.get_by_role("button", name="Stop")).to_have_count(0)
    context.close()
    page.reload()
    expect(page.locator(".overlay .said")).to_contain_text("Finished: 2 runs.")
    assert [run.status.name for run in race.runs] == ["done", "done"]
    assert first.history().n_sittings == 2
    assert [e["epoch"] for e in first.history().epochs] == list(range(1, 16))
    assert len({run.history().losses[0] for run in race.runs}) == 1
    # The pointer reads both curves at one place
    canvas = page.locator(".overlay canvas").first
    expect(canvas).to_have_attribute("aria-label", re.compile("SGD \\+ momentum .*Adam "))
    page.get_by_text("Is it fair? The proof").click()
    expect(page.get_by_text("to the bit")).to_be_visible()
    settle(page)
    assert serious(page) == []


def test_what_a_button_sets_lasts_where_the_contestant_is_folded_away(page: Page, lab: LabServer, store: None) -> None:
    """A widget that the browser has seen once and no longer has would send its old value with the next click."""
    open_page(page, f"{lab.url}/Optimizers?{SETTINGS}&lr2=0.1&n_epochs=1")
    second = page.locator(".st-key-contestant2")
    rate = second.get_by_role("group", name="Learning rate 2")
    second.get_by_text("2. Adam, 0.1").click()
    expect(rate.get_by_text("0.1", exact=True)).to_be_visible()
    second.get_by_text("2. Adam, 0.1").click()
    expect(rate).not_to_be_visible()
    page.get_by_role("button", name="Usual rates").click()
    expect(second.get_by_text("2. Adam, 0.001")).to_be_visible()
    settle(page)
    race = start_race(page)
    assert [run.spec.optimizer.learning_rate for run in race.runs] == [0.01, 0.001]
    assert "lr2=0.001" in page.url
    second.get_by_text("2. Adam, 0.001").click()  # and there it can be changed, back as well
    rate.get_by_role("slider").press("ArrowRight")
    expect(second.get_by_text("2. Adam, 0.002")).to_be_visible()
    rate.get_by_role("slider").press("ArrowLeft")
    expect(second.get_by_text("2. Adam, 0.001")).to_be_visible()


def test_the_paths_move_in_the_browser_and_a_click_starts_them_elsewhere(page: Page, lab: LabServer) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(page, f"{lab.url}/Optimizers?{SETTINGS}&tab=Landscape&n_steps=60")
    count, canvas = page.locator(".landscape .count"), page.locator(".landscape canvas")
    expect(count).to_have_text("step 60 of 60")
    settle(page)
    before = len(sent)
    page.get_by_label("Steps per second").select_option("100")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(count).not_to_have_text("step 60 of 60")
    expect(count).to_have_text("step 60 of 60")
    canvas.focus()
    page.keyboard.press("Home")
    expect(count).to_have_text("step 0 of 60")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text("step 1 of 60")
    page.get_by_role("slider", name="Step", exact=True).fill("30")
    expect(count).to_have_text("step 30 of 60")
    assert len(sent) == before  # all of that without the server
    assert serious(page) == []
    said = canvas.get_attribute("aria-label")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.2})
    wait_until(lambda: canvas.get_attribute("aria-label") != said, "the paths begin elsewhere")
    page.get_by_text("start and steps").click()
    start = page.get_by_role("spinbutton", name="Start x")
    expect(start).not_to_have_value("-3.50")
    page.get_by_text("start and steps").click()
    expect(start).not_to_be_visible()
    said = canvas.get_attribute("aria-label")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.3, "y": box["height"] * 0.7})
    wait_until(lambda: canvas.get_attribute("aria-label") != said, "the paths begin at the second place")
    page.get_by_role("slider", name="Condition number").press("ArrowRight")  # elsewhere: it sends what the browser has
    expect(page.locator(".st-key-condition")).to_contain_text("20")
    settle(page)
    page.get_by_text("start and steps").click()
    expect(start).to_have_value(re.compile("^-"))
    for tab in ("One step", "Handout", "Each at its best"):
        open_tab(page, tab)
        assert serious(page) == [], tab
