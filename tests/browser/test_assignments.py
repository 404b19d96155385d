"""Work is set, done on a phone across pages and reloads, and handed in."""

import os
import re
from pathlib import Path

from lab_server import LabServer, open_page, settle, wait_until
from playwright.sync_api import Page, expect

from core.assignments import submission
from core.assignments.assignment import Assignment, SetSetting, to_link
from core.assignments.tasks import ConvolutionTask, RunTask, WordsTask
from core.assignments.variant import exercise_of, seed_of
from pages.shared.lessons import LESSONS

ASSIGNMENT = Assignment(
    title="How wide?",
    tasks=(RunTask(text="Train it."), WordsTask(text="Why?"), ConvolutionTask(text="Reckon.", stage=1)),
    settings=(
        SetSetting(name="learning_rate", text="0.02"),
        SetSetting(name="momentum", text="0.5", state="hidden"),
        SetSetting(name="n_train", text="200"),
        SetSetting(name="n_epochs", text="1", state="free"),
    ),
)
WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def test_a_student_works_on_a_phone_and_hands_in(lab: LabServer, page: Page, tmp_path: Path):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{lab.url}/Assignments?work={to_link(ASSIGNMENT)}")
    page.get_by_role("textbox", name="Your name or number").fill("Ada")
    page.get_by_role("button", name="Begin").dblclick()
    expect(page.get_by_text("0 of 3 tasks done")).to_be_visible()
    assert page.evaluate(WIDER) == 0

    page.get_by_role("textbox", name="Your answer").fill("More weights.")
    seed = seed_of(ASSIGNMENT, "Ada")
    exercise = exercise_of(ASSIGNMENT.tasks[2], seed, 3)
    ((row, column),) = exercise.blanks
    page.get_by_role("textbox", name=f"Row {row + 1}, column {column + 1}").fill(f"{exercise.right[row, column]:g}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 3 tasks done")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 of 3 tasks done")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("More weights.")

    page.get_by_role("link", name="Open 1 Perceptron").click()
    rate = page.locator(".st-key-learning_rate").get_by_role("slider")
    expect(rate).to_be_disabled()
    settle(page)
    assert "learning_rate=0.02" in page.url
    assert f"random_state={seed}" in page.url
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Finished", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Assignment: How wide?").click()
    expect(page.get_by_text("3 of 3 tasks done")).to_be_visible()
    expect(page.get_by_text("To hand in: accuracy")).to_be_visible()

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the file").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    told = submission.read(path.read_bytes())
    assert told.is_whole
    assert path.name == f"{ASSIGNMENT.code}_Ada{submission.SUFFIX}"
    assert told.runs[1]["spec"]["optimizer"]["learning_rate"] == 0.02
    assert told.runs[1]["spec"]["optimizer"]["momentum"] == 0.5
    assert told.runs[1]["spec"]["random_state"] == seed
    page.get_by_role("button", name="Hand in here").click()
    expect(page.get_by_text(re.compile("Handed in here at"))).to_be_visible()
    box = lab.home / "assignments" / "handed_in" / ASSIGNMENT.code
    wait_until(lambda: len(os.listdir(box)) == 1, "the file is in the box")


def test_the_sidebar_shows_every_page(lab: LabServer, page: Page):
    """Streamlit folds the last ones away where there are more than twelve."""
    open_page(page, f"{lab.url}/Perceptron")
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(LESSONS))
    expect(page.get_by_test_id("stSidebarNavLink").last).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavViewButton")).to_be_hidden()
