"""The shape doctor with a keyboard alone, on a phone, and through F5 and Back."""

import re

import pytest
from lab_server import LabServer, open_page, settle, wait_until
from playwright.sync_api import Browser, Page, expect

from core.exercises.shapes import HANDOUT, read_task

SHAPE, COUNT = "Shape that comes out, of one picture", "Parameters"


def rows(page: Page):
    return page.locator(".st-key-shape_rows tbody tr")


def field(page: Page, label: str):
    return page.get_by_label(label, exact=True)


def go_back(page: Page) -> None:
    """Back to the handout's network; right behind a change of the address the lab may take it for a late one."""
    is_there = re.compile("✓ 32 x 32 x 32")
    while not is_there.search(rows(page).first.inner_text()):
        page.go_back()
        wait_until(lambda: "shapes=" in page.url or is_there.search(rows(page).first.inner_text()), "Back is answered")


def test_all_rows_by_keys_alone(page: Page, lab: LabServer) -> None:
    """From row to row without a mouse: the next row begins where the keyboard is."""
    task = read_task(HANDOUT)
    open_page(page, f"{lab.url}/CNN?tab=Shape+doctor")
    field(page, SHAPE).focus()
    for number, row in enumerate(task.rows):
        if number:
            expect(page.get_by_text(f"Layer {number + 1} of {len(task.rows)}")).to_be_visible()
            expect(field(page, SHAPE)).to_be_focused()
            expect(field(page, SHAPE)).to_have_value("")
        page.keyboard.type(", ".join(map(str, row.shape)))
        page.keyboard.press("Tab")
        expect(field(page, COUNT)).to_be_focused()
        page.keyboard.type(str(row.n_parameters))
        page.keyboard.press("Enter")
    expect(page.get_by_text("All found: 10 at the end, 4,680,594 parameters.")).to_be_visible()
    expect(rows(page).filter(has_text="✓")).to_have_count(len(task.rows))


def test_reload_and_back_find_what_was_answered(page: Page, lab: LabServer) -> None:
    open_page(page, f"{lab.url}/CNN?tab=Shape+doctor")
    field(page, SHAPE).fill("32 x 32 x 32")
    field(page, COUNT).fill("864")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".doctor-says")).to_contain_text("The bias is forgotten")
    page.reload()
    settle(page)
    expect(rows(page).first).to_contain_text("✓ 32 x 32 x 32")
    expect(field(page, COUNT)).to_have_value("864")
    page.get_by_role("button", name="New middle").click()
    page.wait_for_url(re.compile(r"shapes=2\.\d+"))
    expect(rows(page).first).to_contain_text("conv 1")
    expect(field(page, SHAPE)).to_have_value("")
    link = page.url
    go_back(page)
    expect(rows(page).first).to_contain_text("✓ 32 x 32 x 32")
    assert "shapes=" not in page.url
    page.get_by_role("link", name="Perceptron").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1. Multi-layer perceptron")
    page.get_by_role("link", name="CNN", exact=True).first.click()
    expect(rows(page).first).to_contain_text("✓ 32 x 32 x 32")
    open_page(page, link)
    expect(rows(page).first).to_contain_text("conv 1")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_and_a_finger_meets_it(browser: Browser, lab: LabServer, theme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=theme)
    page = context.new_page()
    open_page(page, f"{lab.url}/CNN?tab=Shape+doctor&shapes=3.7")
    field(page, SHAPE).fill("7, 7")
    field(page, COUNT).fill("7")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".doctor-says")).to_have_count(2)
    expect(page.locator(".st-key-shape_doctor code").last).to_be_visible()
    doctor = page.locator(".st-key-shape_doctor")
    for one in doctor.locator("button:visible, [data-testid=stTextInputRootElement]").all():
        box = one.bounding_box()
        if one.get_attribute("data-testid") != "stCodeCopyButton":
            assert box["height"] >= 44, one.inner_text()
    wide = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    context.close()
