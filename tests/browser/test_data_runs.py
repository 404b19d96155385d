"""Data and Runs as a class uses them: click a picture, tick two runs, type what would like to be HTML."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from lab_server import LabServer, settle
from PIL import Image
from playwright.sync_api import Page, expect

from core import datasets, runs
from core.engine.worker import execute
from core.specs import DataSpec, MLPSpec, RunSpec, SGDSpec

PERSON = "0" * 31 + "1"
EVIL = "<img src=x onerror=document.title='owned'>"


@pytest.fixture
def ann(page: Page, lab: LabServer, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page of the person whose runs the tests make."""
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    page.context.add_cookies([{"name": "chalknet_person", "value": PERSON, "url": lab.url}])
    return page


def go(page: Page, url: str) -> None:
    page.goto(url)
    settle(page)


def trained(rate: float) -> runs.Run:
    """A small run, trained here and now into the lab's folder."""
    data = DataSpec(n_train=200, n_test=100)
    spec = RunSpec(data=data, model=MLPSpec(H=16), optimizer=SGDSpec(learning_rate=rate), n_epochs=3, n_threads=1)
    run = runs.create(spec, page="perceptron", owner=PERSON)
    execute(str(run.folder))
    return run


def test_a_click_on_the_mosaic_shows_the_pictures_numbers(ann: Page, lab: LabServer) -> None:
    go(ann, f"{lab.url}/Data?dataset=Digits")
    tile = ann.get_by_role("button", name=re.compile("^3, picture")).nth(4)
    number = int(tile.get_attribute("aria-label").split()[-1])
    tile.click()
    expect(ann.get_by_role("tab", name="One picture")).to_have_attribute("aria-selected", "true")
    expect(ann.locator(".pixels .where")).to_have_text("row 17, column 17")
    pixel = datasets.load("digits").train_images[number - 1, 16, 17]
    ann.locator(".pixels .large").focus()
    ann.keyboard.press("ArrowRight")
    expect(ann.locator(".pixels .where")).to_have_text("row 17, column 18")
    cells = ann.locator(".pixels tbody td").all_inner_texts()
    expected = [[str(v), f"{v / 255:.3f}", f"{(v / 255 - 0.5) / 0.5:.3f}".replace("-", "−")] for v in pixel.tolist()]
    assert cells == [text for row in expected for text in row]


def test_two_runs_are_ticked_and_the_pointer_reads_both(ann: Page, lab: LabServer) -> None:
    first, second = trained(0.01), trained(0.1)
    go(ann, f"{lab.url}/Runs")
    table = ann.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    box = table.bounding_box()
    for row in (1, 2):
        ann.mouse.click(box["x"] + 16, box["y"] + 17 + 35 * row)
        expect(ann.locator(f".st-key-{'go_run' if row == 1 else 'go_compare'} button")).to_be_enabled()
        settle(ann)
    go(ann, ann.url)  # two are chosen, yet the table is what was looked at
    expect(ann.get_by_role("tab", name="Table")).to_have_attribute("aria-selected", "true")
    ann.get_by_role("button", name="Compare 2").click()
    expect(ann.get_by_text("only the learning rate: 0.01 → 0.1")).to_be_visible()
    assert {first.id, second.id} == set(re.search(r"runs=([a-z2-7.]+)", ann.url).group(1).split("."))
    chart = ann.get_by_test_id("stVegaLiteChart").first
    expect(chart.locator("svg, canvas").first).to_be_visible()
    place = chart.bounding_box()
    ann.mouse.move(place["x"] + place["width"] * 0.55, place["y"] + place["height"] * 0.4)
    tooltip = ann.locator("#vg-tooltip-element")
    expect(tooltip).to_contain_text("epochs")
    losses = [f"{run.history().epochs[1]['train_loss']:.3f}" for run in (first, second)]
    for loss in losses:
        expect(tooltip).to_contain_text(loss)
    link = ann.url
    go(ann, link)  # the link alone brings it back
    expect(ann.get_by_text("only the learning rate: 0.01 → 0.1")).to_be_visible()


def test_what_people_type_is_never_run(ann: Page, lab: LabServer, tmp_path: Path) -> None:
    archive = tmp_path / "odd.zip"
    with zipfile.ZipFile(archive, "w") as odd:
        for name in (EVIL, "b"):
            for i in range(3):
                data = BytesIO()
                Image.fromarray(np.full((32, 32, 3), 40 * i + len(name), np.uint8)).save(data, "PNG")
                odd.writestr(f"{name}/{i}.png", data.getvalue())
    go(ann, f"{lab.url}/Data?tab=Add")
    ann.get_by_role("region", name="Zip file").locator("input[type=file]").set_input_files(archive)
    expect(ann.get_by_role("button", name="Import")).to_be_visible()
    ann.get_by_label("Name of the data set").fill(EVIL[:40])
    ann.get_by_label("Name of the data set").press("Enter")
    ann.get_by_role("button", name="Import").click()
    expect(ann.get_by_text(re.compile("6 pictures taken in 2 classes"))).to_be_visible()
    for tab in ("Pictures", "One+picture", "Classes"):
        go(ann, f"{lab.url}/Data?tab={tab}&dataset={EVIL[:40].replace(' ', '+').replace('=', '%3D')}")
        expect(ann.get_by_text(EVIL[:20]).first).to_be_attached()
    run = trained(0.05)
    run.describe(PERSON, name=EVIL, notes=EVIL)
    for tab in ("Table", "Compare", "Run", "What+helped"):
        go(ann, f"{lab.url}/Runs?tab={tab}&runs={run.id}")
        expect(ann.get_by_role("heading", name="Runs")).to_be_visible()
    assert ann.title() != "owned"
    assert ann.locator("img[src='x']").count() == 0


def test_a_report_and_a_table_are_handed_out(ann: Page, lab: LabServer) -> None:
    run = trained(0.02)
    go(ann, f"{lab.url}/Runs?tab=Run&runs={run.id}")
    with ann.expect_download() as download:
        ann.get_by_role("button", name="Lab report").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert run.id in text
    assert "<svg" in text
    go(ann, f"{lab.url}/Runs")
    with ann.expect_download() as download:
        ann.get_by_role("button", name="CSV", exact=True).click()
    assert run.id in Path(download.value.path()).read_text(encoding="utf-8")
