"""The classes of Question 5 when the data set changes: none is dropped without a word."""

import io
import zipfile

import pytest
from PIL import Image

from core.datasets import import_zip


def brought_in(*classes):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for k, name in enumerate(classes):
            for i in range(30):
                picture = io.BytesIO()
                Image.new("RGB", (40, 40), (8 * i, 7, k)).save(picture, "PNG")
                archive.writestr(f"{name}/{i}.png", picture.getvalue())
    file.seek(0)
    return import_zip(file, title="-".join(classes), owner="ann").name


@pytest.fixture
def sets(home):
    return brought_in("cat", "dog", "emu", "fox"), brought_in("cat", "dog", "owl", "pig")


def chosen(at, key):
    assert not at.exception
    return list(at.button_group(key=key).value)


def follow(at, page):
    """As a click in the sidebar: its links have no settings."""
    at.query_params.clear()
    at.switch_page(f"pages/{page}.py").run()


def anew(at):
    return [warning.value for warning in at.warning if "begins anew" in warning.value]


@pytest.mark.parametrize(("tab", "key"), [("Strategies", "target_classes"), ("Weights", "source_classes")])
def test_a_choice_that_does_not_fit_begins_anew_with_a_word(visit, sets, tab, key):
    first, second = sets
    at = visit("5_Transfer", tab=tab, dataset=first)
    at.button_group(key=key).set_value(["cat", "emu"]).run()
    at.sidebar.selectbox(key="dataset").set_value(second).run()
    assert chosen(at, key) == chosen(visit("5_Transfer", tab=tab, dataset=second), key)
    (said,) = anew(at)
    assert "classes: what was chosen is not among them any more" in said


@pytest.mark.parametrize(("tab", "key"), [("Strategies", "target_classes"), ("Weights", "source_classes")])
def test_a_choice_that_fits_stays(visit, sets, tab, key):
    first, second = sets
    at = visit("5_Transfer", tab=tab, dataset=first)
    at.button_group(key=key).set_value(["cat", "dog"]).run()
    at.sidebar.selectbox(key="dataset").set_value(second).run()
    assert chosen(at, key) == ["cat", "dog"]
    assert not anew(at)


def test_also_where_the_choice_was_not_in_sight_when_the_data_set_changed(visit, sets):
    first, second = sets
    at = visit("5_Transfer", tab="Strategies", dataset=first, target_classes="cat,emu")
    assert chosen(at, "target_classes") == ["cat", "emu"]
    follow(at, "80_Data")
    at.sidebar.selectbox(key="dataset").set_value(second).run()
    follow(at, "5_Transfer")
    assert chosen(at, "target_classes") == ["cat", "dog", "owl", "pig"]
    assert any("Target classes" in warning.value for warning in at.warning)
