"""The bug clinic's page: a patient by its link, tests that are ordered, a wrong name and the right one."""

import random

import pytest

from core.clinic.cases import CASES, patient_of
from core.lab import progress
from pages.shared.panels.jobs import jobs

PAGE = "7_Bug_clinic"


def code_of(key):
    """A patient's code with a certain case, found by trying."""
    draw = random.Random(key)
    level = next(str(["easy", "middle", "hard"].index(case.level) + 1) for case in CASES if case.key == key)
    while True:
        code = level + "".join(draw.choices("23456789ABCDEFGH", k=4))
        if patient_of(code).case.key == key:
            return code


@pytest.fixture
def after_work(wait_until):
    """Draws the page anew when its work in the background is over."""

    def call(at):
        assert not at.exception
        job = jobs().of("clinic", "ann")
        if job is not None:
            wait_until(lambda: job.state != "running", job.title)
            assert job.error == ""
        at.run()
        assert not at.exception
        return at

    return call


def trained(visit, after_work, key):
    at = visit(PAGE, patient=code_of(key))
    at.button(key="train_patient").click().run()
    return after_work(at)


def name(at, after_work, disease):
    box = next(one for one in at.selectbox if one.key.startswith("disease_"))
    box.set_value(disease).run()
    at.button(key="name_it").click().run()
    return after_work(at)


def test_from_the_curves_to_the_line(visit, after_work, texts):
    at = trained(visit, after_work, "no_zero_grad")
    assert not any(case.title in texts(at) for case in CASES)
    at.button(key="order_gradient_norms").click().run()
    after_work(at)
    assert at.button(key="order_gradient_norms").disabled
    assert "1 test ordered" in texts(at)
    name(at, after_work, "rate_too_high")
    assert "Not: Learning rate too high." in texts(at)
    noted = progress.read("ann")["clinic"]
    assert (noted.solved, noted.met) == (frozenset(), {"rate_too_high": 1})
    assert "This patient" in texts(at)
    name(at, after_work, "no_zero_grad")
    said = "".join(element.proto.body for element in at.get("html"))
    assert "Right: No optimizer.zero_grad()." in said
    assert "1 test ordered, 1 wrong name: 6 points of 10." in said
    assert "class='right'>     +     optimizer.zero_grad()" in said
    assert "cured: the same pictures" in texts(at)
    noted = progress.read("ann")["clinic"]
    assert noted.solved == noted.tried == {code_of("no_zero_grad")}
    assert noted.met == {"rate_too_high": 1}


def test_a_reload_and_a_second_visit_find_what_was_ordered(visit, after_work, texts):
    at = trained(visit, after_work, "log_softmax_before_loss")
    at.button(key="order_batch_of_one").click().run()
    after_work(at)
    again = visit(PAGE, patient=code_of("log_softmax_before_loss"))
    assert "1 test ordered" in texts(again)
    other = visit(PAGE, patient=code_of("log_softmax_before_loss"), person="bob")
    assert other.button(key="train_patient")
    again.switch_page("pages/1_Perceptron.py").run()
    again.query_params.clear()
    again.switch_page(f"pages/{PAGE}.py").run()
    assert "1 test ordered" in texts(again)


def test_a_script_that_stops_says_so(visit, after_work):
    at = trained(visit, after_work, "last_batch_of_one")
    name(at, after_work, "last_batch_of_one")
    assert not at.exception


def test_a_sound_patient_has_no_cure(visit, after_work, texts):
    at = trained(visit, after_work, "sound_folds")
    name(at, after_work, "test_in_training")
    assert "Not: Test pictures are among the training pictures." in texts(at)
    name(at, after_work, "sound")
    assert "cured: the same pictures" not in texts(at)


@pytest.mark.parametrize("code", ["", "banana", "9AAAA", "1aaaa<script>", "1" * 3000])
def test_a_code_that_is_none(visit, texts, code):
    at = visit(PAGE, patient=code)
    assert not at.exception
    assert "Patient 1" in texts(at)
    assert bool(at.warning) == bool(code)


def test_pictures_that_do_not_fit(visit, texts):
    at = visit(PAGE, dataset="Digits", n_train="100", n_test="100")
    assert "can't have patients" in texts(at)
    assert at.button(key="train_patient")


def test_a_new_patient_is_another_case(visit):
    at = visit(PAGE)
    seen = set()
    n_easy = sum(case.level == "easy" for case in CASES)
    for _ in range(n_easy):
        seen.add(patient_of(at.query_params["patient"] if isinstance(at.query_params["patient"], str)
                            else at.query_params["patient"][0]).case.key)  # fmt: skip
        at.button(key="new_easy").click().run()
    assert len(seen) == n_easy


def test_a_pasted_script_is_read_and_its_bug_shown_with_a_curve(visit, after_work, texts):
    at = visit(PAGE, tab="Check my script")
    pasted = "for x, y in loader:\n    loss = f(model(x), y)\n    loss.backward()\n    opt.step()\n"
    at.text_area(key="pasted_script").set_value(pasted).run()
    after_work(at)
    assert "Line 3: No optimizer.zero_grad()" in texts(at)
    assert "with this bug" in str(at.get("arrow_vega_lite_chart")) or "beside its sound one" in texts(at)
    at.switch_page("pages/1_Perceptron.py").run()
    at.query_params.clear()
    at.switch_page(f"pages/{PAGE}.py").run()
    at.query_params["tab"] = "Check my script"
    at.run()
    assert at.text_area(key="pasted_script").value == pasted


@pytest.mark.parametrize("pasted", ["x = (", "a\0b", "(" * 3000, "raise SystemExit", "<script>alert(1)</script>"])
def test_hostile_text_gets_a_sentence(visit, pasted):
    at = visit(PAGE, tab="Check my script")
    at.text_area(key="pasted_script").set_value(pasted).run()
    assert not at.exception
    assert bool(at.error) == (pasted != "raise SystemExit")
