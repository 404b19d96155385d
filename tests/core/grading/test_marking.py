"""A class's submissions sorted: who is confirmed, who is not, and why, each by a run that really was trained."""

import io
import json
import zipfile
from dataclasses import dataclass, field

import pytest

from core.assignments.assignment import Assignment
from core.assignments.tasks import RunTask, WordsTask
from core.grading.files import GradingError
from core.specs import AdamSpec, DataSpec
from tests.core.grading.conftest import (
    ASSIGNMENT,
    BET,
    CONVOLUTION,
    LARGE_RATE,
    PATIENT,
    RUN,
    SHAPES,
    SUMMED,
    WORDS,
    elsewhere_made,
    mark_in,
    packed,
    signed,
)  # fmt: skip

YEAR_2040 = 2_209_000_000.0
ALL = SUMMED - 5  # the words are the teacher's


@dataclass
class Planted:
    """What was handed in, and what has to be said of it.

    Attributes
    ----------
    file : dict, or pair of a name and bytes
    student : str
        Empty where nobody can say.
    status : str
    points : float or None
        None where nothing is marked.
    notes : tuple of str
        What stands in the notes.
    reasons : dict of int to str
        Number of a task to what stands in its reason.
    """

    file: object
    student: str
    status: str
    points: float | None
    notes: tuple[str, ...] = ()
    reasons: dict[int, str] = field(default_factory=dict)


SEALED = {"n_train": 200, "n_test": 60_000, "judged_on": "validation"}


def run_of(told):
    return told["runs"][str(RUN)]


def changed(told, **changes):
    """A file with another run's record, hash made anew."""
    return signed(told | {"runs": {str(RUN): run_of(told) | changes}})


def edited(told, name, by):
    *others, last = run_of(told)["epochs"]
    return changed(told, epochs=[*others, last | {name: last[name] + by}])


def answered(told, number, answer):
    return signed(told | {"answers": told["answers"] | {str(number): answer}})


def as_json(text):
    return ("odd.json", text.encode())


