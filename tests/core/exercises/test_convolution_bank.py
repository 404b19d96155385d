"""Question banks of Question 2, read back from the files: keys by torch, wrong answers wrong, and each told why."""

from itertools import combinations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution.exercises import LEVELS, MAX_EXERCISE_SEED, read_exercise
from core.convolution.mistakes import HINTS, TOLERANCE
from core.exercises.bank_csv import bank_csv
from core.exercises.convolution_bank import convolution_questions
from core.exercises.moodle import moodle_xml
from core.exercises.question_bank import MOST_DISTRACTORS, feedback_of
from tests.core.exercises import read_bank

N_EXERCISES = 20
KINDS = ("convolution", "pooling")
EVERY = [(kind, level, form) for kind in KINDS for level in LEVELS for form in ("multichoice", "numerical")]


def number_or_size(text, like):
    return float(text) if isinstance(like, float) else read_bank.sizes_in(text)


def differ(one, other):
    return abs(one - other) > 2 * TOLERANCE if isinstance(one, float) else one != other


def holds(question):
    """One right answer, which is torch's; wrong ones that are wrong, told apart, and each told why."""
    key = read_bank.key_of(question)
    answers = [answer for answer in question["answers"] if answer[1] != "*"]
    (right,) = [answer for answer in answers if answer[0] == "100"]
    wrong = [answer for answer in answers if answer[0] == "0"]
    assert len(answers) == 1 + len(wrong) >= 3
    given = number_or_size(right[1], key)
    assert given == (pytest.approx(key, abs=1e-4) if isinstance(key, float) else key)
    values = [number_or_size(text, key) for _, text, _ in answers]
    assert all(differ(*pair) for pair in combinations(values, 2))
    assert right[2] == "Right."
    assert all(len(feedback) > 20 for _, _, feedback in wrong)
    if question["form"] == "multichoice":
        assert len(wrong) <= MOST_DISTRACTORS
        assert len({feedback for _, _, feedback in wrong}) == len(wrong)


@pytest.mark.parametrize(("kind", "level", "form"), EVERY)
def test_moodle_xml_read_back_has_torchs_keys(kind, level, form):
    questions = convolution_questions(kind, level, 0, N_EXERCISES, form)
    category, read = read_bank.questions_of_xml(moodle_xml(questions, "Question 2"))
    assert category == "$course$/top/Chalknet/Question 2"
    assert len(read) == len(questions) > 2
    for question in read:
        holds(question)
    assert {question["form"] for question in read if "Which number" in question["asked"]} == {form}
    for told_apart in ("name", "code"):
        assert len({question[told_apart] for question in read}) == len(read)


@pytest.mark.parametrize(("kind", "level", "form"), EVERY)
def test_csv_read_back_has_torchs_keys(kind, level, form):
    questions = convolution_questions(kind, level, 0, N_EXERCISES, form)
    read = read_bank.questions_of_csv(bank_csv(questions))
    assert [question["code"] for question in read] == [question.code for question in questions]
    for question in read:
        holds(question)


@pytest.mark.parametrize(("kind", "level"), [(kind, level) for kind in KINDS for level in LEVELS])
def test_both_files_tell_the_same(kind, level):
    questions = convolution_questions(kind, level, 5, 4)
    _, of_xml = read_bank.questions_of_xml(moodle_xml(questions, "Question 2"))
    of_csv = read_bank.questions_of_csv(bank_csv(questions))
    for one, other in zip(of_xml, of_csv, strict=True):
        assert one["element"] is not None
        assert {name: one[name] for name in other} == other


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(KINDS), level=st.sampled_from("123"), seed=st.integers(0, MAX_EXERCISE_SEED),
    form=st.sampled_from(("multichoice", "numerical")),
)  # fmt: skip
def test_any_seed_gives_questions_with_torchs_keys(kind, level, seed, form):
    questions = convolution_questions(kind, level, seed, 2, form)
    assert questions
    _, read = read_bank.questions_of_xml(moodle_xml(questions, "Question 2"))
    for question in [*read, *read_bank.questions_of_csv(bank_csv(questions))]:
        holds(question)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seeds_give_the_same_bytes_and_others_do_not(kind):
    def files(first):
        questions = convolution_questions(kind, "2", first, 3)
        return moodle_xml(questions, "Question 2"), bank_csv(questions)

    assert files(7) == files(7)
    assert files(7)[0] != files(8)[0]
    assert files(7)[1] != files(8)[1]


def test_successive_seeds_are_successive_exercises_of_the_lab_and_end_with_its_last():
    questions = convolution_questions("convolution", "1", MAX_EXERCISE_SEED - 1, 5)
    cells = [question for question in questions if question.asked.startswith("Which number")]
    assert [question.code for question in cells] == ["convolution.1.99998.1", "convolution.1.99999.1"]
    for question in cells:
        exercise = read_exercise(question.code)
        assert float(question.key) == exercise.right[exercise.blanks[0]]


def test_the_handouts_numbers_are_fixed_whatever_the_seeds():
    assert convolution_questions("pooling", "a", 0, 1) == convolution_questions("pooling", "a", 70, 30)


