"""The page Assignments, as a teacher and as a student see it, and what it fixes on other pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import runs
from core.assignments import desk, submission
from core.assignments.assignment import Assignment, SetSetting, to_link
from core.assignments.locks import broken, fixed_settings
from core.assignments.tasks import BetTask, ConvolutionTask, PatientTask, RunTask, ShapeTask, WordsTask
from core.assignments.variant import exercise_of, network_of, patient, seed_of
from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec, SGDSpec
from pages.assignments.draft import LABELS
from pages.shared.frame.links import settings_parameters

TASKS = (
    RunTask(text="Train it.", goal=0.05),
    BetTask(text="Bet.", run=1),
    WordsTask(text="Why?", rubric="Because."),
    ConvolutionTask(text="Reckon."),
    ShapeTask(text="Which shapes?"),
    PatientTask(text="What is wrong?"),
)
SETTINGS = {
    "n_train": ("200", "locked"), "n_test": ("100", "locked"), "n_epochs": ("1", "free"),
    "learning_rate": ("0.02", "locked"), "momentum": ("0.5", "hidden"), "dataset": ("Shapes-10", "locked"),
}  # fmt: skip
ASSIGNMENT = Assignment(
    title="How wide?",
    tasks=TASKS,
    settings=tuple(SetSetting(name=name, text=text, state=state) for name, (text, state) in SETTINGS.items()),
)
SEED = seed_of(ASSIGNMENT, "Ada")


def texts(at):
    kinds = (at.markdown, at.info, at.warning, at.error, at.success, at.subheader, at.header, at.caption)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def button(at, word):
    return next(each for each in at.button if word in each.label)


@pytest.fixture
def ada(visit):
    """A page opened by somebody who works on the assignment."""
    desk.begin("ann", ASSIGNMENT, "Ada")
    return visit


def test_a_link_leads_to_the_tasks(visit):
    at = visit("72_Assignments", work=to_link(ASSIGNMENT))
    assert "How wide?" in texts(at)
    assert "6 tasks" in texts(at)
    button(at, "Begin").click().run()
    assert "name or number is missing" in texts(at)
    at.text_input(key="assignment_student").input("Ada")
    button(at, "Begin").click().run()
    assert not at.exception
    assert f"seed **{SEED}**" in texts(at)
    assert "**0** of 6 tasks done" in texts(at)
    assert "Because." not in texts(at)  # the rubric is for who marks


def test_a_code_leads_there_too_and_a_wrong_one_is_told(visit):
    at = visit("72_Assignments")
    at.text_input(key="assignment_code").input("ABCDEFGH")
    button(at, "Open").click().run()
    assert "No assignment ABCDEFGH" in texts(at)
    desk.publish(ASSIGNMENT)
    at.text_input(key="assignment_code").input(ASSIGNMENT.code.lower())
    button(at, "Open").click().run()
    assert "How wide?" in texts(at)
    assert "How wide?" in texts(visit("72_Assignments", code=ASSIGNMENT.code, person="ben"))


def test_answers_are_kept_and_handed_in(ada):
    exercise, network = exercise_of(TASKS[3], SEED, 4), network_of(TASKS[4], SEED, 5)
    at = ada("72_Assignments")
    base = f"answer_{ASSIGNMENT.code}_{SEED}"
    at.text_area(key=f"{base}_3").input("A wider layer has more weights.").run()
    for row, column in exercise.blanks:
        at.text_input(key=f"{base}_4_{row}_{column}").input(f"{exercise.right[row, column]:g}").run()
    for i, row in enumerate(network.rows):
        at.text_input(key=f"{base}_5_shape_{i}").input(" x ".join(map(str, row.shape))).run()
        at.text_input(key=f"{base}_5_count_{i}").input(str(row.n_parameters)).run()
    at.selectbox(key=f"{base}_6_disease").select(patient(TASKS[5], SEED, 6).case.name).run()
    assert not at.exception
    assert "**4** of 6 tasks done" in texts(at)
    again = ada("72_Assignments")  # a reload finds them
    assert "**4** of 6 tasks done" in texts(again)
    assert again.text_area(key=f"{base}_3").value == "A wider layer has more weights."
    again.button(key="assignment_hand_in").click().run()
    assert "Handed in here" in texts(again)
    (path,) = desk.handed_in(ASSIGNMENT.code)
    told = submission.read(path.read_bytes())
    assert told.is_whole
    assert told.student == "Ada"
    assert sorted(told.answers) == [3, 4, 5, 6]
    assert told.runs == {}


def test_what_is_fixed_stands_fast_against_widget_link_and_button(ada, settle, wait_until):
    at = ada("1_Perceptron", learning_rate="0.5", H="64", momentum="0.1", random_state="7")
    assert "fixes Learning rate at `0.02`" in texts(at)
    rate = at.select_slider(key="learning_rate")
    assert rate.disabled
    assert rate.value == 0.02
    assert at.slider(key="H").value == 64  # free
    assert not at.slider(key="H").disabled
    assert "momentum" not in {each.key for each in at.slider}  # hidden
    rate.proto.disabled = False  # as a page does whose script somebody has changed
    rate.set_value(0.1).run()
    assert at.select_slider(key="learning_rate").value == 0.02
    at.button(key="handout_values").click().run()
    assert at.select_slider(key="learning_rate").value == 0.02
    assert at.query_params["learning_rate"] in ("0.02", ["0.02"])
    at.slider(key="n_epochs").set_value(1).run()
    at.button(key="train").click().run()
    (run,) = runs.all_runs("perceptron")
    settle(at, run, wait_until)
    assert run.spec.optimizer == SGDSpec(learning_rate=0.02, momentum=0.5)
    assert (run.spec.random_state, run.spec.data.n_train) == (SEED, 200)
    assert broken(ASSIGNMENT, SEED, run.spec) == []
    after = ada("72_Assignments")
    assert "To hand in: accuracy" in texts(after)
    assert "No bet yet" in texts(after)


def test_who_leaves_is_free_again_and_others_always_are(ada):
    other = ada("1_Perceptron", person="ben", learning_rate="0.5")
    assert other.select_slider(key="learning_rate").value == 0.5
    at = ada("72_Assignments")
    at.button(key="assignment_leave").click().run()
    at.switch_page("pages/1_Perceptron.py").run()
    assert not at.select_slider(key="learning_rate").disabled
    at.select_slider(key="learning_rate").set_value(0.1).run()
    assert at.select_slider(key="learning_rate").value == 0.1


def test_pages_that_it_is_not_about_keep_their_settings_but_for_the_labs(ada):
    at = ada("3_CNN", learning_rate="0.005", n_train="1000")
    assert at.select_slider(key="learning_rate").value == 0.005
    assert at.select_slider(key="n_train").value == 200
    assert at.select_slider(key="n_train").disabled


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_a_page_says_of_a_run_agrees_with_the_run_and_with_no_other(data):
    """All that the links of Questions 1 and 3 write is read off the spec again."""
    draw, one_of = data.draw, st.sampled_from
    spec = RunSpec(
        model=draw(one_of([MLPSpec(H=64), MLPSpec(), CNNSpec(channels1=8), CNNSpec(batch_norm=True)])),
        optimizer=SGDSpec(learning_rate=draw(one_of([0.001, 0.01, 0.05])), momentum=draw(one_of([0.0, 0.9]))),
        data=DataSpec(n_train=draw(one_of([200, 5_000])), n_test=draw(one_of([100, 1_000]))),
        n_epochs=draw(st.integers(1, 50)),
        batch_size=draw(one_of([8, 32])),
        random_state=5,
    )
    told = [SetSetting(name=name, text=text) for name, text in settings_parameters(spec).items() if name in LABELS]
    assignment = Assignment(title="T", tasks=TASKS[:1], settings=tuple(told), own_seed=False)
    assert broken(assignment, 0, spec) == []
    changes = [
        {"n_epochs": spec.n_epochs % 50 + 1},
        {"batch_size": 64},
        {"random_state": 6},
        {"optimizer": SGDSpec(learning_rate=0.2, momentum=spec.optimizer.momentum)},
        {"data": spec.data.model_copy(update={"n_train": 500})},
        {"data": spec.data.model_copy(update={"dataset": "digits"})},
        {"max_seconds": 5.0, "n_epochs": 1_000},
    ]
    assert len(broken(assignment, 0, spec.model_copy(update=draw(one_of(changes))))) == 1


@pytest.mark.parametrize(("page", "key"), [("1_Perceptron", "perceptron"), ("3_CNN", "cnn")])
def test_each_setting_that_can_be_fixed_has_a_widget_that_obeys(visit, page, key):
    spec = RunSpec(model=MLPSpec() if key == "perceptron" else CNNSpec())
    usual = settings_parameters(spec) if key == "perceptron" else settings_parameters(spec) | {"momentum": ""}
    names = {name: text for name, text in usual.items() if name in LABELS and text}
    fixed = tuple(SetSetting(name=name, text=text) for name, text in names.items() if name != "random_state")
    desk.begin("ann", Assignment(title="T", page=key, tasks=TASKS[:1], settings=fixed), "Ada")
    at = visit(page)
    kinds = (at.slider, at.select_slider, at.number_input, at.selectbox, at.toggle)
    widgets = {each.key: each for kind in kinds for each in kind}
    assert {name for name in names if not widgets[name].disabled} == set()


def test_a_teacher_sets_work_and_its_code_finds_it(visit, teacher):
    at = visit("72_Assignments", person=teacher, tab="Set work")
    assert "Give it a title. Add a task." in texts(at)
    at.text_input[0].input("How wide?").run()
    for kind in ("run", "bet", "words", "convolution", "shapes", "patient"):
        at.selectbox(key="draft_kind").select(kind).run()
        at.button(key="draft_add").click().run()
        area = [each for each in at.text_area if each.label == "What is asked"][-1]
        area.input(f"Do {kind}.").run()
    assert not at.exception
    state = next(each for each in at.button_group if "Learning rate" in each.label)
    state.set_value("locked").run()
    button(at, "Set it in this lab").click().run()
    assert not at.exception
    (made,) = desk.published()
    assert [task.kind for task in made.tasks] == ["run", "bet", "words", "convolution", "shapes", "patient"]
    assert made.tasks[0].text == "Do run."
    assert fixed_settings(made, 5) == {"learning_rate": "0.01", "random_state": "5"}
    assert made.code in texts(at)
    assert "How wide?" in texts(visit("72_Assignments", code=made.code, person="ben"))


def test_a_draft_survives_other_tabs_and_pages(visit, teacher):
    at = visit("72_Assignments", person=teacher, tab="Set work")
    at.text_input[0].input("How wide?").run()
    at.button(key="draft_add").click().run()
    at.switch_page("pages/1_Perceptron.py").run()
    at.select_slider(key="learning_rate").set_value(0.05).run()
    at.query_params.clear()
    at.query_params["tab"] = "Set work"
    at.switch_page("pages/72_Assignments.py").run()
    assert at.text_input[0].value == "How wide?"
    button(at, "Take its settings").click().run()
    assert any("Learning rate: **0.05**" in each.label for each in at.button_group)


def test_who_is_no_teacher_gets_a_link_and_a_file_and_no_code(visit):
    at = visit("72_Assignments", tab="Set work")
    at.text_input[0].input("T").run()
    at.button(key="draft_add").click().run()
    next(each for each in at.text_area if each.label == "What is asked").input("Train.").run()
    assert "work=" in "".join(each.value for each in at.code)
    assert not any("Set it in this lab" in each.label for each in at.button)
    assert desk.published() == []
