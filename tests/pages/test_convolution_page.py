"""The page of Question 2 without a browser: links, settings, sentences, the slip, the check, the exercises."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.convolution.exercises import read_exercise
from core.convolution.lesson import HANDOUT_A, HANDOUT_B, from_query, to_query
from core.lab import progress

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_page(visit):
    """Opens the page with a link's parameters."""

    def open_without_a_fault(**query: str) -> AppTest:
        app = visit("2_Convolution", **query)
        assert not app.exception, app.exception
        return app

    return open_without_a_fault


def lesson_of(app: AppTest):
    return from_query(app.session_state["convolution"]) if "convolution" in app.session_state else HANDOUT_A


def link_of(app: AppTest) -> dict[str, str]:
    """The lesson in the address, which always names the data set besides."""
    told = {name: v if isinstance(v, str) else v[-1] for name, v in app.query_params.items()}
    assert told.pop("dataset") == "Shapes-10"
    return told


def sizes_of(app: AppTest) -> int:
    return sum("H' = " in text.value for text in app.markdown)


def test_the_page_opens_on_the_handouts_first_exercise(open_page):
    app = open_page()
    assert app.title[0].value == "2. Convolution by hand"
    assert not app.warning
    assert to_query(lesson_of(app)) == {}
    assert sizes_of(app) == 2
    assert not app.code
    app.session_state["convolution_pytorch"] = True
    assert app.run().code[0].value.startswith("from torch import nn")


def test_a_link_opens_exactly_its_lesson_and_stays(open_page):
    app = open_page(image="1_2_3~4_5_6~7_8_9", kernel="sobel_x~~~laplacian", bias="1_-2", padding="same")
    lesson = lesson_of(app)
    assert lesson.image == (((1, 2, 3), (4, 5, 6), (7, 8, 9)),)
    assert len(lesson.kernel) == 2
    assert link_of(app) == to_query(lesson)


@pytest.mark.parametrize("view", ["Watch", "Do it yourself"])
def test_a_link_that_names_no_setting_has_the_defaults_and_the_sidebar_what_was_left(open_page, view):
    app = open_page(padding="1", pooling="average")
    app.button_group(key="view").set_value(view).run()
    app.button_group(key="view").set_value("Watch").run()
    assert lesson_of(app).pooling == "average"
    app.button_group(key="view").set_value(view).run()
    for told, due in (({}, "average"), ({"dataset": "Shapes-10"}, "max"), ({"n_train": "500"}, "max")):
        app.switch_page("pages/75_Teaching.py").run()
        app.query_params.clear()
        for name, text in told.items():
            app.query_params[name] = text
        app.switch_page("pages/2_Convolution.py").run()
        assert not app.exception
        assert lesson_of(app).pooling == due, told


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"image": "1_2~3"}, "image is ragged"),
        ({"image": "[x](//evil)"}, "A cell of image is '[x](//evil)'"),
        ({"stride": "99"}, "stride is '99'; allowed is a whole number from 1 to 6"),
        ({"source": "moon"}, "source is 'moon'"),
        ({"bias": "1_2_3_4_5_6_7_8_9"}, "bias has"),
    ],
)
def test_a_malformed_link_opens_the_default_with_a_sentence(open_page, query, sentence):
    app = open_page(**query)
    assert sentence in app.warning[0].value.replace("\\", "")
    assert "handout's first exercise" in app.warning[0].value
    assert to_query(lesson_of(app)) == {}
    assert link_of(app) == {}


def test_settings_change_the_lesson_and_the_link(open_page):
    app = open_page()
    app.selectbox(key="convolution_padding").select((1, 1)).run()
    app.selectbox(key="convolution_pooling").select("average").run()
    assert lesson_of(app) == HANDOUT_B
    assert link_of(app) == {"padding": "1", "pooling": "average"}
    app.number_input(key="convolution_stride_columns").set_value(2).run()
    assert lesson_of(app).stride == (1, 2)
    app.number_input(key="convolution_image_0").set_value(7).run()
    assert len(lesson_of(app).image[0]) == 7
    app.number_input(key="convolution_kernel_2").set_value(3).run()
    assert len(lesson_of(app).kernel) == 3
    app.selectbox(key="convolution_preset").select("gaussian").run()
    assert any("Gaussian blur" in text.value for text in app.markdown)
    assert not app.exception


@pytest.mark.parametrize("example", ["handout_b", "channels", "edges", "picture", "photograph"])
def test_every_example_opens(open_page, example):
    app = open_page()
    app.selectbox(key="convolution_example").select(example).run()
    assert not app.exception
    assert app.selectbox(key="convolution_example").value == example


def test_pictures_in_colour_take_kernels_of_three_channels(open_page):
    app = open_page(source="data", kernel="sobel_x", padding="1")
    app.selectbox(key="convolution_colour").select(True).run()
    assert len(lesson_of(app).kernel[0]) == 3
    app.number_input(key="convolution_index").set_value(5).run()
    app.selectbox(key="convolution_source").select("grid").run()
    assert not app.exception
    assert len(lesson_of(app).kernel[0]) == 1


