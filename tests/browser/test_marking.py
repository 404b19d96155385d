"""A teacher marks: the key, F5 in the middle, other pages and back, points by hand, downloads, the lab started anew."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cut_text import cut_of
from lab_server import LabServer, open_page, settle, wait_until
from playwright.sync_api import Browser, Locator, Page, expect

from core import runs
from core.assignments import desk, submission
from core.assignments.assignment import Assignment
from core.assignments.tasks import ConvolutionTask, RunTask, WordsTask
from core.assignments.variant import exercise_of, seed_of
from core.engine.worker import execute
from core.specs import DataSpec, MLPSpec, RunSpec

ASSIGNMENT = Assignment(
    title="How wide?",
    tasks=(
        RunTask(text="Train it.", points=4),
        WordsTask(text="Why is it better, or why is it not?", points=3, rubric="Names the number of weights."),
        ConvolutionTask(text="Reckon.", stage=1, points=2),
    ),
)
ADA = "It has more weights, so it can tell more apart; on few pictures it also learns them by heart. " * 4
# A canvas, with a table in it for who can't see that
CELLS = "frame => [...frame.querySelectorAll('table tr')].map(row => [...row.children].map(cell => cell.textContent))"
WIDER = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


def handed_in(student: str, *, n_epochs: int = 1, text: str = "", data: DataSpec | None = None) -> None:
    """What a student did, in the lab's box; more epochs than were trained are a claim that is wrong."""
    seed = seed_of(ASSIGNMENT, student)
    spec = RunSpec(data=DataSpec(n_train=200, n_test=100), model=MLPSpec(H=16), n_epochs=1, random_state=seed)
    run = runs.create(spec, page="perceptron", owner=student)
    execute(str(run.folder))
    exercise = exercise_of(ASSIGNMENT.tasks[2], seed, 3)
    cells = {f"{row},{column}": f"{exercise.right[row, column]:g}" for row, column in exercise.blanks}
    told = json.loads(submission.make(ASSIGNMENT, student, {2: {"text": text}, 3: {"cells": cells}}, {1: run}))
    told["runs"]["1"]["spec"] |= {"n_epochs": n_epochs} | ({"data": data.model_dump(mode="json")} if data else {})
    desk.begin(student, ASSIGNMENT, student)
    desk.hand_in(student, ASSIGNMENT.code, json.dumps(told | {"hash": submission.hash_of(told)}))


@pytest.fixture
def box(home: Path, start_lab: Callable[..., LabServer]) -> LabServer:
    """A lab in which three students have handed in; one claims epochs that were never trained."""
    desk.publish(ASSIGNMENT)
    handed_in("Ada", text=ADA)
    handed_in("<b>Bob</b>", text="Because *it* is.")
    handed_in("Claims", n_epochs=20, data=DataSpec(n_train=2_000, n_test=100))
    return start_lab(home)


def enter(page: Page, lab: LabServer) -> None:
    """By the key that stands on the console."""
    open_page(page, f"{lab.url}/Assignments?tab=Mark")
    keys = re.findall(r"teacher's key .*: (\S+)", lab.log())
    page.get_by_label("Teacher's key").fill(keys[-1])
    page.get_by_role("button", name="Open the desk").click()


def by_sidebar(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
    page.wait_for_url(re.compile(f"/{name}"))
    settle(page)


def table_of(page: Page) -> dict[str, dict[str, str]]:
    """The marks as the page shows them: a student's row by the names of the columns."""
    heads, *rows = page.get_by_test_id("stDataFrame").first.evaluate(CELLS) or [[]]
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows}


def saved(page: Page, button: Locator, folder: Path) -> Path:
    with page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def has_points(page: Page, student: str, task: str, points: str) -> Callable[[], bool]:
    return lambda: table_of(page).get(student, {}).get(task) == points


