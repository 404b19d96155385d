"""Whatever is typed into a field for text, the page goes on and says what is wrong in a sentence.

By hand all texts in all fields, ``CHALKNET_FUZZ=all``.
"""

import pytest
from streamlit.testing.v1 import AppTest

from core.assignments import desk
from core.assignments.assignment import Assignment
from core.assignments.tasks import BetTask, ConvolutionTask, PatientTask, RunTask, ShapeTask, WordsTask
from core.engine.worker import execute
from core.rooms import room, seat
from core.runs import bets
from core.runs.bets import AccuracyBet
from core.together import class_bets
from tests.outside import how_many
from tests.pages.hostile import TEXTS

N = how_many(len(TEXTS), sample=4)
ASSIGNMENT = Assignment(
    title="How wide?",
    tasks=(
        RunTask(text="Train it.", goal=0.05), BetTask(text="Bet.", run=1), WordsTask(text="Why?", rubric="Because."),
        ConvolutionTask(text="Reckon."), ShapeTask(text="Which shapes?"), PatientTask(text="What is wrong?"),
    ),
)  # fmt: skip
PLACES = {
    "the desk of a room": ("70_Room", True, {"room": "CODE"}, 4),
    "a door": ("70_Room", False, {"room": "CODE"}, 2),
    "a room for nobody": ("70_Room", False, {}, 2),
    "a seat with a bet": ("70_Room", False, {"room": "BET"}, 1),
    "who sets work": ("72_Assignments", True, {"tab": "Set work"}, 2),
    "who looks for work": ("72_Assignments", False, {"tab": "My work"}, 1),
    "who has work": ("72_Assignments", False, {"tab": "My work", "code": ASSIGNMENT.code}, 3),
    "a door of marks": ("72_Assignments", False, {"tab": "Mark"}, 1),
    "a script for the clinic": ("7_Bug_clinic", False, {"tab": "Check my script"}, 1),
    "the shape doctor": ("3_CNN", False, {"tab": "Shape doctor"}, 1),
    "own pictures": ("80_Data", False, {"tab": "Add"}, 3),
    "a run's notes": ("90_Runs", False, {"tab": "Run", "run": "RUN"}, 2),
    "the key": ("90_Runs", False, {"tab": "Teacher"}, 1),
    "a bet": ("1_Perceptron", False, {"run": "RUN"}, 1),
}
_BEGINS_WORK = ("train", "start", "download", "own_import")  # proved elsewhere, and slow


@pytest.fixture
def things(teacher, new_run, small):
    """What the places are about, by the words that stand for it there."""
    code, betting = room.open_room(teacher), room.open_room(teacher)
    seat.join(betting, "ann")
    class_bets.begin(betting, teacher, small(), page="perceptron", title="MLP")
    desk.publish(ASSIGNMENT)
    desk.begin("ann", ASSIGNMENT, "Ada")
    run = new_run(n_epochs=1)
    bets.place(run.folder, AccuracyBet(0.5))
    assert execute(str(run.folder)) == "done"
    return {"CODE": code, "BET": betting, "RUN": run.id}


def fields(at: AppTest) -> list:
    return [*at.text_input, *at.text_area]


def press_what_takes_them(at: AppTest) -> None:
    """The buttons of forms, and those beside fields of their own."""
    for key in [one.key for one in at.button if one.form_id or one.key in ("room_send_go", "check_script")]:
        if not (key or "").startswith(_BEGINS_WORK) and key in [one.key for one in at.button if not one.disabled]:
            at.button(key=key).click().run()


@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_typed_the_page_answers_in_sentences(visit, teacher, things, place):
    page, is_teacher, parameters, n_fields = PLACES[place]
    given = {name: things.get(text, text) for name, text in parameters.items()}
    wrong = []
    for k in range(N):
        at = visit(page, person=teacher if is_teacher else "ann", **given)
        assert len(fields(at)) >= n_fields, [one.key for one in fields(at)]  # else nothing would be typed
        for place_of_field in range(len(fields(at))):
            text = TEXTS[(7 * k + 11 * place_of_field) % len(TEXTS)]
            field = fields(at)[place_of_field]
            if field.disabled:
                continue
            field.set_value(text)
            if not field.form_id:
                at.run()
            wrong += [f"{field.key} = {text[:40]!r}: {one.value[:200]} {one.stack_trace[-2:]}" for one in at.exception]
        press_what_takes_them(at)
        wrong += [f"pressed: {one.value[:200]} {one.stack_trace[-2:]}" for one in at.exception]
    assert not wrong, "\n".join(wrong)
