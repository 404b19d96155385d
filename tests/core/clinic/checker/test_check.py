"""The reader of scripts: finds planted bugs at their line, and leaves sound code alone."""

import ast

import pytest

from core.clinic.cases import BY_KEY, CASES
from core.clinic.checker.check import check
from core.clinic.checker.reading import ScriptError
from core.receipts.sections import as_script
from pages.cnn import handout as cnn
from pages.cross_validation import handout as crossval
from pages.perceptron import handout as perceptron
from pages.transfer import handout as transfer
from tests.core.clinic.checker.blind_sets import planted, sound
from tests.core.clinic.checker.planted import PLANTED
from tests.core.clinic.checker.planted_blind import BLIND, SOUND_BLIND
from tests.core.clinic.checker.planted_later import LATER
from tests.core.clinic.checker.sound_loops import SOUND
from tests.core.receipts.script_cases import experiments, special

ALL = PLANTED + LATER + BLIND + planted("second") + planted("third")


def slips(text):
    return [slip for slip in check(text) if not slip.is_note]


def found(case, place, text):
    lines = text.splitlines()
    return [slip for slip in check(text) if slip.case == case and place in lines[slip.line - 1]]


def test_nine_of_ten_planted_bugs_are_found_at_their_line():
    assert len(PLANTED) >= 40
    missed = [(case, place, check(text)) for case, place, text in ALL if not found(case, place, text)]
    assert len(missed) <= 0.1 * len(ALL), missed


@pytest.mark.parametrize("number", range(len(ALL)))
def test_a_planted_bug_raises_no_other_alarm(number):
    case, _, text = ALL[number]
    assert {slip.case for slip in slips(text)} <= {case}


ALL_SOUND = SOUND | SOUND_BLIND | sound("second") | sound("third")


@pytest.mark.parametrize("name", ALL_SOUND)
def test_sound_loops_raise_no_alarm(name):
    assert slips(ALL_SOUND[name]) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_the_clinics_own_scripts(case):
    """The cured ones raise no alarm; of the sick ones, what is found is their disease."""
    assert slips(case.cured()) == []
    assert {slip.case for slip in slips(case.script())} <= {case.key}


def test_the_labs_own_scripts():
    """Of each kind; where a run was given a rate with which it diverges, that is said."""
    alarms = {
        name: [slip for slip in slips(as_script(case.parts)) if slip.case != "rate_too_high"]
        for name, case in (experiments() | special()).items()
    }
    assert {name: slips for name, slips in alarms.items() if slips} == {}


def test_log_softmax_of_the_handout_is_a_note():
    text = "class MultiLayerFCNet(nn.Module):\n    def forward(self, x):\n        return F.log_softmax(x)\n"
    notes = check(text + "criterion = torch.nn.CrossEntropyLoss()\n")
    assert [(note.case, note.line, note.is_note) for note in notes] == [("log_softmax_before_loss", 3, True)]


def test_the_corrected_handout():
    """Each part that is Python as it is quoted, and Question 1 with its forward put into its class."""
    whole = perceptron._PART_A + "\n" + perceptron._PART_B + "\n" + perceptron._PART_C
    parts = [whole]
    for module in (cnn, crossval, transfer):
        parts += [text for name, text in vars(module).items() if name.isupper() and isinstance(text, str)]
    n = 0
    for text in parts:
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        n += 1
        assert slips(text) == [], text
    assert n >= 5


def test_every_slip_has_a_case_with_a_curve():
    cases = {slip.case for _, _, text in ALL for slip in check(text)}
    assert cases <= set(BY_KEY)
    assert len(cases) >= 16


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\nfor i in:\n", "Line 2"),
        ("x = 1\n\0", "Line 2 has a null byte"),
        ("(" * 5000 + ")" * 5000, "Line 1"),
        ("-" * 100_000 + "1", "Line 1"),
        ("a" * 300_000, "300,000 characters"),
        ("x = 1\n" * 33_000, "too long"),
        ("if x:\n  y\n z", "Line 3"),
        ("\ud800", "Line 1"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_a_sentence(text, said):
    with pytest.raises(ScriptError) as error:
        check(text)
    assert said in str(error.value)


@pytest.mark.parametrize("text", ["", "\n\n", "import torch", "lambda: (yield)", "x = " + "+".join(["a.b(c)"] * 900)])
def test_what_is_no_training_script_has_no_slips(text):
    assert check(text) == []


def test_nothing_is_run():
    text = "raise SystemExit\nimport os\nos.abort()\n"
    assert check(text) == []


