"""The page Teaching: numbers only where runs gave them, the rehearsal, the hall, and the plan on paper."""

import re
from html import unescape

import pytest

from core import runs
from core.engine.worker import execute
from core.plans import shelf
from core.plans.found import Store
from core.specs import DataSpec
from pages.shared.frame.engine import HALL_VARIABLE, engine
from pages.shared.lessons import lesson
from pages.shared.panels.jobs import jobs
from pages.teaching.links import Link
from pages.teaching.opening import Opener, OpeningError
from pages.teaching.printed import printed
from pages.teaching.rehearse import KIND
from pages.teaching.sheet import NOT_MEASURED, sheet_of

DATA = DataSpec(n_train=500, n_test=100)
PICTURES = {"n_train": "500", "n_test": "100"}
LAB = "http://192.168.0.7:8501/"


def sheet(name, minutes, seconds=lambda specs: 1.5 * len(specs)):
    return sheet_of(shelf.plan(name, minutes, DATA, "ann"), DATA, Store(), seconds)


def parts(one):
    return (*one.parts, *one.ahead)


def of_page(name, minutes, at_visit):
    return at_visit("75_Teaching", plan=lesson(name).heading, minutes=str(minutes), **PICTURES)


def everything(at):
    kinds = (at.title, at.header, at.markdown, at.caption, at.info, at.warning, at.error, at.success)
    said = [str(each.value) for kind in kinds for each in kind]
    said += [each.label for each in at.expander] + [each.proto.label for each in at.get("page_link")]
    return re.sub(r"\\(.)", r"\1", "\n".join(said)).replace("\u2060", "")


def words(html):
    return unescape(re.sub(r"<[^>]+>", " ", html.partition("<body>")[2]))


