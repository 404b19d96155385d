"""A class in a room: a teacher's window and two phones."""

import re

from lab_server import LabServer, open_page, settle
from playwright.sync_api import Browser, Page, expect

TOO_SMALL = """() => [...document.querySelectorAll('[data-testid="stMain"] :is(button, summary, input)')]
  .map((node) => [node.innerText || node.ariaLabel, node.getBoundingClientRect().height])
  .filter(([_, height]) => height > 0 && height < 43.5)"""
WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def become_teacher(page: Page, lab: LabServer) -> None:
    open_page(page, f"{lab.url}/Room")
    page.get_by_text("For the teacher", exact=True).click()
    page.get_by_label("Teacher's key").fill(re.search(r"teacher's key .*: (\S+)", lab.log())[1])
    page.get_by_role("button", name="Open the desk").click()
    page.get_by_role("button", name="Open a room").or_(page.get_by_text("The room", exact=True)).click()
    page.wait_for_url(re.compile("room="))
    settle(page)


def phone(browser: Browser, url: str, name: str) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    open_page(page, url)
    page.get_by_role("textbox", name="Nickname").fill(name)
    assert page.evaluate(TOO_SMALL) == []
    page.get_by_role("button", name="Take a seat").click()
    expect(page.get_by_text("Nothing is asked yet")).to_be_visible()
    return page


def test_a_class_votes_discusses_and_votes_again(browser: Browser, lab: LabServer, page: Page):
    become_teacher(page, lab)
    ann, ben = (phone(browser, page.url, name) for name in ("Ann", "Ben"))
    ann.get_by_role("button", name="Ready").click()
    expect(page.get_by_text("2 in the room · 1 ready")).to_be_visible()

    page.get_by_text("Ask something of your own").click()
    page.get_by_label("Question").fill("How large is the map of a 5 x 5 window on 7 x 7?")
    page.get_by_role("textbox", name="Options, a line each").fill("3 x 3\n5 x 5\n2 x 2")
    page.locator(".st-key-room_right label").filter(has_text=re.compile("^A$")).click()
    page.get_by_role("button", name="Ask it").click()

    ann.get_by_role("button", name="5 x 5").dblclick()
    ben.get_by_role("button", name="3 x 3").click()
    expect(page.get_by_text("2 of 2 have answered")).to_be_visible()
    expect(page.get_by_text("1 of 2")).to_have_count(0)  # where the others went is not shown while they vote
    for window in (ann, ben):
        assert window.evaluate(TOO_SMALL) == []
        assert window.evaluate(WIDER) == 0
    ann.reload()
    expect(ann.get_by_text("Your answer is B")).to_be_visible()  # F5 keeps the seat

    page.get_by_role("button", name="Discuss").click()
    expect(ann.get_by_text("Your first answer was B")).to_be_visible()
    page.get_by_role("button", name="Vote again").click()
    for window in (ann, ben):
        window.get_by_role("button", name="3 x 3").click()
    expect(page.get_by_text("2 of 2 have answered")).to_be_visible()
    page.get_by_role("button", name="Show the answer").click()
    expect(page.get_by_text("1 of 2 who answered twice changed their answer. 1 went from a wrong one")).to_be_visible()
    expect(ann.get_by_text("You answered B, then A")).to_be_visible()
    assert ann.locator(".votes .second .n").all_inner_texts() == ["2 of 2", "0 of 2", "0 of 2"]
    assert ann.evaluate(WIDER) == 0

    page.get_by_text("The room", exact=True).click()
    page.get_by_role("textbox", name="Everybody to this page").fill(f"{lab.url}/CNN?n_train=500&tab=Network")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send them").click()
    for window in (ann, ben):
        expect(window).to_have_url(re.compile(r"/CNN\?.*n_train=500"))
        expect(window.get_by_role("tab", name="Network")).to_have_attribute("aria-selected", "true")
        window.get_by_test_id("stExpandSidebarButton").click()
        window.get_by_role("link", name="Room").click()
        expect(window.get_by_text("You answered")).to_be_visible()  # and is not sent there again
        window.context.close()
