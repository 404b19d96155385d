"""Question 4 as a class sees it: pointing at code, folds that fill, a reload in the middle, Stop, a search."""

import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_server import LabServer, n_experiments, settle, wait_until
from playwright.sync_api import Browser, Page, expect

from core.crossval import grid_search
from core.lab.machine import default_n_workers
from core.runs import experiments

LONG = 180  # seconds: several networks, or a process that loads torch, on a busy machine
SMALL = "n_train=200&n_test=100&n_folds=3&network=MLP"


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]


def experiment_of(page: Page) -> experiments.Experiment:
    page.wait_for_url(lambda url: "experiment=" in url)
    return experiments.open_experiment(re.search(r"experiment=([a-z2-7]{24})", page.url).group(1))


def test_pointing_at_a_line_marks_its_counterpart(page: Page, lab: LabServer) -> None:
    page.goto(f"{lab.url}/Cross-validation?{SMALL}")
    settle(page)
    backward = page.locator(".lines li", has_text="loss.backward()")
    backward.hover()
    fit = page.locator(".lines li", has_text="net.fit(")
    expect(fit).to_have_class(re.compile("lit"))
    expect(page.locator(".lines li.lit")).to_have_count(6)
    expect(page.locator(".lines .note")).to_contain_text("inside net.fit")
    fit.focus()  # and by keyboard, from the other side
    expect(backward).to_have_class(re.compile("lit"))
    page.locator(".lines li", has_text="train_split=").hover()
    expect(page.locator(".lines li.lit")).to_have_count(1)
    expect(page.locator(".lines .note")).to_contain_text("no counterpart")
    assert not serious(page)


def test_folds_fill_survive_a_reload_and_are_shown_to_others(
    page: Page, browser: Browser, lab: LabServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    page.goto(f"{lab.url}/Cross-validation?tab=K+folds&{SMALL}&n_epochs=5&batch_size=4")
    settle(page)
    n_before = n_experiments(lab.home, "folds")  # other tests share this lab
    page.get_by_role("button", name="Start").dblclick()  # one experiment, not two
    made = experiment_of(page)
    rows = page.locator(".fold_blocks li")
    expect(rows).to_have_count(3)
    wait_until(lambda: made.progress().n_done >= 1, "a fold is done", LONG)
    page.reload()
    expect(rows.first.locator("b")).to_have_text(re.compile(r"^\d+ of \d+$"))
    wait_until(lambda: made.progress().is_over, "all folds are done", LONG)
    expect(page.get_by_text("Out-of-fold accuracy")).to_be_visible()
    counted = [(run.result["test_accuracy"], run.result["n_judged"]) for run in made.runs]
    scores = [f"{round(share * n)} of {n}" for share, n in counted]
    expect(rows.locator("b")).to_have_text(scores)
    mean = f"{np.mean([share for share, _ in counted]):.1%}"
    expect(page.locator(".fold_blocks .mean b")).to_have_text(re.compile(rf"^{re.escape(mean)} ± \d+\.\d points$"))
    expect(page.locator(".dots i")).to_have_count(3)
    assert n_experiments(lab.home, "folds") == n_before + 1
    assert not serious(page)

    other = browser.new_context()
    watching = other.new_page()
    watching.goto(page.url)
    expect(watching.get_by_text("Somebody else's experiment")).to_be_visible()
    expect(watching.locator(".fold_blocks li b")).to_have_text(scores)
    other.close()


def test_stop_keeps_the_finished_folds(page: Page, lab: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    page.goto(f"{lab.url}/Cross-validation?tab=One+split&{SMALL}&n_splits=20&n_epochs=5&batch_size=4")
    settle(page)
    page.get_by_role("button", name="Start").click()
    made = experiment_of(page)
    wait_until(lambda: made.progress().n_done >= 1, "a fold is done", LONG)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile(r"Stopped: \d+ of 23 runs were finished"))).to_be_visible()
    names = [run.status.name for run in made.runs]
    assert set(names) == {"done", "stopped"}
    # As many at a time as there are workers: one that is stopped may stand before one that just got done
    before_the_last_done = names[: len(names) - names[::-1].index("done")]
    assert before_the_last_done.count("stopped") < default_n_workers() or "stopped" not in before_the_last_done
    expect(page.locator(".dots i")).to_have_count(names.count("done"))
    expect(page.get_by_text(f"{names.count('done')} of 23 runs came to their end")).to_be_visible()
    missing = f"Run the missing ones ({names.count('stopped')})"
    expect(page.get_by_role("button", name=missing)).to_be_visible()


def test_a_search_fills_its_heat_map(page: Page, lab: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKNET_HOME", str(lab.home))
    page.goto(f"{lab.url}/Cross-validation?tab=Grid+search&n_train=100&n_test=100&n_folds=2&grid_n_epochs=1")
    settle(page)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(lambda url: "search=" in url)
    expect(page.get_by_text("Finished. 18 of 18 fits")).to_be_visible(timeout=1000 * LONG)
    search = grid_search.open_search(re.search(r"search=([a-z2-7]{24})", page.url).group(1))
    best = f"{search.result['best_score']:.1%}"
    expect(page.locator(".grid-heat td.best b").first).to_have_text(best)
    expect(page.locator(".grid-heat td.told")).to_have_count(9)
    assert not serious(page)