def test_no_question_comes_twice():
    """Of pooling, level 1 has two sizes, as partial windows are kept or dropped, however many exercises."""
    questions = convolution_questions("pooling", "1", 0, 30)
    assert len({(question.tables, question.asked) for question in questions}) == len(questions)
    assert [question.asked for question in questions].count("How many rows and columns has the pooled map?") == 2


def test_two_mistakes_with_one_answer_are_both_named_and_more_are_told_the_rule():
    hints = {"one": "First.", "two": "Second.", "three": "Third."}
    assert feedback_of(["two"], hints, "Add.") == "Second."
    assert feedback_of(["one", "two"], hints, "Add.") == "More than one mistake gives this. First. Or: Second."
    assert feedback_of(list(hints), hints, "Add.") == "More than one mistake gives this. Add."


def mistaken(question, mistake):
    """The key where one thing that a student sees is taken otherwise; None for mistakes that torch can't make."""
    tables = {title: [list(row) for row in rows] for title, rows in question["tables"].items()}
    told = dict(tables["Settings"])
    if mistake == "kernel_flipped":
        tables["Kernel"] = [row[::-1] for row in tables["Kernel"][::-1]]
    elif mistake == "bias_forgotten":
        told["Bias"] = "0"
    elif mistake == "relu_forgotten":
        told["Then"] = "no activation"
    elif mistake == "maximum_for_average":
        told["Pooling"] = "max"
    elif mistake == "average_for_maximum":
        told["Pooling"] = "average"
    elif mistake == "stride_ignored" and "How many" in question["asked"]:
        told["Stride"] = "1"
    elif mistake in ("partial_dropped", "partial_kept"):
        told["Partial windows"] = (
            "dropped (PyTorch's default)" if mistake == "partial_dropped" else "kept (ceil_mode=True)"
        )
    else:
        return None
    tables["Settings"] = [list(pair) for pair in told.items()]
    return read_bank.key_of(question | {"tables": tables})


@pytest.mark.parametrize("kind", KINDS)
def test_a_distractor_is_what_its_mistake_gives_by_torch(kind):
    seen = set()
    for level in LEVELS:
        questions = convolution_questions(kind, level, 0, N_EXERCISES, "numerical")
        for question, read in zip(questions, read_bank.questions_of_csv(bank_csv(questions)), strict=True):
            for distractor in question.distractors:
                for mistake in distractor.mistakes:
                    answer = mistaken(read, mistake)
                    if answer is not None:
                        seen.add(mistake)
                        value = number_or_size(distractor.text, answer)
                        assert value == (pytest.approx(answer, abs=1e-4) if isinstance(answer, float) else answer)
    of_pooling = {"maximum_for_average", "average_for_maximum", "partial_dropped", "partial_kept", "stride_ignored"}
    assert seen == (of_pooling if kind == "pooling" else {"kernel_flipped", "bias_forgotten", "stride_ignored"})


@pytest.mark.parametrize(("kind", "level", "form"), EVERY)
def test_a_feedback_is_the_hint_of_its_mistake(kind, level, form):
    for question in convolution_questions(kind, level, 0, 5, form):
        for distractor in question.distractors:
            told = {mistake for mistake, hint in HINTS.items() if hint in distractor.feedback}
            # that hint speaks of the lab's picture, which a question bank does not have
            assert "picture" not in distractor.feedback
            if "Your window is one step off" in distractor.feedback:
                told.add("one_step_off")
            assert told == (set(distractor.mistakes) if len(distractor.mistakes) < 3 else set())


def test_what_is_typed_and_no_usual_mistake_is_told_the_rule_last():
    """Moodle takes the first answer that fits, and any number fits a star."""
    questions = convolution_questions("pooling", "2", 0, 5, "numerical")
    _, read = read_bank.questions_of_xml(moodle_xml(questions, "Question 2"))
    typed = [question for question in read if question["form"] == "numerical"]
    assert typed
    for question in typed:
        assert [text for _, text, _ in question["answers"]].index("*") == len(question["answers"]) - 1
        assert question["answers"][-1][0] == "0"
        assert question["answers"][-1][2].startswith("Not yet. Take the ")
        tolerances = [answer.findtext("tolerance") for answer in question["element"].iter("answer")]
        assert {float(tolerance) for tolerance in tolerances[:-1]} == {TOLERANCE}


@pytest.mark.parametrize("kind", KINDS)
def test_the_worked_cell_comes_to_the_key(kind):
    for question in convolution_questions(kind, "2", 0, 10):
        if not question.asked.startswith("Which number"):
            continue
        if kind == "pooling":
            what, _, rest = question.solution.removeprefix("The ").partition(" of ")
            cells, _, result = rest.removesuffix(".").partition(" is ")
            numbers = torch.tensor([float(cell) for cell in cells.split(", ")], dtype=torch.float64)
            right = float(numbers.max() if what == "largest" else numbers.mean())
            assert float(result) == float(question.key) == pytest.approx(right, abs=1e-4)
        else:
            terms, _, rest = question.solution.partition(" = ")
            total = eval(terms.replace("x", "*"), {"__builtins__": {}})  # the lab's own numbers and signs
            assert float(rest.partition(";")[0]) == total
            assert float(question.key) == max(0, total)
