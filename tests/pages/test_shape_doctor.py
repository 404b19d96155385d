"""Question 3's tab Shape doctor: what it asks, what it says to an answer, what it keeps, and what a link gives."""

import pytest

from core.exercises.shape_mistakes import HINTS
from core.exercises.shapes import HANDOUT, make_task, read_task
from core.lab import progress
from core.lab.paths import home as home_of
from pages.cnn.shape_doctor import attempts

PAGE = "3_CNN"
TAB = "Shape doctor"
SHAPE, COUNT = "Shape that comes out, of one picture", "Parameters"


@pytest.fixture(autouse=True)
def _nobody_has_answered():
    attempts.clear()


@pytest.fixture
def open_doctor(visit):
    return lambda code=HANDOUT, **more: visit(PAGE, tab=TAB, **({} if code == HANDOUT else {"shapes": code}), **more)


def field(at, label):
    (found,) = (one for one in at.text_input if one.label == label)
    return found


def give(at, shape="", count=""):
    """Type into the two fields and press Check."""
    for label, text in ((SHAPE, shape), (COUNT, count)):
        if text:
            field(at, label).input(text)
    at.button[[one.label for one in at.button].index("Check")].click().run()
    assert not at.exception
    assert not at.error
    return at


def said(at):
    """The hints, as text."""
    return [one.proto.body for one in at.get("html") if "doctor-says'" in one.proto.body]


def right(row):
    return {"shape": " x ".join(map(str, row.shape)), "count": str(row.n_parameters)}


def test_it_asks_row_by_row_and_hides_what_comes(open_doctor, tables):
    at = open_doctor()
    assert not at.exception
    assert not at.warning
    (table,) = tables(at)
    assert set(table["out"]) == set(table["parameters"]) == {"?"}
    assert list(table["in"]) == ["3 x 32 x 32", *[""] * 13]
    assert list(table["layer"])[:2] == ["▶ conv_layer.0", "conv_layer.1"]
    whole = table.to_string()
    assert "4096" not in whole
    assert "4,096" not in whole
    (table,) = tables(give(at, **right(read_task(HANDOUT).rows[0])))
    assert list(table.iloc[0]) == [
        "conv_layer.0", "nn.Conv2d(in_channels=3, out_channels=32, kernel_size=3, padding=1)", "3 x 32 x 32",
        "✓ 32 x 32 x 32", "✓ 896",
    ]  # fmt: skip
    assert table["layer"][1] == "▶ conv_layer.1"


@pytest.mark.parametrize("code", [HANDOUT, "1.3", "3.14"])
def test_who_finds_all_is_told_so_and_it_is_noted(open_doctor, texts, code):
    task = read_task(code)
    at = open_doctor(code)
    for row in task.rows:
        at = give(at, **right(row))
        assert said(at) == []
    n = 2 * len(task.rows)
    assert f"**Score: {n} of {n}** right at the first try; {n} are asked." in texts(at)
    (end,) = (one.proto.body for one in at.get("html") if "class='came-out'" in one.proto.body)
    assert f"All found: {task.rows[-1].shape[0]} at the end" in end
    assert f"{sum(row.n_parameters for row in task.rows):,} parameters" in end
    assert [one.label for one in at.text_input if one.label in (SHAPE, COUNT)] == []
    noted = progress.read("ann")["shapes"]
    assert (noted.solved, noted.n_answers, noted.met) == (frozenset({code}), n, {})


def test_a_wrong_answer_hears_its_mistake_and_torchs_error(open_doctor):
    at = give(open_doctor(), "32, 30, 30", "864")
    shape, count = said(at)
    assert HINTS["padding_forgotten"] in shape
    assert HINTS["bias_forgotten"] in count
    (code,) = [one.value for one in at.code]
    assert code == (
        ">>> nn.Linear(in_features=3136, out_features=1000)(x)\n"
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x4096 and 3136x1000)"
    )
    captions = [one.value for one in at.caption]
    assert "PyTorch raises no error for a wrong count: it counts by itself." in captions
    assert progress.read("ann")["shapes"].met == {"padding_forgotten": 1, "bias_forgotten": 1}
    assert field(at, SHAPE).value == "32, 30, 30"  # to be mended, not typed anew


