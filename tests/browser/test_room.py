"""A class in a room: a teacher's window and two phones."""

import re

from lab_server import LabServer, open_page, settle, unfold
from playwright.sync_api import Browser, Page, expect

TOO_SMALL = """() => [...document.querySelectorAll('[data-testid="stMain"] :is(button, summary, input)')]
  .map((node) => [node.innerText || node.ariaLabel, node.getBoundingClientRect().height])
  .filter(([_, height]) => height > 0 && height < 43.5)"""
WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def become_teacher(page: Page, lab: LabServer) -> None:
    open_page(page, f"{lab.url}/Room")
    unfold(page.get_by_text("For the teacher", exact=True))
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

    unfold(page.get_by_text("Ask something of your own"))
    page.get_by_label("Question").fill("How large is the map of a 5 x 5 window on 7 x 7?")
    page.get_by_role("textbox", name="Options, a line each").fill("3 x 3\n5 x 5\n2 x 2")
    page.locator(".st-key-room_right label").filter(has_text=re.compile("^A$")).click()
    page.get_by_role("button", name="Ask it").click()
    expect(page.get_by_text("First vote")).to_be_in_viewport()  # the button that asks stands far below
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

    unfold(page.get_by_text("The room", exact=True))
    page.get_by_role("textbox", name="Everybody to this page").fill(f"{lab.url}/CNN?n_train=500&tab=Network")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send them").click()
    for window in (ann, ben):
        expect(window).to_have_url(re.compile(r"/CNN\?.*n_train=500"))
        expect(window.get_by_role("tab", name="Network")).to_have_attribute("aria-selected", "true")
    unfold(page.get_by_text("Ask one of the lab's votes"))
    page.get_by_role("button", name="Ask this").click()
    expect(page.get_by_text("First vote")).to_be_visible()
    for window in (ann, ben):
        bar = window.locator(".st-key-room_bar_now")
        expect(bar).to_contain_text("The room asks something.")
        assert all(button.bounding_box()["height"] > 43.5 for button in bar.get_by_role("button").all())
        assert window.evaluate(WIDER) == 0
        window.get_by_role("button", name="To the room").click()
        expect(window.locator(".st-key-room_options button").first).to_be_visible()  # and is not sent there again
        window.context.close()


def test_a_class_trains_a_sweep_and_bets_together(browser: Browser, lab: LabServer, page: Page):
    become_teacher(page, lab)
    open_page(page, re.sub(r"/Room\?", "/Room?n_train=200&n_test=100&n_phones=3&n_epochs=1&bet_n_epochs=2&", page.url))
    ann, ben = (phone(browser, page.url, name) for name in ("Ann", "Ben"))
    unfold(page.get_by_text("Train together: a run for each phone"))
    page.get_by_role("button", name="Deal the runs").click()
    for window, rate in ((ann, "0.01"), (ben, "0.02")):
        expect(window.get_by_text(f"Your learning rate: {rate}", exact=True)).to_be_visible()
        assert window.evaluate(TOO_SMALL) == []
        window.get_by_role("button", name="Train").click()
        expect(window.get_by_text("Your run has ended.")).to_be_visible()
    page.get_by_role("button", name="Start what nobody holds (5)").click()
    expect(page.get_by_text("7 of 7 runs started, 7 ended")).to_be_visible()
    expect(page.get_by_text("7 learning rates. Smallest training loss so far")).to_be_visible()

    unfold(page.get_by_text("Bets together: who draws the loss best?"))
    page.get_by_role("button", name="Ask for bets").click()
    ann.get_by_role("slider", name="training loss after epoch 2").press("ArrowDown")
    unfold(ben.get_by_text("Type it instead"))
    ben.get_by_role("textbox").fill("2.3 1.2")
    ben.get_by_role("textbox").press("Enter")
    for window in (ann, ben):
        expect(window.get_by_text("Your bet is in.")).to_be_visible()
        assert window.evaluate(TOO_SMALL) == []
        assert window.evaluate(WIDER) == 0
    page.get_by_role("button", name="Train it").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    expect(page.get_by_text("The nearest of 2 bets")).to_have_count(0)
    page.get_by_role("button", name="Show the bets").click()
    expect(page.get_by_text("The nearest of 2 bets")).to_be_visible()
    for window in (ann, ben):
        expect(window.get_by_text(re.compile(r"That is place [12] of 2"))).to_be_visible()
        window.context.close()