def bomb():
    """A zip of some kilobytes that would unpack to 200 MB."""
    packed_file = io.BytesIO()
    with zipfile.ZipFile(packed_file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.json", b" " * 200_000_000)
    return ("bomb.zip", packed_file.getvalue())


@pytest.fixture(scope="module")
def marker(tmp_path_factory):
    """A file that foreign code would write."""
    return tmp_path_factory.mktemp("marker") / "was_here"


@pytest.fixture(scope="module")
def planted(classroom, marker):
    """The class."""
    of = classroom.honest
    ada, bert = of("Ada"), of("Bert", optimizer=LARGE_RATE)
    robbed, thief, forger = of("Robbed"), of("Thief"), of("Forger")
    ruth, other = of("Ruth"), of("Sue", assignment=ASSIGNMENT.model_copy(update={"title": "Another one"}))
    code = f"import pathlib\npathlib.Path({str(marker)!r}).write_text('x')\n"
    cells = ruth["answers"][str(CONVOLUTION)]["cells"]
    n_cells = len(cells)
    half = dict(list(cells.items())[: n_cells // 2])
    n_right = n_cells // 2
    share = round(6 * n_right / n_cells, 2)
    shapes = ruth["answers"][str(SHAPES)]["shape"]
    large, long = of("Large"), of("Long", data=DataSpec(n_train=200, n_test=10_000), n_epochs=1)
    sealed, again = of("Sealed"), of("Twice")
    earlier = signed(again | {"made": again["made"] - 1_000, "answers": {}})
    exact, noise = "the same losses to the last bit", "within machine noise"
    return [
        Planted(ada, "Ada", "words to mark", ALL, (), {RUN: exact, BET: "Made before the run's first batch"}),
        Planted(bert, "Bert", "look at it", ALL, ("Losses of Forger are the same",), {RUN: exact}),
        Planted(of("Cleo", optimizer=AdamSpec(), n_epochs=1), "Cleo", "words to mark", ALL, (), {RUN: exact}),
        Planted(of("Tim", n_epochs=1_000, max_seconds=0.3), "Tim", "words to mark", ALL, (), {RUN: exact}),
        Planted(of("Éva ‘=1+1’"), "Éva ‘=1+1’", "words to mark", ALL, (), {RUN: exact}),
        Planted(of("Else", elsewhere=True), "Else", "words to mark", ALL, (), {RUN: "Trained again here"}),
        Planted(of("Erik", elsewhere=True, optimizer=LARGE_RATE, n_epochs=12), "Erik", "words to mark", ALL, (),
                {RUN: "Trained again here"}),
        Planted(elsewhere_made(of("Emil", n_threads=2)), "Emil", "words to mark", ALL, (), {RUN: exact}),
        Planted(elsewhere_made(edited(of("Nora"), "train_loss", 3e-8)), "Nora", "words to mark", ALL, (), {RUN: noise}),
        Planted(edited(of("Olga"), "train_loss", 3e-8), "Olga", "look at it", ALL, (), {RUN: "this processor"}),
        Planted(edited(of("Ed"), "train_loss", -0.3), "Ed", "look at it", ALL - 10, (),
                {RUN: "It differs: claimed is a training loss of"}),
        Planted(elsewhere_made(edited(of("Eda"), "train_loss", -0.3)), "Eda", "look at it", ALL - 10, (),
                {RUN: "It differs"}),
        Planted(elsewhere_made(edited(of("Otto"), "test_accuracy", 0.3)), "Otto", "look at it", ALL - 10, (),
                {RUN: "claimed is a test accuracy of"}),
        Planted(of("Careless") | {"answers": {}}, "Careless", "look at it", 12.0, ("its hash is not",),
                {WORDS: "No answer", SHAPES: "0 of"}),
        Planted(robbed, "Robbed", "look at it", ALL, ("by its id) was handed in by Thief",), {RUN: exact}),
        Planted(signed(thief | {"runs": robbed["runs"]}), "Thief", "look at it", ALL - 12,
                ("by its id) was handed in by Robbed", "the seed of Robbed"),
                {RUN: "random_state is", BET: "does not count"}),
        Planted(changed(forger, epochs=run_of(bert)["epochs"]), "Forger", "look at it", ALL - 10,
                ("Losses of Bert are the same to the last bit",), {RUN: "It differs"}),
        Planted(of("Seedy", seed=7), "Seedy", "words to mark", None, (), {RUN: "random_state is 7"}),
        Planted(signed(of("Seth") | {"seed": 3}), "Seth", "look at it", ALL, ("The file says seed 3",), {RUN: exact}),
        Planted(of("Wide", n_epochs=1, data=DataSpec(n_train=300, n_test=100)), "Wide", "words to mark", ALL - 12, (),
                {RUN: "n_train is 300; the assignment fixes it at 200"}),
        Planted(signed((old := of("Old")) | {"machine": old["machine"] | {"lab": "0.0.1"}}), "Old", "words to mark",
                ALL, ("Made with 0.0.1 of the lab",), {RUN: exact}),
        Planted(signed((new := edited(of("Neo"), "train_loss", -0.3)) | {"machine": new["machine"] | {"torch": "9.9"}}),
                "Neo", "look at it", ALL, (), {RUN: "It was made with torch 9.9 and not"}),
        Planted(changed(of("Mallory"), receipt=code), "Mallory", "words to mark", ALL, (),
                {RUN: "Its receipt is not the script"}),
        Planted(answered(ruth, CONVOLUTION, {"cells": half}), "Ruth", "words to mark", ALL - 6 + share, (),
                {CONVOLUTION: f"{n_right} of {n_cells} cells right"}),
        Planted(answered(of("Nonsense"), CONVOLUTION, {"cells": {"0,0": "banana", "x": [], "99999,1": "1"}}),
                "Nonsense", "words to mark", ALL - 6, (), {CONVOLUTION: "0 of"}),
        Planted(answered(of("Shapeless"), SHAPES, {"shape": shapes[:1], "count": 7}), "Shapeless", "words to mark",
                None, (), {SHAPES: "answers right"}),
        Planted(answered(of("Ill"), PATIENT, {"disease": "flu"}), "Ill", "words to mark", ALL - 3, (),
                {PATIENT: "No disease of the clinic was named"}),
        Planted(changed(of("Nan"), epochs=[{"epoch": 1, "train_loss": float("nan")}]), "Nan", "look at it", ALL - 10,
                (), {RUN: "the claim has 1 epoch"}),
        Planted(changed(of("Huge"), n_steps=10**300, created=10**400, bet_made=1e308), "Huge", "look at it", ALL - 2,
                (), {BET: "When it was made is not told"}),
        Planted(changed(large, spec=run_of(large)["spec"] | {"n_epochs": 1_000, "data": {"n_train": 10**6}}),
                "Large", "words to mark", ALL - 12, (), {RUN: "n_train is 1,000,000; Shapes-10 has"}),
        Planted(changed(sealed, spec=run_of(sealed)["spec"] | {"data": SEALED}), "Sealed", "words to mark", ALL - 12,
                (), {RUN: "n_train with n_test is 60,200; Shapes-10 has 50,000"}),
        Planted(changed(long, spec=run_of(long)["spec"] | {"n_epochs": 1_000, "batch_size": 1}), "Long",
                "words to mark", ALL, (), {RUN: "It was not trained again: it would take"}),
        Planted(signed(of("Lena") | {"made": YEAR_2040}), "Lena", "words to mark", ALL, ("Late by",), {RUN: exact}),
        Planted(again, "Twice", "words to mark", ALL, ("There is an earlier file",), {RUN: exact}),
        Planted(earlier, "Twice", "not marked", None, ("has handed in a later file",)),
        Planted(changed(of("Slow"), bet_made=YEAR_2040), "Slow", "look at it", ALL - 2, (),
                {BET: "s after the run was asked for"}),
        Planted(of("Betless", bet=False), "Betless", "words to mark", ALL - 2, (), {BET: "No bet was made"}),
        Planted(signed(of("Runless") | {"runs": {}}), "Runless", "words to mark", ALL - 12, (), {RUN: "No run was"}),
        Planted(changed(of("Specless"), spec={"model": {"kind": "mlp", "H": -1}}), "Specless", "look at it", ALL - 12,
                (), {RUN: "model.H is -1"}),
        Planted(other, "Sue", "not marked", None, ("It is of another assignment",)),
        Planted(("torn.json", packed(ada)[:3_000]), "", "not marked", None, ("torn",)),
        Planted(bomb(), "", "not marked", None, ("would unpack to 200,000,000 bytes",)),
        Planted(as_json("[" * 100_000), "", "not marked", None, ("not JSON",)),
        Planted(as_json('{"kind": "chalknet submission", "format": 2}'), "", "not marked", None, ("format '2'",)),
        Planted(as_json(json.dumps({"cells": []})), "", "not marked", None, ("no submission of the lab",)),
        Planted(("essay.pdf", b"%PDF"), "", "not marked", None, ("ends in '.pdf'",)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def book(classroom, planted, marker):
    found = classroom.marked(*(one.file for one in planted), wanted=ASSIGNMENT)
    assert not marker.exists()  # of the receipt: nobody has run it
    return found


def test_more_than_thirty_are_sorted(planted, book):
    assert len(planted) == 46
    assert len(book.rows) + len(book.left) == len(planted)
    said = [one for row in book.rows for one in row.marks if "could not mark" in one.reason]
    assert not said


@pytest.mark.parametrize("number", range(45))
def test_each_gets_what_it_should_and_the_reason(planted, book, number):
    wanted = planted[number]
    rows = [*book.rows, *book.left]
    if wanted.student:
        row = next(r for r in rows if (r.student, r.status) == (wanted.student, wanted.status))
    else:
        row = next(r for r in rows if not r.student and wanted.notes[0] in r.told)
    for said in wanted.notes:
        assert said in row.told
    assert bool(row.notes) == bool(wanted.notes)
    if wanted.status == "look at it":
        assert row.told  # in the table too it stands why
    if wanted.points is not None:
        assert row.points == wanted.points
    for task, said in wanted.reasons.items():
        assert said in row.marks[task - 1].reason


def test_the_words_are_for_the_teacher_beside_the_rubric(book):
    mark = mark_in(book, "Ada", WORDS)
    assert mark.points is None
    assert (mark.words, mark.rubric) == ("As the learning rate is too large.", "Names the learning rate.")


def test_a_mistake_in_a_cell_is_recognised(classroom, book):
    parts = mark_in(book, "Nonsense", CONVOLUTION).parts
    assert {part.said.split(" It is")[0] for part in parts} == {"It can't be read as a number.", "No answer."}


def test_half_the_points_for_an_honest_run_below_the_goal(classroom):
    task = RunTask(text="Train.", points=8, goal=1.0)
    assignment = Assignment(title="Too much", tasks=(task, WordsTask(text="Why?")))
    book = classroom.marked(classroom.honest("Ann", assignment=assignment, n_epochs=1))
    mark = mark_in(book, "Ann", 1)
    assert mark.points == 4
    assert "below the goal" in mark.reason
    assert "asked for was 100.0% at least" in mark.reason


def test_a_sample_is_drawn_by_its_seed_and_the_others_count_by_their_claim(classroom, planted):
    honest = [one.file for one in planted if one.student in ("Ada", "Bert", "Cleo", "Nora")]
    trained = [
        {row.student for row in classroom.marked(*honest, sample=0.5, random_state=seed).rows
         if "Trained again" in row.marks[0].reason}
        for seed in (1, 1, 2, 3, 4)
    ]  # fmt: skip
    assert {len(names) for names in trained} == {2}
    assert trained[0] == trained[1]
    assert len({frozenset(names) for names in trained}) > 1
    book = classroom.marked(*honest, sample=0)
    assert "by its own claim" in mark_in(book, "Ada", RUN).reason
    assert mark_in(book, "Ada", RUN).points == 10


def test_the_teachers_points_stand_above_computed_ones(classroom, planted):
    ada = planted[0].file
    given = {("ada", WORDS): 4.5, ("ada", RUN): 0.0, ("ada", BET): 99.0, ("nobody", 1): 1.0}
    book = classroom.marked(ada, sample=0).with_points(given)
    assert [mark_in(book, "Ada", number).points for number in (WORDS, RUN, BET)] == [4.5, 0, 2]
    assert "Computed were 10" in mark_in(book, "Ada", RUN).reason
    assert book.rows[0].status == "marked"
    assert len(book.troubles) == 2


def test_without_a_name_that_of_most_files_is_marked(classroom, planted):
    files = [one.file for one in planted if one.student in ("Ada", "Bert", "Sue")]
    assert classroom.marked(*files, sample=0).assignment == ASSIGNMENT
    with pytest.raises(GradingError, match="No submission of the assignment"):
        classroom.marked(*files, wanted="ABCDEFGH")
    with pytest.raises(GradingError, match="No file is a submission"):
        classroom.marked(("a.json", b"{}"))