def test_what_was_right_stays_while_the_other_is_asked(open_doctor, tables):
    at = give(open_doctor(), "32, 32, 32", "27")
    assert field(at, SHAPE).disabled
    assert not field(at, COUNT).disabled
    assert tables(at)[0]["out"][0] == "✓ 32 x 32 x 32"
    at = give(at, count="896")
    assert not field(at, SHAPE).disabled
    assert (field(at, SHAPE).value, field(at, COUNT).value) == ("", "")


def test_two_mistakes_of_one_answer_are_both_named_and_none_is_noted(open_doctor):
    at = give(open_doctor(), count="320")
    (count,) = said(at)
    assert HINTS["kernel_not_squared"] in count
    assert HINTS["in_channels_forgotten"] in count
    assert progress.read("ann")["shapes"].met == {}


def test_what_cant_be_read_is_no_try(open_doctor, texts):
    at = give(open_doctor(), "<b>32</b> & *x*", "nine")
    shape, count = said(at)
    assert "can&#x27;t be read; allowed are whole numbers" in shape
    assert "<b>32" not in shape
    assert "can&#x27;t be read; allowed is a whole number" in count
    assert "**Score: 0 of 0**" in texts(at)
    assert progress.read("ann") == {}


def test_after_three_tries_it_is_worked_out_and_goes_on(open_doctor, tables, texts):
    at = open_doctor()
    for _ in range(3):
        at = give(at, "32, 30, 30", "864")
    assert "Three tries: here it is. One map per filter: 32. Side: (32 + 2 x 1 - 3) / 1 + 1 = 32." in said(at)[0]
    assert "32 filters x (3 x 3 x 3 + 1) = 896." in said(at)[1]
    (table,) = tables(at)
    assert list(table.iloc[0])[3:] == ["32 x 32 x 32 (shown)", "896 (shown)"]
    assert "**Layer 2 of 14" in texts(at)
    assert "**Score: 0 of 2**" in texts(at)


def test_a_reload_keeps_it_and_another_person_begins_anew(open_doctor, tables):
    give(give(open_doctor(), "32 32 32", "896"), "7")
    again = open_doctor()
    assert tables(again)[0]["out"][0] == "✓ 32 x 32 x 32"
    assert field(again, SHAPE).value == "7"
    assert tables(open_doctor(person="bob"))[0]["out"][0] == "?"


def test_new_networks_are_in_the_link_and_starting_again_forgets(open_doctor, tables):
    at = open_doctor()
    assert "shapes" not in at.query_params
    at.button(key="shapes_new_2").click().run()
    code = at.query_params["shapes"]
    code = code if isinstance(code, str) else code[0]
    task = read_task(code)
    assert code.startswith("2.")
    assert list(tables(at)[0]["layer"])[1:] == [row.name for row in task.rows][1:]
    at = give(at, **right(task.rows[0]))
    assert tables(open_doctor(code))[0]["out"][0].startswith("✓")
    at.button(key="shapes_again").click().run()
    assert tables(at)[0]["out"][0] == "?"
    assert field(at, SHAPE).value == ""
    at.button(key="shapes_handout").click().run()
    assert "shapes" not in at.query_params
    assert len(tables(at)[0]) == 14


@pytest.mark.parametrize("code", ["4.1", "", "[x](y)", "2.1234567"])
def test_a_wrong_link_is_complained_about_and_gives_the_handouts_network(open_doctor, tables, code):
    at = open_doctor(code)
    assert not at.exception
    (warning,) = at.warning
    assert "allowed are handout, and level and seed" in warning.value
    assert "You see the handout's network instead." in warning.value
    assert len(tables(at)[0]) == 14


def test_a_full_disk_is_told_and_the_exercise_goes_on(open_doctor, tables, home):
    at = open_doctor()
    (home_of() / "progress").write_text("no folder")
    field(at, SHAPE).input("32 32 32")
    at.button[[one.label for one in at.button].index("Check")].click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert tables(at)[0]["out"][0] == "✓ 32 x 32 x 32"


def test_the_longest_network_has_every_answer_hidden(open_doctor, tables):
    (table,) = tables(open_doctor("3.77"))
    assert len(table) == len(make_task("3", 77).rows)
    assert set(table["out"]) == {"?"}
