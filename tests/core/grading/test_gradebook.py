"""The table, the teacher's own points, and the pages that students get back."""

import csv
import io
import re
import zipfile
from html.parser import HTMLParser

import pytest

from core.assignments.assignment import Assignment
from core.assignments.tasks import RunTask, WordsTask
from core.grading.checks import Note
from core.grading.files import GradingError
from core.grading.gradebook import Gradebook, read_marks, row_of, unmarked
from core.grading.pages_of_students import as_zip, file_name, files_of, write
from core.grading.task_mark import Part, mark_of

RUN, WORDS = RunTask(text="<i>Train</i>", points=4), WordsTask(text="Why?", points=3, rubric="a < b & c")
ASSIGNMENT = Assignment(title="BODY TITLE <script>alert(1)</script>", tasks=(RUN, WORDS))
EVIL = '=HYPERLINK("http://evil")<img src=x onerror=alert(1)>'


def row(student, file="a.json", notes=()):
    parts = (Part("row 1", EVIL, False, EVIL), Part("row 2", "1", True))
    marks = (mark_of(1, RUN, 0.5, EVIL, parts=parts), mark_of(2, WORDS, None, "", words=EVIL))
    return row_of(file, student, marks, tuple(notes))


@pytest.fixture
def book():
    others = Note("Bob has the very same.", is_doubt=True, names_others=True)
    rows = [row("Ada", notes=[others]), row(EVIL), row("Éva / ../x")]
    return Gradebook(ASSIGNMENT, rows, [unmarked("t.json", "Torn.")])


def lines(text):
    return list(csv.DictReader(io.StringIO(text)))


class Tags(HTMLParser):
    """All tags and attributes of a page, and whether they are closed in order."""

    VOID = ("meta", "br", "img")

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.open = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_row_for_each_student_and_for_each_file_that_is_nobodys(book):
    ada, evil, eva, torn = lines(book.to_csv())
    assert list(ada) == ["student", "task 1", "task 2", "sum", "of", "status", "notes", "file"]
    assert [ada[name] for name in ("student", "task 1", "task 2", "sum", "of", "status")] == [
        "Ada", "2", "", "2", "7", "look at it",
    ]  # fmt: skip
    assert evil["student"].startswith("'=")  # no spreadsheet runs it
    assert (eva["status"], torn["status"], torn["notes"], torn["sum"]) == ("words to mark", "not marked", "Torn.", "")


def test_points_are_given_back_in(book):
    told = f"student;task;points\nada;2;2,5\n{book.to_csv().splitlines()[2].split(',')[0]};2;1\n".encode("utf-8-sig")
    assert read_marks(told)["ada", 2] == 2.5
    (evil,) = lines(io.StringIO(book.to_csv()).getvalue())[1:2]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([["Student", "Task", "Points"], ["Ada", "task 2", "3"], [evil["student"], "2", "1"], ["", "", ""]])
    marked = book.with_points(read_marks(text.getvalue().encode()))
    assert [one.points for one in marked.rows] == [5, 3, 2]
    assert marked.troubles == ()
    assert marked.rows[1].status == "marked"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "first line"), ("student,points\nAda,1", "first line"), ("student,task,points\nAda,one,2", "Line 2"),
     ("student,task,points\nAda,1", "Line 2"), ("student,task,points\nAda,1,nan", "no points"), ("\xff", "UTF-8"),
     ("student,task,points\n" + "x" * 200_000 + ",1,1\n", "no CSV")],
)  # fmt: skip
def test_marks_that_can_not_be_read_are_told(text, sentence):
    with pytest.raises(GradingError, match=sentence):
        read_marks(text.encode("latin-1"))


def test_points_that_can_not_be_given_are_told_and_change_nothing(book):
    marked = book.with_points({("ada", 2): 99.0, ("ada", 1): -1.0, ("zoe", 2): 1.0})
    assert len(marked.troubles) == 3
    assert [one.points for one in marked.rows] == [one.points for one in book.rows]


def test_pages_hold_everything_in_themselves_and_run_nothing(book):
    for name, text in files_of(book).items():
        if name.endswith(".html"):
            tags = Tags(text)
            assert not tags.open
            assert not tags.names & {"script", "img", "iframe", "link", "object", "form"}
            assert not {one for one in tags.attributes if one.startswith("on")}
            assert "default-src 'none'" in text
            assert not re.findall(r"(?:src|href)=['\"](?!(?:[a-z0-9-]+\.html)['\"])", text)


def test_a_students_page_has_reasons_parts_and_rubric_and_names_nobody_else(book):
    page = files_of(book)[file_name(book.rows[0])]
    for said in ("2 of 4", "✗ wrong", "✓ right", "a &lt; b &amp; c", "for the teacher, of 3"):
        assert said in page
    assert "Bob" not in page
    assert "Bob has the very same" in files_of(book)["index.html"]


def test_names_of_files_are_safe_and_apart(book, tmp_path):
    more = ("\u0394", "Ada ", "CON", "a" * 80)
    names = [file_name(one) for one in book.rows] + [file_name(row(name)) for name in more]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}\.html", name) for name in names)
    assert file_name(row("ADA")) == file_name(row("ada"))
    write(book, tmp_path / "out")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == set(files_of(book))
    with zipfile.ZipFile(io.BytesIO(as_zip(book))) as archive:
        assert set(archive.namelist()) == written


def test_a_folder_that_can_not_be_written_is_told(book, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(GradingError, match="could not be written"):
        write(book, tmp_path / "out")
