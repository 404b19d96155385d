"""The exercises of Question 2 as a teacher downloads them: the files are read back, and torch reckons every key."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cut_text import cut_of
from lab_server import open_page, settle, unfold, wait_until
from playwright.sync_api import Browser, Page, expect

from core.exercises.bank_csv import bank_csv
from core.exercises.convolution_bank import convolution_questions
from core.exercises.moodle import moodle_xml
from tests.core.exercises import read_bank

LINK = "Convolution?view=Do it yourself&exercise=convolution.2.7.1"


def opened(page: Page, lab_server: str):
    open_page(page, f"{lab_server}/{LINK}")
    expect(page.locator(".lab figure").first).to_be_visible()
    expander = page.get_by_test_id("stExpander").filter(has_text="For Moodle")
    unfold(expander.locator("summary"))
    expect(expander.get_by_role("button", name="Moodle XML")).to_be_visible()
    return expander


def downloaded(page: Page, button, folder: Path) -> Path:
    with page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def choose(page: Page, expander, label: str, option: str) -> None:
    """A list that opens while the picture above still takes its height closes again; people press once more."""
    box, wanted = expander.get_by_role("combobox", name=label), page.get_by_role("option", name=option, exact=True)

    def opens() -> bool:
        if box.get_attribute("aria-expanded") != "true":
            box.click()
        return wanted.is_visible()

    wait_until(opens, f"the list of {label} opens")
    wanted.click()
    settle(page)
    expect(box).to_have_value(option)


def test_both_files_hold_what_was_chosen(page: Page, lab_server: str, tmp_path: Path) -> None:
    expander = opened(page, lab_server)
    choose(page, expander, "What is asked", "Pooling")
    choose(page, expander, "Level of the questions", "Level 3")
    first = expander.get_by_role("spinbutton", name="First number")
    first.fill("40")
    first.press("Enter")
    settle(page)
    questions = convolution_questions("pooling", "3", 40, 10)
    xml = downloaded(page, expander.get_by_role("button", name="Moodle XML"), tmp_path)
    assert xml.name == "pooling-3-multichoice-40.xml"
    assert xml.read_bytes() == moodle_xml(questions, "Question 2, Pooling, Level 3")
    table = downloaded(page, expander.get_by_role("button", name="Questions as CSV"), tmp_path)
    assert table.name == "pooling-3-multichoice-40.csv"
    assert table.read_text(encoding="utf-8") == bank_csv(questions)
    _, read = read_bank.questions_of_xml(xml.read_bytes())
    for question in read:
        key = read_bank.key_of(question)
        (right,) = [text for fraction, text, _ in question["answers"] if fraction == "100"]
        assert (float(right) if isinstance(key, float) else read_bank.sizes_in(right)) == pytest.approx(key, abs=1e-4)
    assert "exercise=convolution.2.7.1" in page.url, "the exercise above stays"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone(browser: Browser, lab_server: str, theme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme=theme)
    page = context.new_page()
    expander = opened(page, lab_server)
    for name in ("Moodle XML", "Questions as CSV"):
        assert expander.get_by_role("button", name=name).bounding_box()["height"] >= 44
    assert cut_of(page) == []
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    context.close()
