"""Marks that lie per browser, from earlier versions: brought to the lab's place, joined where there are several."""

import os

import pytest

from core.assignments.assignment import Assignment
from core.assignments.tasks import WordsTask
from core.grading import kept_files
from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, row_of
from core.grading.kept import Seen
from core.grading.marks_of_browsers import bring_together
from core.grading.task_mark import mark_of
from core.lab.owners import owner_mark

WORDS = WordsTask(text="Why?", points=9)
ASSIGNMENT = Assignment(title="One", tasks=(WORDS,))
CODE = ASSIGNMENT.code


def marked(path, points, **contents):
    """Marks of students with these texts, and points of some of them."""
    rows = [
        row_of(f"{student}.json", student, (mark_of(1, WORDS, None, "", words=text),), (), text)
        for student, text in contents.items()
    ]
    kept_files.mark_anew(path, Gradebook(ASSIGNMENT, rows, []))
    for student, given in points.items():
        kept_files.give(path, (student.lower(), 1), given, Seen(contents[student], None))
    return path


@pytest.fixture
def old(home):
    """Makes what an earlier version has kept for a browser; a later one was changed later."""
    made = []

    def make(points, **contents):
        folder = kept_files.folder() / owner_mark(f"browser {len(made)}") / CODE
        path = marked(folder / kept_files.NAME, points, **contents)
        made.append(path)
        os.utime(path, (len(made), len(made)))
        return path

    return make


def brought():
    """What is in the lab's place then; nothing lies in any other."""
    bring_together()
    (folder,) = kept_files.folder().iterdir()
    assert folder.name == CODE
    return kept_files.read(kept_files.path_of(CODE))


def points_of(kept):
    return {student: points for (student, _), points in kept.points.items()}


def test_without_any_nothing_happens(home):
    bring_together()
    assert not kept_files.folder().exists()
    path = marked(kept_files.path_of(CODE), {"Ada": 1}, Ada="a")
    before = path.read_bytes()
    bring_together()
    assert path.read_bytes() == before
    assert kept_files.codes() == [CODE]


def test_one_is_moved_as_it_is_with_what_was_laid_aside_of_it(old):
    path = old({"Ada": 2.5}, Ada="a")
    (path.parent / "marks-before-1.json").write_bytes(b"{torn")
    content = path.read_bytes()
    kept = brought()
    assert points_of(kept) == {"ada": 2.5}
    assert kept.told == ()
    place = kept_files.path_of(CODE)
    assert place.read_bytes() == content
    assert (place.parent / "marks-before-1.json").read_bytes() == b"{torn"
    if os.name == "posix":
        assert place.stat().st_mode & 0o777 == 0o600


def test_of_two_what_was_changed_last_stands_and_what_only_the_other_has_is_taken_over(old):
    first = old({"Ada": 1, "Bob": 2, "Cleo": 3, "Dora": 4}, Ada="a", Bob="b", Cleo="c", Dora="d").read_bytes()
    old({"Ada": 5}, Ada="a", Bob="b", Cleo="changed")
    kept = brought()
    assert points_of(kept) == {"ada": 5, "bob": 2, "dora": 4}
    assert [row.student for row in kept.book.rows] == ["Ada", "Bob", "Cleo", "Dora"]
    told = "\n".join(kept.told)
    assert "1 other file of this assignment now lies beside these marks" in told
    assert "from there alone: Dora." in told
    assert "from there alone: Bob (task 1: 2), Dora (task 1: 4)." in told
    assert "do not count: Ada (task 1: 1)." in told
    assert "changed since these points were given there, and they do not count: Cleo (task 1: 3)." in told
    assert (kept_files.path_of(CODE).parent / "marks-before-1.json").read_bytes() == first


def test_what_lies_in_the_labs_place_stands_above_all(old):
    old({"Ada": 1, "Bob": 2}, Ada="a", Bob="b")
    old({"Ada": 3}, Ada="a", Bob="b")
    marked(kept_files.path_of(CODE), {"Ada": 4}, Ada="a")
    kept = brought()
    assert points_of(kept) == {"ada": 4, "bob": 2}
    assert "2 other files" in kept.told[0]
    assert len(list(kept_files.path_of(CODE).parent.glob("marks-before-*.json"))) == 2


@pytest.mark.parametrize("torn", ["first", "last", "both", "here"])
def test_a_torn_one_is_no_reason_to_lose_another(old, torn):
    paths = {"first": old({"Ada": 1}, Ada="a"), "last": old({"Ada": 2}, Ada="a")}
    if torn == "here":
        paths = {"here": kept_files.path_of(CODE)}
        paths["here"].parent.mkdir()
    for name, path in paths.items():
        if torn in (name, "both"):
            path.write_bytes(b"{torn")
    if torn == "both":
        with pytest.raises(GradingError, match="torn"):
            brought()
    else:
        kept = brought()
        assert points_of(kept) == {"ada": 1 if torn == "last" else 2}
        assert "Of those, 1 file can't be read." in kept.told[0]
    aside = list(kept_files.path_of(CODE).parent.glob("marks-before-*.json"))
    assert len(aside) == (2 if torn == "here" else 1)
    assert any(path.read_bytes() == b"{torn" for path in aside)


def test_what_is_interrupted_is_joined_once_more(old, monkeypatch):
    old({"Bob": 2}, Ada="a", Bob="b")
    old({"Ada": 3}, Ada="a", Bob="b")
    with monkeypatch.context() as patch:

        def refuse(path, beside):
            raise GradingError("The disk is full.")

        patch.setattr(kept_files, "lay_aside", refuse)
        with pytest.raises(GradingError):
            bring_together()
    assert points_of(kept_files.read(kept_files.path_of(CODE))) == {"ada": 3, "bob": 2}
    assert points_of(brought()) == {"ada": 3, "bob": 2}
    assert points_of(brought()) == {"ada": 3, "bob": 2}
