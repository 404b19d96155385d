"""The files of marks: private, whole, and never lost without a word."""

import os
import threading

import pytest

from core.assignments.assignment import Assignment
from core.assignments.tasks import WordsTask
from core.grading import kept_files
from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, row_of
from core.grading.kept import Seen
from core.grading.task_mark import mark_of

WORDS = WordsTask(text="Why?", points=100)
ASSIGNMENT, OTHER = (Assignment(title=title, tasks=(WORDS,)) for title in ("One", "Two"))
ADA = ("ada", 1)


def give(path, place, points, seen=None, content="so"):
    kept_files.give(path, place, points, Seen(content, seen))


def book(content="so", assignment=ASSIGNMENT, students=("Ada",)):
    return Gradebook(
        assignment,
        [
            row_of("a.json", student, (mark_of(1, WORDS, None, "", words=content),), (), content)
            for student in students
        ],
        [],
    )


@pytest.fixture
def path(home):
    path = kept_files.path_of(ASSIGNMENT.code)
    kept_files.mark_anew(path, book())
    give(path, ADA, 2.5)
    return path


def test_what_is_kept_is_private_and_the_labs(path):
    assert kept_files.read(path).points == {ADA: 2.5}
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert kept_files.codes() == [ASSIGNMENT.code]


def test_what_was_changed_last_comes_first(path):
    other = kept_files.path_of(OTHER.code)
    kept_files.mark_anew(other, book(assignment=OTHER))
    os.utime(path, (1, 1))
    (path.parents[1] / "no code").mkdir()
    (path.parents[1] / "no code" / kept_files.NAME).write_text("{}")
    assert kept_files.codes() == [OTHER.code, ASSIGNMENT.code]
    give(path, ADA, 1.0, seen=2.5)
    assert kept_files.codes() == [ASSIGNMENT.code, OTHER.code]


def test_marking_anew_keeps_the_points_of_what_is_the_same(path):
    assert kept_files.mark_anew(path, book()).points == {ADA: 2.5}
    made = kept_files.mark_anew(path, book("other"))
    assert made.points == {}
    assert "Ada (task 1: 2.5)" in made.told[0]
    assert kept_files.read(path) == made


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"kind": "x"}', b"[" * 100_000])
def test_what_can_not_be_read_is_told_stays_and_is_laid_aside_for_new_marks(path, content):
    path.write_bytes(content)
    with pytest.raises(GradingError, match="file of the marks"):
        kept_files.read(path)
    with pytest.raises(GradingError, match="file of the marks"):
        give(path, ADA, 1.0, seen=2.5)
    assert path.read_bytes() == content
    for number in (1, 2):
        made = kept_files.mark_anew(path, book())
        assert made.told[0].startswith("The file of the marks")
        assert f"marks-before-{number}.json" in made.told[0]
        assert path.with_name(f"marks-before-{number}.json").read_bytes() == content
        assert kept_files.read(path) == made
        path.write_bytes(content)
    kept_files.forget(ASSIGNMENT.code)
    assert not path.parent.exists()


def test_marks_of_another_assignment_are_not_written_over(path):
    made = kept_files.mark_anew(path, book(assignment=OTHER))
    assert f"of {ASSIGNMENT.code}" in made.told[0]
    assert path.with_name("marks-before-1.json").exists()


def test_what_can_not_be_written_is_told_and_what_was_there_is_there_still(path, tmp_path):
    before = path.read_bytes()
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.mkdir()  # stands in its way, whoever runs this
    with pytest.raises(GradingError, match="marks could not be written"):
        give(path, ADA, 1.0, seen=2.5)
    partial.rmdir()
    assert path.read_bytes() == before
    (tmp_path / "file").write_text("")
    with pytest.raises(GradingError, match="marks could not be written"):
        kept_files.mark_anew(tmp_path / "file" / kept_files.NAME, book())


def test_deleted_marks_are_gone_and_points_for_them_are_told(path):
    kept_files.forget(ASSIGNMENT.code)
    assert kept_files.codes() == []
    with pytest.raises(GradingError, match="were deleted"):
        give(path, ADA, 1.0, seen=2.5)
    kept_files.forget(ASSIGNMENT.code)


def test_points_that_are_given_at_once_are_all_kept(home):
    path, students = kept_files.path_of(ASSIGNMENT.code), [f"S{n}" for n in range(20)]
    kept_files.mark_anew(path, book(students=students))
    threads = [threading.Thread(target=give, args=(path, (f"s{n}", 1), float(n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept_files.read(path).points == {(f"s{n}", 1): float(n) for n in range(20)}


def test_of_two_who_give_points_at_once_for_one_text_one_is_kept_and_the_other_is_told(path):
    kept_files.mark_anew(path, book(students=("Ada", "Bob")))
    came = []

    def teacher(points):
        try:
            give(path, ("bob", 1), points)
        except GradingError as error:
            came.append(str(error))

    threads = [threading.Thread(target=teacher, args=(float(n),)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    points = kept_files.read(path).points
    assert points[ADA] == 2.5
    assert len(came) == 4
    assert all(f"has given {points['bob', 1]:g} meanwhile (Bob, task 1)" in told for told in came)


def test_points_for_a_text_that_nobody_has_seen_are_refused(path):
    kept_files.mark_anew(path, book("other"))  # by another teacher, while this one reads the old text
    with pytest.raises(GradingError, match="Ada was marked anew meanwhile"):
        give(path, ADA, 1.0, seen=2.5)
    with pytest.raises(GradingError, match="meanwhile"):
        give(path, ("eve", 1), 1.0)
    give(path, ADA, 1.0, content="other")
    with pytest.raises(GradingError, match="has given 1 meanwhile"):
        give(path, ADA, None, seen=2.0, content="other")
    give(path, ADA, None, seen=1.0, content="other")
    with pytest.raises(GradingError, match="taken the points back"):
        give(path, ADA, 3.0, seen=1.0, content="other")
    assert kept_files.read(path).points == {}
