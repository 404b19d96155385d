"""Every link of every plan: the page opens as meant, and its button trains what the plan says."""

import pytest
import torch
import torchvision

from core import datasets
from core.plans import shelf
from core.plans.found import Store
from core.runs import experiments
from core.specs import DataSpec
from core.transfer import pretrained, usual
from pages.shared.lessons import lesson
from pages.teaching.links import link_of, settings_of
from pages.teaching.opening import faults

DATA = DataSpec(n_train=500, n_test=100, random_state=3)


def shown_of(name, minutes, person="ann"):
    plan = shelf.plan(name, minutes, DATA, person)
    return {(shown.title, shown.page, shown.tab): shown for step in plan.all_steps for shown in step.shows}


def every():
    """Each page of the twelve plans once: those of 75 minutes have more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_HOME", "/nowhere")
        found = {}
        for name, minutes in shelf.NAMES:
            found |= {(name, *key): minutes for key in shown_of(name, minutes)}
    return [(name, minutes, key) for (name, *key), minutes in found.items()]


@pytest.mark.parametrize(("name", "minutes", "key"), every(), ids=str)
def test_every_link_opens_as_meant(visit, home, name, minutes, key):
    shown = shown_of(name, minutes)[tuple(key)]
    link = link_of(shown, DATA, Store())
    at = visit(lesson(shown.page).file.removeprefix("pages/").removesuffix(".py"), **link.parameters)
    assert faults(at, link.parameters) == []
    assert at.title[0].value == lesson(shown.page).heading


def address_of(at):
    return at.session_state["settings"].here()


@pytest.mark.parametrize("name", sorted({name for name, _ in shelf.NAMES}))
def test_links_one_after_the_other_open_what_each_opens_alone(visit, home, name):
    at = visit("75_Teaching", n_train="500")
    links = [link_of(shown, DATA, Store()) for shown in shown_of(name, 75).values()]
    for link in [*links, *reversed(links)]:
        file = lesson(link.lesson.key).file
        at.switch_page("pages/75_Teaching.py").run()
        at.query_params.clear()
        for parameter, text in link.parameters.items():
            at.query_params[parameter] = text
        at.switch_page(file).run()
        alone = visit(file.removeprefix("pages/").removesuffix(".py"), **link.parameters)
        assert address_of(at) == address_of(alone), link.title
        assert faults(at, link.parameters) == []


def trains(name, minutes, key):
    shown = shown_of(name, minutes)[tuple(key)]
    return shown.needs is not None and not shown.is_about


@pytest.fixture
def weights(home):
    """Of the pretraining that the plans of Question 5 begin with, as somebody has who has done it."""
    names = datasets.info(DATA.dataset).class_names
    torch.manual_seed(1)
    state, classes = torchvision.models.resnet18(num_classes=6).state_dict(), tuple(usual.source_classes(names))
    return pretrained.keep(state, source="here", title="Six", owner="ann", classes=classes, dataset=DATA.dataset)


def _that_train():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHALKNET_HOME", "/nowhere")
        return [one for one in every() if trains(*one)]


@pytest.mark.parametrize("person", ["ann", "bob"])
@pytest.mark.parametrize(("name", "minutes", "key"), _that_train(), ids=str)
def test_the_button_of_a_link_begins_the_runs_of_the_plan(visit, press, weights, name, minutes, key, person):
    """For the teacher, whose weights they may need, and for who was brought there."""
    shown = shown_of(name, minutes)[tuple(key)]
    link = link_of(shown, DATA, Store())
    at = visit(lesson(shown.page).file.removeprefix("pages/").removesuffix(".py"), person=person, **link.parameters)
    begun = press(at, f"start_{shown.needs.kind}" if shown.needs.kind else "train")
    assert begun == shown.needs.specs
    assert not [one.value for one in at.caption if "other settings than" in one.value]
    if shown.needs.kind:
        made = experiments.open_experiment(at.query_params["experiment"])
        assert (made.page, made.kind, made.settings) == (shown.page, shown.needs.kind, dict(shown.needs.settings))
        assert made.labels == [labels for labels, _ in shown.needs.members]


def test_no_two_links_of_a_step_are_called_the_same_and_every_vote_is_of_the_bank(home):
    for name, minutes in shelf.NAMES:
        plan = shelf.plan(name, minutes, DATA, "ann")
        for step in plan.all_steps:
            titles = [shown.title for shown in step.shows]
            assert len(set(titles)) == len(titles)
            assert [vote.code for vote in step.ballots] == list(step.votes)


def test_a_link_that_is_ready_to_train_does_not_show_what_came_out_before(visit, press, home):
    """The class bets first; the other link shows it."""
    shown = next(s for key, s in shown_of("optimizers", 50).items() if key[2] == "Race")
    settings = settings_of(shown, DATA)
    press(visit("6_Optimizers", **settings), "start_race")
    again = visit("6_Optimizers", **settings)
    assert "none" not in again.query_params["experiment"]  # one's own last race, as on every page
    live = visit("6_Optimizers", **link_of(shown, DATA, Store()).parameters)
    assert "none" in live.query_params["experiment"]
    assert not live.warning
    assert any("Choose the contestants" in each.value for each in (*live.info, *live.markdown, *live.caption))