def test_what_is_impossible_keeps_the_page_alive(open_page):
    app = open_page(kernel="1_2_3_4~1_2_3_4")
    assert sizes_of(app) == 0  # no map, no size
    app.selectbox(key="convolution_padding").select((1, 1)).run()
    assert sizes_of(app) > 0


@pytest.mark.parametrize(
    ("button", "query"),
    [
        ("Handout 1", {"pool_stride": "1"}),
        ("Handout 2", {"padding": "1"}),
        ("Averages", {"padding": "1", "pooling": "average"}),
        ("PyTorch's default", {"padding": "1", "pooling": "average", "edge": "drop"}),
    ],
)
def test_each_reading_of_the_handout_is_a_picture(open_page, button, query):
    app = open_page()
    next(b for b in app.button if b.label.startswith(button)).click().run()
    assert to_query(lesson_of(app)) == query
    assert app.session_state["convolution_start"]["stage"] == "pooling"


def test_the_check_against_pytorch_finds_no_difference(open_page):
    app = open_page(padding="1", pooling="average")
    app.session_state["convolution_pytorch"] = True
    app.run()
    next(b for b in app.button if b.label == "Check against PyTorch").click().run()
    texts = [text.value for text in app.markdown if "largest difference" in text.value]
    assert [re.split(r"\*\*", text)[1] for text in texts] == ["Convolution", "Activation", "Pooling"]
    assert all(float(text.rsplit(" ", 1)[1]) < 1e-9 for text in texts)


def test_exercises_open_from_their_link_and_fade(open_page):
    app = open_page(view="Do it yourself", exercise="convolution.2.77.2")
    assert app.session_state["convolution_attempt"]["code"] == "convolution.2.77.2"
    app.selectbox(key="practice_stage").select(3).run()
    assert app.session_state["convolution_attempt"]["code"] == "convolution.2.77.3"
    assert link_of(app)["exercise"] == "convolution.2.77.3"
    next(b for b in app.button if b.label == "New numbers").click().run()
    assert app.session_state["convolution_attempt"]["code"] != "convolution.2.77.3"
    app.selectbox(key="practice_level").select("b").run()
    assert link_of(app)["exercise"] == "convolution.b.0.3"
    assert not app.exception


def test_a_malformed_exercise_link_opens_the_first_with_a_sentence(open_page):
    app = open_page(view="Do it yourself", exercise="convolution.9")
    assert "exercise is 'convolution.9'; allowed are texts such as" in app.warning[0].value
    assert app.session_state["convolution_attempt"]["code"] == "convolution.a.0.1"


def test_the_size_is_asked_checked_and_scored(open_page):
    app = open_page(view="Do it yourself", exercise="pooling.b.0.4")
    submit = next(b for b in app.button if b.label == "Check the size")
    app.number_input(key="practice_rows").set_value(2)
    app.number_input(key="practice_columns").set_value(2)
    submit.click().run()
    assert "here it is kept" in app.session_state["convolution_attempt"]["hint"]
    rows, columns = read_exercise("pooling.b.0.4").right.shape
    app.number_input(key="practice_rows").set_value(rows)
    app.number_input(key="practice_columns").set_value(columns)
    next(b for b in app.button if b.label == "Check the size").click().run()
    assert app.session_state["convolution_attempt"]["size"][0] == "right"
    assert any("Score: 0 of 1" in text.value for text in app.markdown)
    known = progress.read(app.session_state["person"])["convolution"]
    assert known.tried == {"pooling.b.0.4"}
    assert known.n_answers == 2
    assert known.met == {"partial_dropped": 1}
    assert not known.solved, "its cells are still to come"


def test_the_page_needs_neither_torch_nor_scikit_learn():
    script = (
        "import sys, pages.convolution.watch, pages.convolution.practice;"
        "assert not {'torch', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120, cwd=ROOT)


def test_a_teacher_chooses_what_is_asked_for_moodle_and_the_exercise_stays(open_page):
    """What the files hold, tests/browser/test_moodle.py downloads."""
    app = open_page(view="Do it yourself", exercise="convolution.2.7.1")
    assert "For Moodle" in {expander.label for expander in app.expander}
    assert {button.label for button in app.get("download_button")} == {"Moodle XML", "Questions as CSV"}
    app.selectbox(key="moodle_level").select("3")
    app.number_input(key="moodle_first").set_value(40).run()
    assert not app.exception
    assert app.query_params["exercise"] == "convolution.2.7.1"
    assert not any("numbers are fixed" in caption.value for caption in app.caption)
    app.selectbox(key="moodle_level").select("b").run()
    assert not app.exception
    assert any("The handout's numbers are fixed" in caption.value for caption in app.caption)
    assert "moodle_first" not in {field.key for field in app.number_input}


def test_in_lecture_mode_the_class_sees_no_questions_with_their_answers(open_page):
    app = open_page(view="Do it yourself", present="1")
    assert not any(expander.label == "For Moodle" for expander in app.expander)
    assert not app.get("download_button")
