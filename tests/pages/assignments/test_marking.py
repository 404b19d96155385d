"""The tab Mark, as a teacher uses it."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest

from core import runs
from core.assignments import desk, submission
from core.assignments.assignment import Assignment
from core.assignments.tasks import RunTask, WordsTask
from core.assignments.variant import seed_of
from core.engine.worker import execute
from core.grading import kept_files
from core.lab.owners import owner_mark
from core.lab.remembered import Remembered
from core.specs import DataSpec, MLPSpec, RunSpec
from pages.assignments.marking import _tables
from pages.shared.frame.engine import engine
from pages.shared.panels.jobs import jobs

ASSIGNMENT = Assignment(
    title="How *wide*?",
    tasks=(RunTask(text="Train.", points=4), WordsTask(text="Why?", points=3, rubric="Names the rate.")),
)


@pytest.fixture
def teacher(home, calibrated):
    calibrated(home)
    if not engine().teacher.is_teacher("tea"):  # too many keys at once are refused
        engine().teacher.admit(engine().teacher.made_up, "tea")
    yield "tea"
    _tables().forget("tea")


@pytest.fixture
def handed_in(teacher):
    """Two students' files in this lab: an honest one, and one whose losses were edited."""
    desk.publish(ASSIGNMENT)
    made = {}
    for student in ("Ada", "<b>Bob</b>"):
        spec = RunSpec(
            data=DataSpec(n_train=200, n_test=100), model=MLPSpec(H=16), n_epochs=1,
            random_state=seed_of(ASSIGNMENT, student),
        )  # fmt: skip
        run = runs.create(spec, page="perceptron", owner=student)
        execute(str(run.folder))
        told = submission.make(ASSIGNMENT, student, {2: {"text": f"{student} says: *so*."}}, {1: run})
        if student != "Ada":
            edited = json.loads(told)
            edited["runs"]["1"]["epochs"][0]["train_loss"] -= 0.5
            told = json.dumps(edited | {"hash": submission.hash_of(edited)})
        made[student] = told
        desk.begin(student, ASSIGNMENT, student)
        desk.hand_in(student, ASSIGNMENT.code, told)
    return made


@pytest.fixture
def marked(visit, handed_in, wait_until):
    """The tab when everything is marked."""
    at = visit("72_Assignments", person="tea", tab="Mark")
    at.button(key="marking_read").click().run()
    finish(at, wait_until)
    assert re.search("about .* here.*If somebody trains in the lab all the while, up to about", texts(at))
    at.button(key="marking_mark").click().run()
    return finish(at, wait_until)


def finish(at, wait_until):
    """Draw the page when the job is over, as its fragment does."""
    wait_until(lambda: (job := jobs().of("marking", "tea")) is None or job.state != "running", "the job is over")
    at.run()
    assert not at.exception
    return at


def texts(at):
    kinds = (at.markdown, at.info, at.warning, at.error, at.subheader, at.caption, at.text)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def test_only_the_teacher_marks(visit, handed_in):
    at = visit("72_Assignments", person="eve", tab="Mark")
    assert not at.exception
    assert "marking_read" not in [each.key for each in at.button]
    assert "Ada" not in texts(at)


def test_what_was_handed_in_here_is_marked(marked):
    table = marked.dataframe[0].value
    assert dict(zip(table["student"], table["task 1"], strict=True)) == {"Ada": "4", "<b>Bob</b>": "0"}
    assert dict(zip(table["student"], table["status"], strict=True)) == {
        "Ada": "✎ words to mark", "<b>Bob</b>": "⚠ look at it",
    }  # fmt: skip
    assert "It differs" in texts(marked)  # who wants a look is shown first


def test_points_for_words_are_given_beside_the_rubric(marked):
    assert "Names the rate." in texts(marked)
    field = next(each for each in marked.number_input if "Ada" in each.label)
    field.set_value(2.5).run()
    assert not marked.exception
    row = marked.dataframe[0].value.set_index("student").loc["Ada"]
    assert (row["task 2"], row["sum"], row["status"]) == ("2.5", "6.5", "✓ marked")
    next(each for each in marked.button if each.label == "Take back").click().run()
    assert not marked.exception
    assert marked.dataframe[0].value.set_index("student").loc["Ada"]["sum"] == "4"
    assert next(each for each in marked.number_input if "Ada" in each.label).value is None


