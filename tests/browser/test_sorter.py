"""Sorting curves as a student does: by touch on a phone, by keys, in Lecture mode; what was answered stays."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from cut_text import cut_of
from lab_server import LabServer, open_page, settle
from playwright.sync_api import Browser, Page, expect
from test_lecture import LEAST, LETTERS, WIDER, open_in

from core.exercises.shelf import Shelf
from core.exercises.short_runs import N_SEEDS
from core.exercises.sorting import RECIPES, in_order, intended
from tests.pages.made_curves import made

ANSWERS = ("Overfit", "Underfit", "Noise of few test pictures", "Bug", "Fine")
TOUCHED = 44  # pixels of what a finger meets


@pytest.fixture(scope="module")
def sorting(module_home: Path, start_lab) -> LabServer:
    """A lab in whose folder all ten are trained; their curves are made up, as training them takes minutes."""
    shelf = Shelf()
    for key, recipe in RECIPES.items():
        for seed in range(N_SEEDS):
            shelf._put(recipe.key("shapes10", seed), made(key, seed))
    return start_lab(module_home)


def address(lab: LabServer, **parameters: str) -> str:
    return f"{lab.url}/Bug_clinic?" + urlencode({"tab": "Is this overfitting?"} | parameters)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_by_touch_on_a_phone(browser: Browser, sorting: LabServer, theme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme=theme)
    page = context.new_page()
    open_page(page, address(sorting))
    for name in ANSWERS:
        box = button(page, name).bounding_box()
        assert min(box["height"], box["width"]) >= TOUCHED, (name, box)
    first = page.get_by_role("radio", name="1", exact=True).bounding_box()
    assert first["height"] >= TOUCHED
    button(page, "Bug").tap()
    expect(page.get_by_text("1 of 10 sorted")).to_be_visible()
    assert cut_of(page) == []
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    page.reload()
    settle(page)
    expect(page.get_by_text("1 of 10 sorted")).to_be_visible()
    expect(button(page, "Bug")).to_have_count(0)
    button(page, "Next run").tap()
    expect(button(page, "Bug")).to_be_visible()
    assert "sorting_run=2" in page.url
    context.close()


def test_by_keys_from_the_first_to_the_second(page: Page, sorting: LabServer) -> None:
    open_page(page, address(sorting, sorting_order="3"))
    right = ANSWERS[("overfit", "underfit", "noise", "bug", "fine").index(intended(in_order(3)[0]))]
    button(page, right).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 10 sorted, 1 of them right.")).to_be_visible()
    expect(page.get_by_text("Right:")).to_be_visible()
    button(page, "Next run").focus()
    page.keyboard.press("Enter")
    expect(button(page, "Fine")).to_be_visible()


def test_in_lecture_mode_letters_are_large(page: Page, sorting: LabServer) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_in(page, address(sorting, present="1"))
    for answered in (False, True):
        if answered:
            button(page, "Fine").click()
            expect(page.get_by_text("1 of 10 sorted")).to_be_visible()
        page.locator("[data-testid=stVegaLiteChart] svg").first.wait_for()
        small = [each for each in page.evaluate(LETTERS) if each[1] < LEAST - 0.5]
        assert small == [], str(small)
        assert page.evaluate(WIDER) == [0, 0]
        assert cut_of(page) == []
