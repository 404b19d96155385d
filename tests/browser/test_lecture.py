"""Lecture mode in a browser: large letters, nothing put aside that is needed, one key in and out, a clicker's keys."""

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from lab_server import open_page, settle, until_keys_count
from playwright.sync_api import Page, expect

from pages.shared.lessons import LESSONS

COMPONENTS = Path(__file__).parents[2] / "pages/shared/components"
SIZES = ((1024, 768), (1280, 720), (1920, 1080))
LEAST = 24  # pixels of letters at 1280 x 720, and as large a part of other screens

# Every visible text of the page proper with the size of its letters on the screen, pictures' own trees as well
LETTERS = r"""() => {
  const found = [];
  const walk = (node) => {
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const child of node.childNodes) {
      if (child.nodeType === 1) walk(child);
      if (child.nodeType !== 3 || !child.textContent.replace(/\u200b/g, "").trim()) continue;
      const parent = child.parentElement ?? node.host, style = getComputedStyle(parent);
      const box = parent.getBoundingClientRect?.() ?? { width: 0, height: 0 };
      const isIcon = /material/i.test(style.fontFamily);
      if (isIcon || box.width < 3 || box.height < 3 || !parent.checkVisibility()) continue;
      if (style.visibility === "hidden" || /^(STYLE|SCRIPT)$/.test(parent.tagName)) continue;
      found.push([child.textContent.trim().slice(0, 40), parseFloat(style.fontSize) * (parent.currentCSSZoom ?? 1)]);
    }
  };
  walk(document.querySelector('[data-testid="stMain"]'));
  return found.filter(([, size]) => size > 0);
}"""
WIDER = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return [main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - innerWidth];
}"""


# How much of the part that scrolls lies below the screen, where no wheel reaches
OUT_OF_REACH = "document.querySelector('[data-testid=stMain]').getBoundingClientRect().bottom - innerHeight"


def open_in(page: Page, url: str) -> None:
    """Open a page and wait until it listens to keys."""
    open_page(page, url)
    until_keys_count(page)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_page_is_large_and_whole(lab_server, page: Page, lesson):
    page.set_viewport_size({"width": 1280, "height": 720})
    open_in(page, f"{lab_server}/{lesson.address}?present=1")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        small = [each for each in page.evaluate(LETTERS) if each[1] < LEAST * min(width / 1280, height / 720) - 0.5]
        assert not small, f"{width} x {height}: {small[:8]}"
        assert page.evaluate(WIDER) == [0, 0], f"{width} x {height}"
        assert page.evaluate(OUT_OF_REACH) <= 1, f"{width} x {height}"


def test_one_key_enters_and_leaves_and_a_clicker_goes_from_part_to_part(lab_server, page: Page):
    open_in(page, f"{lab_server}/Perceptron")
    tab = lambda name: page.get_by_role("tab", name=name)  # noqa: E731
    page.keyboard.press("PageDown")
    expect(tab("Learn")).to_have_attribute("aria-selected", "true")  # only in Lecture mode
    page.keyboard.press("p")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page).to_have_url(re.compile("present=1"))
    page.keyboard.press("PageDown")
    expect(tab("Network")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("PageUp")
    expect(tab("Learn")).to_have_attribute("aria-selected", "true")
    settle(page)
    page.keyboard.press("p")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(page).not_to_have_url(re.compile("present"))


@pytest.mark.parametrize("address", ["CNN", "Optimizers"])
def test_a_clicker_goes_through_all_parts_of_a_lesson(lab_server, page: Page, address):
    open_in(page, f"{lab_server}/{address}?present=1")
    names = page.get_by_role("tab").all_inner_texts()
    chosen = page.locator('[role=tab][aria-selected=true]')
    for name in names[1:]:
        page.keyboard.press("PageDown")
        expect(chosen).to_have_text(name)
    for _ in names[1:]:
        page.keyboard.press("PageUp")  # in a hurry: no press is lost
    expect(chosen).to_have_text(names[0])


def test_a_clicker_steps_through_question_2(lab_server, page: Page):
    open_in(page, f"{lab_server}/Convolution?present=1")
    steps = page.locator(".count").first
    before = steps.inner_text()
    page.keyboard.press("PageDown")
    expect(steps).not_to_have_text(before)
    page.keyboard.press("PageUp")
    expect(steps).to_have_text(before)


def test_settings_are_in_the_bar_and_work(lab_server, page: Page):
    open_in(page, f"{lab_server}/Perceptron?present=1")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("slider", name="Momentum").focus()
    page.keyboard.press("ArrowLeft")
    settle(page)
    expect(page).to_have_url(re.compile("momentum=0.89"))
    # The arrow was the slider's
    expect(page.get_by_role("tab", name="Learn")).to_have_attribute("aria-selected", "true")


def test_names_at_the_ends_of_curves_cover_nothing(page: Page):
    script = (COMPONENTS / "common/end_labels.js").read_text()
    context = "{ fillText: (text, x, y) => drawn.push([text, x, y]) }"
    place = "{ x: 7, top: 0, bottom: 200, high: 16 }"
    draw = f"(ends) => {{ const drawn = []; {script}; endLabels({context}, ends, {place}); return drawn; }}"
    rng = random.Random(0)
    for n in (1, 2, 6, 12):
        for _ in range(20):
            heights = {f"curve {i}": rng.choice([0, 100, 200, rng.uniform(-5, 205)]) for i in range(n)}
            drawn = page.evaluate(draw, [{"y": y, "text": text, "colour": "#000"} for text, y in heights.items()])
            assert [text for text, *_ in drawn] == sorted(heights, key=heights.__getitem__)
            at = [y for *_, y in drawn]
            assert all(below - above >= 16 - 1e-9 for above, below in pairwise(at))
            assert min(at) > 7.9
            assert max(at) < 192.1
            if n == 1:
                assert at[0] == min(max(heights["curve 0"], 8), 192)


def test_on_a_phone_what_happens_comes_first(lab_server, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{lab_server}/CNN")
    train, rate = page.get_by_role("button", name="Train"), page.locator(".st-key-learning_rate")
    assert train.bounding_box()["y"] < rate.bounding_box()["y"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_where_the_sidebar_is_folded_the_title_is_not_under_the_header(lab_server, page: Page, lesson):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{lab_server}/{lesson.address}")
    for width in (390, 768):
        page.set_viewport_size({"width": width, "height": 844})
        header = page.get_by_test_id("stHeader").bounding_box()
        top = page.locator("h1").evaluate("""(title) => {
            const text = document.createRange();
            text.selectNodeContents(title);
            return text.getBoundingClientRect().top;
        }""")
        assert top + 8 >= header["y"] + header["height"]  # letters begin some pixels below the top of their line