def test_it_stands_back_while_somebody_trains(visit, handed_in, new_run, wait_until):
    at = visit("72_Assignments", person="tea", tab="Mark")
    at.button(key="marking_read").click().run()
    finish(at, wait_until)
    run = new_run(n_epochs=1_000, data={"n_train": 5_000})
    engine().submit(run, "ann")
    at.button(key="marking_mark").click().run()
    job = jobs().of("marking", "tea")
    wait_until(lambda: "behind those who train" in job.title, "it sees that somebody trains")
    assert "one run at a time" in texts(at)
    engine().stop(run, "ann")
    finish(at, wait_until)
    assert "Marks: How" in texts(at)


@pytest.fixture
def restart(visit, monkeypatch):
    """The tab in a new session, with nothing in memory: as after the lab was started anew."""

    def again():
        _tables.clear()
        jobs.clear()
        monkeypatch.setattr(kept_files, "_read_before", Remembered(20))
        return visit("72_Assignments", person="tea", tab="Mark")

    return again


def field_of(at, student):
    return next(each for each in at.number_input if student in each.label)


def mark_again(at, wait_until):
    at.button(key="marking_read").click().run()
    finish(at, wait_until)
    at.button(key="marking_mark").click().run()
    return finish(at, wait_until)


def test_marks_and_points_are_there_after_a_restart(marked, restart):
    field_of(marked, "Ada").set_value(2.5).run()
    before = marked.dataframe[0].value
    at = restart()
    assert not at.exception
    assert at.dataframe[0].value.equals(before)
    assert field_of(at, "Ada").value == 2.5
    assert "for whoever has the teacher's key" in texts(at)
    field_of(at, "Ada").set_value(3.0).run()
    assert restart().dataframe[0].value.set_index("student").loc["Ada"]["sum"] == "7"


def test_another_computer_with_the_key_has_the_marks_and_one_without_has_not(marked, visit):
    field_of(marked, "Ada").set_value(2.5).run()
    eve = visit("72_Assignments", person="eve", tab="Mark")
    assert "Marks:" not in texts(eve)
    assert len(eve.dataframe) == 0
    engine().teacher.admit(engine().teacher.made_up, "other")
    other = visit("72_Assignments", person="other", tab="Mark")
    shown = other.dataframe[0].value.set_index("student")
    assert shown.loc["Ada"]["task 2"] == "2.5"
    field_of(other, "Ada").set_value(1.5).run()
    assert not other.exception
    field_of(marked, "Ada").set_value(3.0).run()  # who has not seen the 1.5
    assert "Another teacher has given 1.5 meanwhile" in texts(marked)
    assert field_of(marked, "Ada").value == 1.5
    field_of(marked, "Ada").set_value(3.0).run()
    field_of(other, "Bob").set_value(1.0).run()
    assert field_of(other, "Ada").value == 3.0
    assert list(other.dataframe[0].value.sort_values("student")["task 2"]) == ["1", "3"]
    engine().teacher.leave("other")
    other.button(key="delete_marks").click().run()  # a window that was drawn before
    assert not other.exception
    assert kept_files.codes() == [ASSIGNMENT.code]
    assert "Marks:" not in texts(other)
    other.run()
    assert "Ada" not in texts(other)


def test_marks_that_were_kept_for_a_browser_are_found(marked, restart):
    field_of(marked, "Ada").set_value(2.5).run()
    path = kept_files.path_of(ASSIGNMENT.code)
    before = path.parents[1] / owner_mark("lost cookie") / ASSIGNMENT.code
    before.parent.mkdir()
    path.parent.rename(before)
    at = restart()
    assert field_of(at, "Ada").value == 2.5
    assert path.exists()


