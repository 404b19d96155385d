"""The sidebar's data set: titles are for people, links name what can't come to mean another set."""

import io
import zipfile

import pytest
from PIL import Image

from core import datasets
from core.datasets import cifar10, delete, import_zip
from pages.shared.frame.data_choice import link_text


def archive(*classes):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as z:
        for k, name in enumerate(classes):
            for i in range(6):
                picture = io.BytesIO()
                Image.new("RGB", (40, 40), (i * 40, 7, k)).save(picture, "PNG")
                z.writestr(f"{name}/{i}.png", picture.getvalue())
    file.seek(0)
    return file


@pytest.fixture
def alike(home):
    """Two sets of one title, and one that is called as one of the lab's."""
    made = [
        import_zip(archive(*classes), title=title, owner=owner)
        for classes, title, owner in (("ab", "pictures", "ann"), ("cde", "pictures", "bob"), ("pq", "Shapes-10", "bob"))
    ]
    return [report.name for report in made]


def chosen(at):
    assert not at.exception
    return at.sidebar.selectbox(key="dataset").value


def address(at):
    """As the browser has it; AppTest gives a text or a list."""
    return {key: text if isinstance(text, str) else text[-1] for key, text in at.query_params.items()}


def test_sets_of_one_title_can_each_be_chosen_and_linked_to(visit, alike):
    at = visit("80_Data")
    for name in (*alike, "digits", "shapes10", *reversed(alike)):
        at.sidebar.selectbox(key="dataset").set_value(name).run()
        assert chosen(at) == name
        again = visit("80_Data", **address(at))
        assert chosen(again) == name
        assert not again.warning


def test_a_labs_title_in_a_link_is_the_labs_set(visit, alike):
    assert chosen(visit(dataset="Shapes-10")) == "shapes10"


def test_a_title_that_two_sets_have_is_complained_about(visit, alike):
    at = visit(dataset="pictures")
    assert chosen(at) == "shapes10"
    assert "The data set in the link is `pictures`" in at.warning[0].value


def test_the_only_set_of_a_title_is_found_by_it_as_in_links_of_earlier_versions(visit, home):
    name = import_zip(archive("a", "b"), title="<i>Mine</i>").name
    at = visit(dataset="<i>Mine</i>")
    assert chosen(at) == name
    assert address(at)["dataset"] == name


def test_the_link_to_a_deleted_set_is_complained_about_and_never_leads_to_another(visit, home):
    name = import_zip(archive("a", "b"), title="Pets", owner="ann").name
    delete(name, "ann")
    import_zip(archive("c", "d"), title="Pets", owner="ann")
    at = visit(dataset=name)
    assert chosen(at) == "shapes10"
    assert name in at.warning[0].value


def test_who_looks_at_a_set_that_is_deleted_is_told(visit, home):
    name = import_zip(archive("a", "b"), title="Pets", owner="ann").name
    at = visit("80_Data", dataset=name)
    assert chosen(at) == name
    delete(name, "ann")
    at.run()
    assert chosen(at) == "shapes10"
    assert any("the choice begins anew" in warning.value for warning in at.warning)


def test_links_name_the_labs_sets_by_their_titles(home):
    assert [link_text(info) for info in datasets.available()] == [dataset.info().title for dataset in datasets.DATASETS]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_new_visitor_begins_with_the_handouts_data_set_where_it_is(visit, home, is_there):
    if is_there:
        folder = cifar10.FILES.folder / "arrays-1.1"
        folder.mkdir(parents=True)
        (folder / "meta.json").write_text("{}")
    at = visit()
    assert chosen(at) == ("cifar10" if is_there else "shapes10")
    assert address(at)["dataset"] == ("CIFAR-10" if is_there else "Shapes-10")
    assert chosen(visit(dataset="Shapes-10")) == "shapes10"
