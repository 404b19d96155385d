"""Lecture mode in a link: on, off, and a value that can't be; what it looks like is the browser's tests' business."""

import pytest

from pages.shared.lessons import LESSONS


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_it_is_on_by_link_and_off_by_its_button(visit, lesson):
    page = None if lesson.key == "home" else lesson.file.removeprefix("pages/").removesuffix(".py")
    at = visit(page, present="1")
    assert not at.exception
    assert at.button(key="lecture_button").label == "Leave (P)"
    at.button(key="lecture_button").click().run()
    assert "present" not in at.query_params
    assert at.button(key="lecture_button").label == "Lecture mode (P)"


def test_a_value_that_can_not_be_is_complained_about(visit):
    at = visit("1_Perceptron", present="banana")
    assert not at.exception
    assert [each.value for each in at.warning] == ["Lecture mode in the link is `banana`; allowed is 1. It is off now."]
