"""Question 1 as a class sees it: train, watch, stop, look at the mistakes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lab_server import LabServer, open_page, settle, train, until_learning, wait_until
from playwright.sync_api import Browser, Page, expect

from core import runs

LONG = "train_for=seconds&seconds=120"


def test_train_to_the_end_and_look_at_a_confusion_cell(page: Page, lab: LabServer) -> None:
    open_page(page, f"{lab.url}/Perceptron?n_train=500&n_test=200&n_epochs=2&H=64")
    train(page)
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    page.get_by_role("tab", name="Results").click()
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    chart = page.get_by_test_id("stVegaLiteChart").first
    # A cell that has a number other than 0: some picture is behind it
    number = chart.locator("text").filter(has_text=re.compile(r"^[1-9]\d*$")).first
    expect(number).to_be_visible()
    count = int(number.text_content())
    box = number.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", name=re.compile(rf"taken for .*: {count}$"))).to_be_visible()
    expect(page.locator(".strip").first.locator("img")).to_have_count(min(count, 24))
    expect(page.get_by_role("heading", name="Most confident mistakes")).to_be_visible()


def test_stop_takes_effect_and_a_second_browser_can_only_watch(
    page: Page, browser: Browser, lab: LabServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    open_page(page, f"{lab.url}/Perceptron?n_train=2000&n_test=500&{LONG}")
    run = runs.open_run(train(page))
    until_learning(page)
    visitor = browser.new_context().new_page()
    try:
        open_page(visitor, page.url)
        until_learning(visitor)
        expect(visitor.get_by_text("Somebody else's run")).to_be_visible()
        expect(visitor.get_by_role("button", name="Stop")).to_have_count(0)

        page.reload()
        settle(page)
        until_learning(page)
        page.get_by_role("button", name="Stop").click()
        wait_until(lambda: run.status.name == "stopped", "the run stops")
        expect(page.locator(".live .said").last).to_contain_text("Stopped ·")
        expect(visitor.locator(".live .said").last).to_contain_text("Stopped ·")
    finally:
        visitor.context.close()
    wait_until(lambda: run.result is not None, "the stopped network is judged")
    assert run.result["step"] == run.history().step > 0


def test_another_page_and_back_shows_the_same_run(page: Page, lab: LabServer) -> None:
    open_page(page, f"{lab.url}/Perceptron?n_train=1000&n_test=200&H=64&{LONG}")
    run_id = train(page)
    until_learning(page)
    page.get_by_test_id("stSidebarNavLink").first.click()
    expect(page.get_by_role("heading", name="Chalknet")).to_be_visible()
    page.get_by_test_id("stSidebarNavLink").nth(1).click()
    page.wait_for_url(lambda url: run_id in url and "H=64" in url)
    until_learning(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".live .said").last).to_contain_text("Stopped ·")


def test_a_double_click_trains_once(page: Page, lab: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    open_page(page, f"{lab.url}/Perceptron?n_train=200&n_test=100&random_state=4242")
    page.get_by_role("button", name="Train").dblclick()
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    assert len([run for run in runs.all_runs("perceptron") if run.spec.random_state == 4242]) == 1


def test_divergence_is_explained(page: Page, lab: LabServer) -> None:
    open_page(page, f"{lab.url}/Perceptron?n_train=500&n_test=100&learning_rate=10")
    train(page)
    expect(page.get_by_role("alert")).to_contain_text("The learning rate 10 is most often why")


def test_a_deep_link_is_whole_on_a_cold_server(page: Page, start_lab: Callable[..., LabServer]) -> None:
    cold = start_lab()
    open_page(page, f"{cold.url}/Perceptron?H=64")
    expect(page.get_by_role("heading", name="1. Multi-layer perceptron")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_text("Training pictures")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNavLink").first).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_text("205,642")).to_be_visible()  # H = 64, as the link says


@pytest.mark.photos
def test_real_photographs_train(page: Page, lab: LabServer, few_photos: Path) -> None:
    open_page(page, lab.url)
    page.get_by_text("Add your own pictures").click()
    page.get_by_label("Name of the data set").fill("Photos")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(few_photos)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text(re.compile(r"Photos: .* pictures taken"))).to_be_visible()
    open_page(page, f"{lab.url}/Perceptron?dataset=Photos&n_train=1000&n_test=200&n_epochs=1")
    train(page)
    expect(page.locator(".live .said").last).to_contain_text("Finished")


def test_a_sealed_test_sets_run_draws_validation(page: Page, lab: LabServer) -> None:
    """The curve is there, under its own name, and no word of the test is left in the picture."""
    open_page(page, f"{lab.url}/Perceptron?n_train=500&n_test=200&n_epochs=2&H=16&sealed=true")
    train(page)
    expect(page.locator(".live .said").last).to_contain_text("Finished")
    accuracy = page.get_by_role("img", name=re.compile(r"accuracy against epochs.*validation \d+\.\d %"))
    expect(accuracy).to_be_visible()
    orange = """(canvas) => {
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        let n = 0;
        for (let i = 0; i < data.length; i += 4) n += data[i] > 190 && data[i + 1] < 140 && data[i + 2] < 60;
        return n;
    }"""
    wait_until(lambda: accuracy.evaluate(orange) > 50, "the curve of validation is drawn")
    assert not re.search(r"\btest\b", page.locator(".live").last.inner_text())
    page.locator(".numbers summary").last.click()
    expect(page.get_by_role("columnheader", name="accuracy, validation")).to_be_visible()