def same(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", shelf.NAMES, ids=str)
def test_with_an_empty_store_no_number_of_a_run_is_shown(visit, home, texts, name):
    at = of_page(*name, visit)
    assert not at.exception
    shown = everything(at)
    one = sheet(*name)
    assert {note for part in parts(one) for note, _ in part.known} <= {"Computed"}
    assert "Measured on" not in shown
    n_unknown = sum(bool(part.unknown) for part in parts(one))
    assert shown.count(NOT_MEASURED) == n_unknown
    assert (n_unknown == 0) == (name[0] == "convolution")


@pytest.mark.parametrize("name", shelf.NAMES, ids=str)
def test_the_page_and_the_paper_have_all_of_the_plan(visit, home, name):
    shown = same(everything(of_page(*name, visit)))
    one = sheet(*name)
    file = printed(one, LAB)
    paper = same(words(file))
    wanted = [one.aim, one.pictures, one.offline]
    for part in parts(one):
        wanted += [part.when, part.title, part.do, part.ask, part.unknown, part.slow]
        wanted += [text for link in part.links for text in (link.title, link.where)]
        wanted += [note for note, _ in part.known]
        wanted += [text for _, numbers in part.known for number in numbers for text in (number.name, number.value)]
        for ballot in part.ballots:
            wanted += [ballot.question, ballot.why]
            wanted += [text for answer in ballot.answers for text in (answer.text, answer.thought, answer.source)]
    for text in map(same, wanted):
        assert text in shown, text
        assert text in paper, text
    assert one.title in paper
    for time in (time for part in parts(one) for time in part.times):
        assert time in paper


@pytest.mark.parametrize("name", shelf.NAMES, ids=str)
def test_the_paper_asks_nobody_for_anything_and_leads_to_the_lab_alone(home, name):
    one = sheet(*name)
    file = printed(one, LAB)
    assert "<script" not in file
    assert not re.findall(r"(?i)\b(src|srcset|poster|action)\s*=|url\(|@import|<(link|img|iframe|object)\b", file)
    assert set(re.findall(r"[a-z]+://[^/'\"\s<]+/?", file)) == {LAB}
    links = [LAB + link.path for part in parts(one) for link in (*part.links, *part.trained)]
    assert list(map(unescape, re.findall(r"href='([^']*)'", file))) == links
    assert "default-src 'none'" in file
    assert "size: A4" in file


def test_what_people_have_typed_is_no_html_on_paper(home):
    one = sheet("perceptron", 50)
    assert "<b>" not in words(printed(one, LAB))
    evil = printed(sheet_of(shelf.plan("perceptron", 50, DATA, "ann"), DATA, Store(), lambda specs: None), "x'><i>/")
    assert "<i>" not in evil


def test_a_run_with_the_very_settings_of_a_step_gives_its_numbers(visit, home):
    needs = shelf.plan("perceptron", 50, DATA, "ann").needs[0]
    run = runs.create(needs.specs[0], page="perceptron", owner="somebody")
    execute(str(run.folder))
    at = of_page("perceptron", 50, visit)
    shown = everything(at)
    assert f"loss of the first batch: **{run.history().losses[0]:.2f}**" in shown
    assert "Measured on " in shown
    n_right = round(run.result["test_accuracy"] * 100)
    assert f"test accuracy: **{n_right} of 100" in shown
    assert "this machine:" in shown
    assert "ready to train: as trained before" in shown
    addresses = [each.proto.query_string for each in at.get("page_link")]
    assert sum(f"run={run.id}" in one for one in addresses) == 3  # start, the middle rate, the matrix
    # Of other pictures nothing was measured
    other = visit("75_Teaching", plan=lesson("perceptron").heading, minutes="50", n_train="200", n_test="100")
    assert "Measured on" not in everything(other)


def test_times_are_what_the_engine_foretells(home):
    one = sheet("optimizers", 50)
    assert one.parts[0].times == ("The handout's race (3 runs): takes about 4.5 s here.",)
    unmeasured = sheet("optimizers", 50, lambda specs: None)
    assert "once this machine was measured" in unmeasured.parts[0].times[0]
    waits = sheet("transfer", 50)
    assert any("waits for the weights" in time for part in waits.parts for time in part.times)


@pytest.fixture
def hall(monkeypatch, home):
    engine().close()
    engine.clear()
    monkeypatch.setenv(HALL_VARIABLE, "1")
    yield
    engine().close()
    engine.clear()


def test_in_a_hall_only_the_teacher_sees_the_answers(visit, hall):
    at = visit("75_Teaching", person="eve")
    assert not at.exception
    assert all("answers" not in each.label for each in at.expander)
    assert [each.label for each in at.text_input] == ["Teacher's key"]
    engine().teacher.admit(engine().teacher.made_up, "tea")
    at = visit("75_Teaching", person="tea")
    folded = [each for each in at.expander if "answers" in each.label]
    assert folded
    assert all(not each.proto.expanded for each in folded)  # the class may see this page before it votes


def test_the_rehearsal_opens_all_pages_in_a_process_of_its_own_and_reports(visit, home, calibrated, wait_until):
    """Of the plan that trains nothing; the links are opened for real."""
    calibrated(home)
    at = of_page("convolution", 50, visit)
    at.button(key="rehearse").click().run()
    assert not at.exception
    job = jobs().of(KIND, "ann")
    again = of_page("cnn", 75, visit)  # as F5 does, and on another plan as well
    if job.state == "running":
        assert again.button(key="rehearsal_stop")
    wait_until(lambda: job.state != "running", "the rehearsal is over")
    assert job.error == ""
    assert job.result.wrong == []
    at.run()
    assert "Nothing is wrong" in everything(at)
    at.button(key="rehearsal_close").click().run()
    assert jobs().of(KIND, "ann") is None
    assert at.button(key="rehearse")


def test_a_rehearsal_can_be_stopped(visit, home, calibrated, wait_until):
    calibrated(home)
    at = of_page("cnn", 50, visit)
    at.button(key="rehearse").click().run()
    job = jobs().of(KIND, "ann")
    at.run()
    at.button(key="rehearsal_stop").click().run()
    wait_until(lambda: job.state != "running", "it has stopped")
    assert job.state == "stopped"
    at.run()
    assert not at.exception
    assert "The rehearsal was stopped" in everything(at)


def test_a_page_that_does_not_stand_as_meant_is_found_out(home, calibrated):
    calibrated(home)
    good = {"H": "64", "tab": "Learn"}
    with Opener("ann") as opener:
        assert opener.open(Link("", lesson("perceptron"), good)) == []
        wide = opener.open(Link("", lesson("perceptron"), good | {"H": "9999"}))
        assert "H, hidden units in the link is" in wide[0]
        unknown = opener.open(Link("", lesson("perceptron"), good | {"hidden": "64"}))
        assert unknown == ["The page has no setting hidden."]
        assert "The tab in the link" in opener.open(Link("", lesson("perceptron"), {"tab": "Learning"}))[0]
        gone = opener.open(Link("", lesson("perceptron"), good | {"run": "a" * 24}))
        assert gone == [f"The link says run is {'a' * 24}; the page has nothing."]
        assert opener.open(Link("", lesson("convolution"), {"kernel": "2_1~0_-1~5"}))
        child = opener._child
        child.kill()
        with pytest.raises(OpeningError):
            opener.open(Link("", lesson("perceptron"), good))
    assert child.poll() is not None
