"""Back and Forward lead from page to page, one press each, also where a page adds its settings to its address."""

import re

import pytest
from lab_server import LabServer, open_page, settle
from playwright.sync_api import Page, expect

from pages.shared.lessons import LESSONS

WALK = ("Perceptron", "Optimizers", "Cross-validation", "Room", "CNN")
HEADINGS = {one.address: one.heading for one in LESSONS}


def goes(page: Page, name: str) -> None:
    """That page is there, and stays there."""
    expect(page).to_have_url(re.compile(rf"/{name}(\?|$)"))
    settle(page)
    expect(page.get_by_role("heading", name=HEADINGS[name], exact=True)).to_be_visible(timeout=10_000)
    settle(page)
    expect(page).to_have_url(re.compile(rf"/{name}(\?|$)"))


@pytest.mark.parametrize("settings", ["", "n_train=500&bet=1", "dataset=Digits"])
def test_one_press_of_back_for_each_page(lab: LabServer, page: Page, settings: str) -> None:
    open_page(page, f"{lab.url}/?{settings}")
    for name in WALK:
        page.get_by_test_id("stSidebarNavLink").and_(page.locator(f"[href$='/{name}']")).click()
        goes(page, name)
    for name in reversed(WALK[:-1]):
        page.go_back()
        goes(page, name)
        assert all(setting in page.url for setting in settings.split("&"))
    for name in WALK[1:]:
        page.go_forward()
        goes(page, name)
        assert all(setting in page.url for setting in settings.split("&"))
