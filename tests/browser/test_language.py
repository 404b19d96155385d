"""In the browser: the page says its language, French goes along, and a term shows its definition below its sentence."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from cut_text import cut_of
from lab_server import open_page, wait_until
from playwright.sync_api import expect


def test_french_on_every_way_through_the_lab(page, lab):
    open_page(page, f"{lab.url}/?lang=fr")
    expect(page.get_by_role("heading", name="Prêt")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    for name in ("Accueil", "Perceptron", "Validation croisée", "Entraînements"):  # as a screen reader has them
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Perceptron").click()
    expect(page.get_by_role("heading", name="1. Perceptron multicouche")).to_be_visible()
    expect(page).to_have_url(re.compile("lang=fr"))
    page.reload()
    expect(page.get_by_role("heading", name="1. Perceptron multicouche")).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="CNN").click()
    expect(page.get_by_text("Cette page n'existe pas encore en français")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("CNN.*lang=fr"))
    page.go_back()
    expect(page.get_by_role("heading", name="1. Perceptron multicouche")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="1. Multi-layer perceptron")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).not_to_have_url(re.compile("lang="))
    expect(page.get_by_role("link", name="Home", exact=True)).to_be_visible()


def test_the_moving_picture_is_french(page, lab):
    open_page(page, f"{lab.url}/Convolution?lang=fr")
    expect(page.get_by_role("group", name="Image animée.")).to_be_visible()
    expect(page.locator(".equation .where")).to_contain_text("Convolution\u00a0: ligne")
    said = page.locator(".lab").first.inner_text()
    assert not re.search(r"\b(row|column|step|below|above|largest|Kernel|Sum|After)\b", said), said


@pytest.mark.parametrize("address", ["?", "Perceptron?", "Perceptron?tab=Network&", "Convolution?"])
def test_a_french_page_is_clean_and_nothing_of_it_is_cut(page, lab, address):
    for width, height in ((390, 844), (1024, 768), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, f"{lab.url}/{address}lang=fr")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        if address != "?":
            page.locator(".term.last").first.wait_for()
        assert cut_of(page) == [], f"at {width} x {height}"
    expect(page.locator("[data-stale=true]")).to_have_count(0)  # what is drawn anew is paler meanwhile
    violations = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert violations == []


PLACE_OF_DEFINITION = """node => {
  const shown = getComputedStyle(node, "::after"), paragraph = node.closest("p").getBoundingClientRect();
  const of = (name) => parseFloat(shown[name]);
  return { content: shown.content, opacity: getComputedStyle(node.closest("[data-testid=stCaptionContainer]")).opacity,
           top: of("top"), bottom: of("bottom"), left: of("left"), width: of("width"),
           high: paragraph.height, across: paragraph.width };
}"""


@pytest.mark.parametrize("by", ["hover", "focus"])
def test_a_term_shows_its_definition_beside_its_sentence(page, lab, by):
    open_page(page, f"{lab.url}/Perceptron?tab=Network")
    sentence, last = page.locator("p", has_text="sit in that one layer"), page.locator("p", has_text="Words:")
    for paragraph, word, says in (
        (sentence, "parameters", "A number that training changes"),
        (last, "learning rate", "moved against the gradient"),
    ):
        term = paragraph.locator(".term", has_text=word)

        def is_shown(term=term, says=says):
            getattr(term, by)()  # again where the page was drawn anew under it
            return says in term.evaluate(PLACE_OF_DEFINITION)["content"]

        wait_until(is_shown, f"the definition shows by {by}", seconds=30)
        at = term.evaluate(PLACE_OF_DEFINITION)
        assert at["opacity"] == "1", "what is below does not shine through"
        assert (at["bottom"] if paragraph is last else at["top"]) >= at["high"], "it covers nothing of the sentence"
        assert at["left"] == 0
        assert at["width"] <= at["across"]
        page.mouse.move(0, 0)


def test_a_term_is_reached_by_the_keyboard(page, lab):
    open_page(page, f"{lab.url}/Perceptron?tab=Network")
    words = page.locator("p", has_text="Words:")
    words.locator(".term").first.focus()
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "batch: The training pictures that one step looks at together."