def test_marked_anew_points_stay_but_for_a_submission_that_has_changed(marked, handed_in, restart, wait_until):
    for student, points in (("Ada", 2.5), ("Bob", 1.0)):
        field_of(marked, student).set_value(points).run()
    bob = json.loads(handed_in["<b>Bob</b>"])
    bob["answers"]["2"]["text"] = "Otherwise."
    desk.hand_in("<b>Bob</b>", ASSIGNMENT.code, json.dumps(bob | {"hash": submission.hash_of(bob)}))
    (desk.handed_in(ASSIGNMENT.code)[0].parent / f"late{submission.SUFFIX}").write_text("{")  # since the page was drawn
    for at in (mark_again(marked, wait_until), restart()):
        assert "**1** not marked" in texts(at)
        assert "these were dropped" in texts(at)
        assert "Bob" in next(each.value for each in at.warning)
        assert "Ada" not in next(each.value for each in at.warning)
        table = at.dataframe[0].value.set_index("student")
        assert (table.loc["Ada"]["task 2"], table.loc["<b>Bob</b>"]["task 2"]) == ("2.5", "")
        assert field_of(at, "Bob").value is None
    at.button(key="marking_read").click().run()
    assert "This replaces the marks of 2 students" in texts(finish(at, wait_until))
    assert "dropped" not in texts(mark_again(at, wait_until))


def test_a_torn_file_is_told_and_laid_aside(marked, restart, wait_until):
    path = kept_files.path_of(ASSIGNMENT.code)
    path.write_bytes(path.read_bytes()[:99])
    at = restart()
    assert not at.exception
    assert "is torn" in texts(at)
    assert "torn" in texts(mark_again(at, wait_until))
    assert at.dataframe[0].value is not None
    assert path.with_name("marks-before-1.json").exists()


def test_marks_are_deleted_and_of_two_assignments_one_is_chosen(marked, restart):
    other = Assignment(title="Two", tasks=ASSIGNMENT.tasks)
    book = kept_files.read(kept_files.path_of(ASSIGNMENT.code)).book
    kept_files.mark_anew(kept_files.path_of(other.code), replace(book, assignment=other))
    at = restart()
    assert "Marks: Two" in texts(at)
    choice = next(each for each in at.selectbox if each.label == "Marks of")
    choice.select(ASSIGNMENT.code).run()
    assert "Marks: How" in texts(at)
    at.button(key="delete_marks").click().run()
    assert not at.exception
    assert "Marks: Two" in texts(at)
    assert kept_files.codes() == [other.code]
    at.button(key="delete_marks").click().run()
    assert "Marks:" not in texts(at)
    assert "Marks:" not in texts(restart())


def test_files_are_brought(visit, handed_in, wait_until, tables):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, told in enumerate(handed_in.values()):
            archive.writestr(f"student_{number}/file.json", told)
    at = visit("72_Assignments", person="tea", tab="Mark")
    at.radio(key="marking_source").set_value("Files that I bring").run()
    at.selectbox(key="marking_share").set_value(0.0).run()
    at.file_uploader(key="marking_files").set_value(
        [("all.zip", packed.getvalue(), "application/zip"), ("torn.json", b"{", "application/json")]
    ).run()
    at.button(key="marking_read").click().run()
    finish(at, wait_until)
    assert "1 file is not marked" in texts(at)
    at.button(key="marking_mark").click().run()
    finish(at, wait_until)
    assert list(at.dataframe[0].value["student"]) == ["<b>Bob</b>", "Ada"]
    (left,) = [table for table in tables(at) if "why" in table]
    assert list(left["file"]) == ["torn.json"]
    assert "torn" in left["why"][0]


def test_what_can_not_be_marked_is_told(visit, handed_in, wait_until):
    at = visit("72_Assignments", person="tea", tab="Mark")
    at.radio(key="marking_source").set_value("Files that I bring").run()
    at.file_uploader(key="marking_files").set_value([("x.json", b"{}", "application/json")]).run()
    at.button(key="marking_read").click().run()
    assert "No file is a submission" in texts(at) + texts(finish(at, wait_until))


def test_all_of_it_can_be_deleted(marked):
    marked.checkbox(key=f"marking_sure_{ASSIGNMENT.code}").check().run()
    marked.button(key="marking_delete").click().run()
    assert not marked.exception
    assert desk.handed_in(ASSIGNMENT.code) == []
