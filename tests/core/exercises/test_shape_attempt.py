"""core/exercises/shape_attempt.py: row after row, three tries, and a slip of the keyboard is none."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.exercises.shape_attempt import TRIES, Attempt, answer
from core.exercises.shapes import HANDOUT, make_task, read_task


def texts(row):
    return {"shape": " x ".join(map(str, row.shape)), "count": str(row.n_parameters)}


@given(st.sampled_from("123"), st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_who_answers_all_right_solves_it(level, seed):
    attempt = Attempt(make_task(level, seed))
    for index, row in enumerate(attempt.task.rows):
        for question, text in texts(row).items():
            assert attempt.row == index
            assert not attempt.is_solved
            attempt, verdict = answer(attempt, question, text)
            assert verdict.is_right
    n = 2 * len(attempt.task.rows)
    assert (attempt.row, attempt.is_solved, attempt.score()) == (None, True, (n, n, n))
    assert answer(attempt, "shape", "1") == (attempt, None)


def test_after_three_tries_the_answer_is_worked_out():
    attempt = Attempt(read_task(HANDOUT))
    for tries in range(1, TRIES + 1):
        attempt, verdict = answer(attempt, "shape", "32, 30, 30")
        assert verdict.mistakes == ("padding_forgotten",)
        assert attempt.of(0, "shape").tries == tries
    shown = attempt.of(0, "shape")
    assert (shown.state, shown.answer) == ("shown", (32, 30, 30))
    assert "(32 + 2 x 1 - 3) / 1 + 1 = 32" in shown.hint
    assert answer(attempt, "shape", "32, 32, 32") == (attempt, None)
    attempt, _ = answer(attempt, "count", "896")
    assert attempt.row == 1
    assert attempt.score() == (1, 2, 28)


def test_a_slip_of_the_keyboard_and_an_empty_field_are_no_tries():
    attempt = Attempt(read_task(HANDOUT))
    assert answer(attempt, "shape", "  ") == (attempt, None)
    attempt, verdict = answer(attempt, "shape", "32; thirty")
    assert verdict is None
    slip = attempt.of(0, "shape")
    assert (slip.state, slip.tries, slip.text, slip.answer) == ("open", 0, "32; thirty", None)
    assert "can't be read" in slip.hint
    attempt, _ = answer(attempt, "shape", "32 32 32")
    assert attempt.score()[:2] == (1, 1)


def test_what_was_shown_is_not_solved():
    attempt = Attempt(make_task("1", 5))
    for index, row in enumerate(attempt.task.rows):
        for question, text in texts(row).items():
            if index == 0 and question == "count":
                for _ in range(TRIES):
                    attempt, _ = answer(attempt, "count", "1")
            else:
                attempt, _ = answer(attempt, question, text)
    assert attempt.row is None
    assert not attempt.is_solved


def test_right_at_the_second_try_counts_as_right_and_not_as_first():
    attempt = Attempt(read_task(HANDOUT))
    for text in ("864", "3*3*3*32 + 32"):
        attempt, _ = answer(attempt, "count", text)
    assert attempt.of(0, "count").state == "right"
    assert attempt.score()[:2] == (0, 1)
