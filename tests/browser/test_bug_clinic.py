"""The bug clinic in a browser: a patient by its link, a test, a name, and what stays after F5."""

import re

from lab_server import open_page, settle
from playwright.sync_api import Page, expect

from core.clinic.cases import CASES, patient_of
from tests.pages.test_bug_clinic import code_of


def test_a_patient_is_diagnosed_and_stays_so(lab_server, page: Page):
    code = code_of("all_but_head_frozen")
    open_page(page, f"{lab_server}/Bug_clinic?patient={code}")
    assert not any(case.title in page.inner_text("[data-testid=stMain]") for case in CASES)
    page.get_by_role("button", name="Train the patient").click()
    expect(page.locator(".live .said")).to_contain_text("Trained: ")
    page.get_by_role("button", name="Gradient norms").click()
    expect(page.get_by_role("button", name=re.compile("Gradient norms.*took"))).to_be_disabled()
    expect(page.get_by_role("table", name=re.compile("The same batch 10 times")).first).to_contain_text("none")
    settle(page)
    page.locator("[data-testid=stMain] [role=combobox]").click()
    page.keyboard.type(patient_of(code).case.title)
    page.get_by_role("option", name=patient_of(code).case.title).wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Name it")).to_be_enabled()
    page.get_by_role("button", name="Name it").click()
    expect(page.locator(".came-out")).to_contain_text("1 test ordered: 9 points of 10.")
    expect(page.locator(".marked-script .wrong").first).to_contain_text("named_parameters")
    page.reload()
    settle(page)
    expect(page.locator(".came-out")).to_contain_text("1 test ordered: 9 points of 10.")
    page.get_by_role("button", name="New easy patient").click()
    page.wait_for_url(re.compile("patient=1"))
    for _ in range(3):  # Back right after a change is taken for a browser that is late: who presses again is heard
        page.go_back()
        settle(page)
        if code in page.url:
            break
    expect(page.locator(".came-out")).to_contain_text("1 test ordered: 9 points of 10.")
