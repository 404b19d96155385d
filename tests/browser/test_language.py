"""In the browser: the page says its language, French goes along, and a term shows its definition below its sentence."""

import re

import pytest
from lab_server import open_page, settle
from playwright.sync_api import expect


def test_french_on_every_way_through_the_lab(page, lab):
    open_page(page, f"{lab.url}/?lang=fr")
    expect(page.get_by_role("heading", name="Prêt")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile("Perceptron")).click()
    expect(page.get_by_role("heading", name="1. Perceptron multicouche")).to_be_visible()
    expect(page).to_have_url(re.compile("lang=fr"))
    page.reload()
    expect(page.get_by_role("heading", name="1. Perceptron multicouche")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="1. Multi-layer perceptron")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.go_back()
    expect(page.get_by_role("heading", name="1. Perceptron multicouche")).to_be_visible()
    page.goto(f"{lab.url}/CNN?lang=fr")
    expect(page.get_by_text("Cette page n'existe pas encore en français")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_moving_picture_is_french(page, lab):
    open_page(page, f"{lab.url}/Convolution?lang=fr")
    expect(page.get_by_role("group", name="Image animée.")).to_be_visible()
    expect(page.locator(".equation .where")).to_contain_text("Convolution\u00a0: ligne")
    said = page.locator(".lab").first.inner_text()
    assert not re.search(r"\b(row|column|step|below|above|largest|Kernel|Sum|After)\b", said), said


@pytest.mark.parametrize("by", ["hover", "focus"])
def test_a_term_shows_its_definition_below_its_sentence(page, lab, by):
    open_page(page, f"{lab.url}/Perceptron?tab=Network")
    settle(page)
    term = page.locator(".term", has_text="learning rate").last
    term.scroll_into_view_if_needed()
    getattr(term, by)()
    content = term.evaluate("node => getComputedStyle(node, '::after').content")
    assert "moved against the gradient" in content
    after = term.evaluate(
        "node => { const s = getComputedStyle(node, '::after'), p = node.closest('p').getBoundingClientRect();"
        " return { top: parseFloat(s.top), left: parseFloat(s.left), width: parseFloat(s.width), paragraph: p.height,"
        " across: p.width }; }"
    )
    assert after["top"] >= after["paragraph"], "it stands below all of the sentence"
    assert after["left"] == 0
    assert after["width"] <= after["across"]
