"""A room in one lab and a student's own lab beside it: two servers, two homes, and links between them."""

import re
from collections.abc import Callable

from lab_server import LabServer, open_page, settle, unfold
from playwright.sync_api import Browser, Page, expect
from test_room import TOO_SMALL, WIDER, become_teacher, phone

LINKS = """() => [...document.querySelectorAll('[data-testid="stMain"] [data-testid="stLinkButton"] a')]
  .map((node) => node.getBoundingClientRect().height).filter((height) => height < 43.5)"""


def is_fit_for_a_thumb(page: Page) -> None:
    """Targets of 44 pixels, and nothing to scroll sideways."""
    for too_small in (TOO_SMALL, LINKS):  # once its style has come
        page.wait_for_function(f"({too_small})().length === 0")
    assert page.evaluate(WIDER) == 0


def leads_to(page: Page, word: str) -> str:
    return str(page.get_by_role("link", name=re.compile(word)).get_attribute("href"))


def test_a_run_goes_to_the_students_own_lab_and_comes_back(
    browser: Browser, lab: LabServer, start_lab: Callable[..., LabServer], page: Page
) -> None:
    own_lab = start_lab()
    become_teacher(page, lab)
    open_page(page, re.sub(r"/Room\?", "/Room?n_train=200&n_test=100&n_phones=3&n_epochs=1&", page.url))
    ann = phone(browser, page.url, "Ann")
    unfold(page.get_by_text("Train together: a run for each phone"))
    page.get_by_role("button", name="Deal the runs").click()
    expect(ann.get_by_text("Your learning rate: 0.01", exact=True)).to_be_visible()
    unfold(ann.get_by_text("Train it in my own lab"))
    ann.get_by_label("Address of your lab").fill(own_lab.url)
    ann.get_by_label("Address of your lab").press("Enter")
    expect(ann.get_by_role("link", name="Open my lab")).to_have_attribute("href", re.compile(f"^{own_lab.url}/Room"))
    is_fit_for_a_thumb(ann)

    student = browser.new_context(viewport={"width": 390, "height": 844}).new_page()  # a seat of no room
    open_page(student, leads_to(ann, "Open my lab"))
    expect(student.get_by_text("For the room")).to_be_visible()
    is_fit_for_a_thumb(student)
    student.get_by_role("button", name="Train", exact=True).click()
    expect(student.get_by_role("link", name="Hand it in to room")).to_be_visible()
    is_fit_for_a_thumb(student)
    back = leads_to(student, "Hand it in to room")
    assert back.startswith(f"{lab.url}/Room?room=")
    assert len(back) < 6_000

    with student.context.expect_page() as opened:
        student.get_by_role("link", name="Hand it in to room").click()
    came = opened.value
    settle(came)
    expect(came.get_by_text(re.compile("Handed in to the room .*learning rate 0.01, test accuracy"))).to_be_visible()
    expect(came).not_to_have_url(re.compile("result="))
    is_fit_for_a_thumb(came)
    expect(ann.get_by_text("Handed in from a student's own lab")).to_be_visible()
    is_fit_for_a_thumb(ann)
    expect(page.get_by_text("1 of 7 runs started, 1 ended, 1 handed in from students' own labs")).to_be_visible()
    expect(page.get_by_text("trained elsewhere, on 1 thread; not run again here")).to_be_visible()
    expect(page.locator(".deal .own")).to_have_count(1)

    came.reload()  # the address is the room's alone
    settle(came)
    expect(came.get_by_text("Handed in to the room")).to_have_count(0)
    open_page(came, back)  # and a link that comes again changes nothing
    expect(came.get_by_text("has been handed in already")).to_be_visible()
    page.get_by_role("button", name="Run again here what was trained elsewhere (1)").click()
    expect(page.get_by_text("trained again here, the same bit for bit")).to_be_visible()
    expect(page.locator(".deal .own")).to_have_count(0)
    for window in (ann, student):
        window.context.close()
