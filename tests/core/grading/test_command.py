"""``python -m core.grading``, as a teacher at a terminal meets it."""

import csv
import subprocess
import sys

import pytest

from core.assignments.assignment import to_json
from core.grading.command import main
from tests.core.grading.conftest import ASSIGNMENT, ROOT, packed


@pytest.fixture
def folder(classroom, tmp_path):
    """Of two students, and what is none."""
    (tmp_path / "in").mkdir()
    for name in ("Ada", "Bob"):
        (tmp_path / "in" / f"{name}.chalknet.json").write_bytes(packed(classroom.honest(name)))
    (tmp_path / "in" / "torn.json").write_bytes(b"{")
    return tmp_path / "in"


def rows(path):
    with path.open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_it_says_how_long_marks_and_writes(folder):
    done = subprocess.run(
        [sys.executable, "-m", "core.grading", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    first, *others = done.stdout.splitlines()
    assert "2 students. 1 file is not marked. 2 runs will be trained again, " in first
    assert "about" in first
    assert "words to mark: 2" in others
    assert "2 of 2 runs trained again." in done.stderr
    table = rows(folder / "marked" / "grades.csv")
    assert (table["Ada"]["task 1"], table["Ada"]["sum"], table[""]["file"]) == ("10", "25", "torn.json")
    assert (folder / "marked" / "index.html").exists()
    assert len(list((folder / "marked").glob("*.html"))) == 3


def test_marks_are_given_back_in_and_what_was_written_is_no_submission(folder, capsys):
    marks = folder / "marks.csv"
    marks.write_text("student,task,points\nAda,3,4\n")
    for _ in range(2):
        assert main([str(folder), "--sample", "0", "--marks", str(marks)]) == 0
    table = rows(folder / "marked" / "grades.csv")
    assert (table["Ada"]["task 3"], table["Ada"]["status"], table["Bob"]["task 3"]) == ("4", "marked", "")
    assert set(table) == {"Ada", "Bob", ""}
    assert "Nothing is trained again" in capsys.readouterr().out


def test_points_stay_for_what_has_not_changed_and_others_are_told(folder, classroom, capsys):
    marks, again = folder / "marks.csv", [str(folder), "--sample", "0"]
    marks.write_text("student,task,points\nAda,3,4\nBob,3,2\n")
    assert main([*again, "--marks", str(marks)]) == 0
    (folder / "Bob.chalknet.json").write_bytes(packed(classroom.honest("Bob")))
    capsys.readouterr()
    assert main(again) == 0
    out = capsys.readouterr().out
    assert "Your points for 1 task are kept from before." in out
    assert "these were dropped: Bob (task 3: 2)." in out
    table = rows(folder / "marked" / "grades.csv")
    assert (table["Ada"]["task 3"], table["Bob"]["task 3"]) == ("4", "")
    (folder / "Ada.chalknet.json").write_bytes(packed(classroom.honest("Ada")))
    assert main([*again, "--marks", str(marks)]) == 0
    assert "Look whether they still hold: Ada (task 3: 4)." in capsys.readouterr().out
    table = rows(folder / "marked" / "grades.csv")
    assert (table["Ada"]["task 3"], table["Bob"]["task 3"]) == ("4", "2")
    kept = folder / "marked" / "marks.json"
    kept.write_bytes(kept.read_bytes()[:100])
    assert main(again) == 0
    assert "is torn" in capsys.readouterr().out


def test_an_assignment_is_named_by_its_file_or_its_code(folder, tmp_path, capsys):
    (tmp_path / "set.json").write_text(to_json(ASSIGNMENT))
    out = ["--sample", "0", "--out", str(tmp_path / "out")]
    assert main([str(folder), "--assignment", str(tmp_path / "set.json"), *out]) == 0
    assert main([str(folder), "--assignment", ASSIGNMENT.code.lower(), *out]) == 0
    assert main([str(folder), "--assignment", "AAAAAAAA", *out]) == 1
    assert "No submission of the assignment AAAAAAAA is there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nowhere"], "There is no folder nowhere"), (["."], None), ([".", "--marks", "no.csv"], "No such file"),
     ([".", "--assignment", "what"], "no assignment's code")],
)  # fmt: skip
def test_what_can_not_be_done_is_a_sentence_and_status_1(classroom, tmp_path, monkeypatch, capsys, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert (sentence or "No file is a submission") in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--sample", "2"], ["--most-seconds", "0"], []])
def test_wrong_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as error:
        main(["x", *arguments] if arguments else [])
    assert error.value.code == 2
    assert capsys.readouterr().err


def test_importing_it_loads_no_torch():
    code = "import sys, core.grading.command; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120, check=False).returncode == 0
