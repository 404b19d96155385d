"""Bets in a browser: drawn by mouse, finger and keys, kept through F5, taken once, dashed in the picture."""

import re

import pytest
from lab_server import LabServer, open_page, settle
from playwright.sync_api import Browser, Locator, Page, expect

from core.runs import bets
from core.runs.bets import CurveBet

SETTINGS = "n_train=500&n_test=200&n_epochs=3&bet=1"


@pytest.fixture
def drawing(lab_server, page: Page) -> Locator:
    open_page(page, f"{lab_server}/Perceptron?{SETTINGS}")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    svg = page.locator(".bet svg")
    expect(svg.get_by_role("slider")).to_have_count(3)
    return svg


def drawn(page: Page) -> list[float]:
    expect(page).to_have_url(re.compile("drawn="))
    return [float(text) for text in re.search(r"drawn=([^&]+)", page.url)[1].split("%2C")]


def test_a_curve_is_drawn_with_the_mouse_kept_by_f5_and_taken_once(page: Page, drawing: Locator, home_of_lab):
    box = drawing.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 16, box["y"] + 160, steps=12)
    page.mouse.up()
    losses = drawn(page)
    assert losses == sorted(losses, reverse=True), "it falls as the mouse did"
    assert losses[0] - losses[-1] > 0.5
    settle(page)
    page.reload()
    settle(page)
    sliders = drawing.get_by_role("slider")
    for i, loss in enumerate(losses):
        expect(sliders.nth(i)).to_have_attribute("aria-valuetext", f"{loss:.2f}")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url("**run=*")
    run_id = re.search(r"run=([a-z2-7]{24})", page.url)[1]
    expect(page.get_by_label("Why?")).to_be_visible()
    expect(page.get_by_text(f"Bet: a training loss of {losses[-1]:.2f} after epoch 3.")).to_be_visible()
    expect(page.locator(".live .legend .bet")).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    page.get_by_label("Why?").fill("I thought it learns faster")
    page.keyboard.press("Enter")
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_label("Why?")).to_have_value("I thought it learns faster")
    expect(page).not_to_have_url(re.compile("drawn="))
    placed = bets.read(home_of_lab / "runs" / run_id)
    assert placed.bet == CurveBet((1, 2, 3), tuple(losses))
    assert placed.why == "I thought it learns faster"


def test_a_curve_is_drawn_by_keys(page: Page, drawing: Locator):
    first = drawing.get_by_role("slider").first
    first.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(drawing.get_by_role("slider").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    settle(page)
    assert drawn(page) == pytest.approx([2.3 - 1.5, 2.35, 2.3], abs=0.011)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    expect(drawing.get_by_role("slider").nth(1)).to_be_focused()  # also when the page was drawn anew


def test_a_curve_is_drawn_with_a_finger_and_the_page_stays_where_it_is(lab_server, browser: Browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_page(page, f"{lab_server}/Perceptron?{SETTINGS}")
    svg = page.locator(".bet svg")
    svg.scroll_into_view_if_needed()
    expect(svg.get_by_role("slider")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    before, box = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop"), svg.bounding_box()
    touch = context.new_cdp_session(page)
    for kind, x, y in [("touchStart", 60, 40), ("touchMove", 150, 80), ("touchMove", box["width"] - 16, 180)]:
        points = [{"x": box["x"] + x, "y": box["y"] + y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    losses = drawn(page)
    assert losses == sorted(losses, reverse=True)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before
    context.close()


def test_the_next_cell_is_bet_and_judged(lab_server, page: Page):
    open_page(page, f"{lab_server}/Convolution?bet=1")
    asking, count = page.locator(".asking"), page.locator(".count").first
    expect(asking).to_contain_text("Bet before you go on.")
    field = asking.get_by_role("textbox")
    place = re.search(r"row (\d), column (\d)", asking.inner_text()).groups()
    field.fill("a lot")
    field.press("Enter")
    expect(asking).to_contain_text("a lot is no number.")
    field.fill("1,5")
    field.press("Enter")
    expect(asking).to_contain_text("Your bet on the next cell: 1.5")
    page.reload()
    expect(asking).to_contain_text("Your bet on the next cell: 1.5")
    before = count.inner_text()
    page.locator(".lab").focus()
    page.keyboard.press("ArrowRight")
    expect(count).not_to_have_text(before)
    expect(page.locator(".where")).to_contain_text(f"row {place[0]}, column {place[1]}")
    expect(asking).to_contain_text("0 of 1 right.")
    value = re.search(r"it is ([\d.−]+)\.", asking.inner_text())[1]
    assert page.locator(".equation").inner_text().rstrip().endswith(f"= {value}")
    # Play waits where nothing was bet
    now = count.inner_text()
    page.keyboard.press(" ")
    expect(count).not_to_have_text(now)
    expect(page.get_by_role("button", name="Play (space)")).to_be_visible()


@pytest.fixture
def home_of_lab(lab: LabServer):
    return lab.home
