"""A page's tabs on a phone, where not all fit."""

import re

import pytest
from lab_server import LabServer, open_page, settle, until_keys_count, wait_until
from playwright.sync_api import Browser

OPEN = '[data-testid="stTab"][aria-selected="true"]'
HIDDEN = f"""() => {{
  const tab = document.querySelector('{OPEN}').getBoundingClientRect();
  const row = document.querySelector('[role="tablist"]').getBoundingClientRect();
  return Math.max(row.left - tab.left, tab.right - row.right);
}}"""


@pytest.mark.parametrize(
    ("page_name", "tab"), [("Perceptron", "Handout"), ("CNN", "Compare"), ("Optimizers", "Handout")]
)
def test_the_tab_that_a_link_opens_is_in_sight_and_the_row_is_left_alone_after_that(
    browser: Browser, lab: LabServer, page_name: str, tab: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    open_page(page, f"{lab.url}/{page_name}?tab={tab}")
    until_keys_count(page)
    page.wait_for_selector(OPEN)
    assert page.locator(OPEN).inner_text() == tab
    wait_until(lambda: page.evaluate(HIDDEN) < 1, "the open tab is in sight")
    page.locator('[role="tablist"]').evaluate("(row) => { row.scrollLeft = 0; row.isKnown = true; }")
    assert page.evaluate(HIDDEN) > 1
    page.keyboard.press("p")  # runs the whole script
    page.wait_for_url(re.compile("present=1"))
    settle(page)
    page.keyboard.press("p")
    page.wait_for_url(lambda url: "present" not in url)
    settle(page)
    if page.locator('[role="tablist"]').evaluate("(row) => row.isKnown"):
        assert page.locator('[role="tablist"]').evaluate("(row) => row.scrollLeft") == 0
    else:  # Streamlit has drawn another row, which nobody has moved
        wait_until(lambda: page.evaluate(HIDDEN) < 1, "the open tab is in sight")
    context.close()
