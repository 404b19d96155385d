"""A browser on a slow machine: what is pressed before the page is whole, and Back right after a change."""

import re

import pytest
from lab_server import LabServer, open_page, settle
from playwright.sync_api import Browser, Page, expect

from core import runs

SLOWER = 6  # times
PRESS_AT_ONCE = """
const isTrain = (button) => button.innerText.trim().endsWith("Train") && !button.disabled;
new MutationObserver((_, observer) => {
  const button = [...document.querySelectorAll("button")].find(isTrain);
  if (button) { observer.disconnect(); button.click(); }
}).observe(document, { childList: true, subtree: true });
"""


def test_who_presses_before_the_page_is_whole_trains_what_the_link_says(
    browser: Browser, lab: LabServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.add_init_script(PRESS_AT_ONCE)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(f"{lab.url}/Perceptron?n_train=200&n_test=100&learning_rate=0.02&H=32&random_state=77")
        page.wait_for_url(re.compile("run="))
        spec = runs.open_run(re.search(r"run=([a-z2-7]{24})", page.url)[1]).spec
        shown = spec.data.n_train, spec.optimizer.learning_rate, spec.model.H, spec.random_state, spec.batch_size
        assert shown == (200, 0.02, 32, 77, 32)
        context.close()


def test_back_right_after_a_change_is_heard(lab_server: str, page: Page) -> None:
    open_page(page, f"{lab_server}/Perceptron?n_train=200&n_test=100&random_state=1")
    field = page.locator(".st-key-random_state input")
    page.get_by_text("More settings").click()
    for seed in ("2", "3"):
        field.fill(seed)
        field.press("Enter")
        expect(page).to_have_url(re.compile(f"random_state={seed}"))
        settle(page)
    page.go_back()
    expect(field).to_have_value("2", timeout=20_000)  # long before an older address would count by itself
    page.go_back()
    expect(field).to_have_value("1", timeout=20_000)
    page.go_forward()
    expect(field).to_have_value("2", timeout=20_000)
    assert "random_state=2" in page.url