def test_a_teacher_marks(box: LabServer, page: Page, browser: Browser, start_lab, tmp_path: Path) -> None:
    enter(page, box)
    page.get_by_role("button", name="Read them").click()
    expect(page.get_by_text(re.compile("3 students.*3 runs will be trained again.*about .* here"))).to_be_visible()
    page.get_by_role("button", name="Mark them").click()
    training = page.get_by_text(re.compile("Training runs again: .* of .* runs"))
    expect(training).to_be_visible()
    page.reload()
    expect(training).to_be_visible()
    by_sidebar(page, "Data")
    while "/Assignments" not in page.url:  # the way to a page may leave two entries in the history
        page.go_back()
        settle(page)
    expect(page.get_by_text(re.compile("Training runs again|Marks: How wide")).first).to_be_visible()
    by_sidebar(page, "Data")
    by_sidebar(page, "Assignments")
    expect(page.get_by_role("tab", name="Mark")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Marks: How wide?")).to_be_visible()

    expect(page.get_by_text("It differs: the claim has 1 epoch").first).to_be_visible()  # who wants a look comes first
    expect(page.get_by_text("Names the number of weights.").first).to_be_visible()
    expect(page.get_by_text("Because *it* is.")).to_be_visible()
    wait_until(lambda: table_of(page), "the table is drawn")
    before = table_of(page)
    assert {name: row["task 1"] for name, row in before.items()} == {"Ada": "4", "<b>Bob</b>": "4", "Claims": "0"}
    for name, points in (("Ada", "2.5"), ("<b>Bob</b>", "1")):
        field = page.get_by_role("spinbutton", name=f"Points for {name}, of 3")
        field.fill(points)
        field.press("Enter")
        wait_until(has_points(page, name, "task 2", points), f"{name}'s points stand in the table")
    page.get_by_role("button", name="Take back").first.click()
    wait_until(has_points(page, "<b>Bob</b>", "task 2", ""), "Bob's are taken back")
    expect(page.get_by_text("Texts: 1 of 2 not marked")).to_be_visible()

    shown = table_of(page)
    path = saved(page, page.get_by_role("button", name="Grades as CSV"), tmp_path)
    told = {row["student"]: row for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    for name in ("Ada", "<b>Bob</b>", "Claims"):
        same = ("task 1", "task 2", "task 3", "sum", "of")
        assert [told[name][column] for column in same] == [shown[name][column] for column in same]
    assert told["Ada"]["sum"] == "8.5"
    packed = saved(page, page.get_by_role("button", name="A page for each student"), tmp_path).read_bytes()
    pages_are_whole(browser, packed, tmp_path)

    for width, height in ((1280, 800), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        wait_until(lambda: not cut_of(page), f"nothing is cut at {width}", 10, lambda: str(cut_of(page)))
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(lambda: page.evaluate(WIDER) == 0, "a phone scrolls in one direction")

    box.stop()  # and started anew below: another process, another key, the same folder
    page.set_viewport_size({"width": 1280, "height": 800})
    again = start_lab(box.home)
    enter(page, again)
    expect(page.get_by_role("spinbutton", name="Points for Ada, of 3")).to_have_value("2.5")
    wait_until(lambda: table_of(page) == shown, "the same table is there")
    beside_another_teacher(page, browser, again)
    page.get_by_role("button", name="Delete these marks").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Marks: How wide?")).to_have_count(0)
    assert not list((box.home / "assignments" / "marks").rglob("*.json"))


def beside_another_teacher(page: Page, browser: Browser, lab: LabServer) -> None:
    """One who has the key and another cookie: both have the same marks, and no points are written over unseen."""
    context = browser.new_context()
    other = context.new_page()
    enter(other, lab)
    for window, points, stands in ((other, "3", "3"), (page, "1", "3"), (page, "1", "1")):
        field = window.get_by_role("spinbutton", name="Points for Ada, of 3")
        field.fill(points)
        field.press("Enter")
        wait_until(has_points(window, "Ada", "task 2", stands), f"{stands} points stand")
        expect(field).to_have_value(stands)
        expect(window.get_by_text("Another teacher has given 3 meanwhile")).to_have_count(int(points != stands))
    context.close()


def pages_are_whole(browser: Browser, packed: bytes, folder: Path) -> None:
    """The index leads to each student's page, and none loads anything."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder / "pages")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "pages" / "index.html").as_uri())
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Ada"))
    assert row.get_by_role("cell").all_inner_texts()[:4] == ["4", "2.5", "2", "8.5"]
    page.get_by_role("link", name="Ada").click()
    expect(page.get_by_role("heading", name="Ada")).to_be_visible()
    expect(page.get_by_text("8.5 of 9 points")).to_be_visible()
    expect(page.get_by_text("The teacher has given 2.5 of 3.")).to_be_visible()
    for width in (1280, 1024, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDER) == 0
    assert {address.rpartition("/")[2] for address in asked} <= {path.name for path in (folder / "pages").iterdir()}
    page.close()
