"""The sealed test set: no test figure on any page, link, table, download or report before the envelope is opened."""

import re

import pytest
from read_pages import all_texts, everything

from core import datasets, receipts, runs
from core.engine.worker import execute
from core.inside.inspection import answers_of_run
from core.optimizers import race
from core.receipts.report import report
from core.receipts.sections import as_script
from core.runs import envelope, experiments
from core.runs.envelope import as_validation
from core.specs import CNNSpec, DataSpec, MLPSpec, RunSpec
from pages.shared.panels.jobs import jobs

SEALED = DataSpec(n_train=200, n_test=110, judged_on="validation")
LAB = {"sealed": "true", "n_train": "200", "n_test": "100"}
TABS = {
    "1_Perceptron": ("Learn", "Network", "Results", "Code", "Compare"),
    "3_CNN": ("Learn", "Network", "Shape doctor", "Inside", "Rewind", "Results", "Train vs. eval", "Save", "Code",
              "Compare"),
    "6_Optimizers": ("Race", "Each at its best", "Is it real?", "One step", "Code"),
    "90_Runs": ("Table", "Run", "Compare", "What helped"),
}
OF_THE_TEST = re.compile(r"\b[Tt]est (accurac|loss|picture|image)|[^_.(\w]test_accuracy")


def trained(page, model):
    run = runs.create(RunSpec(data=SEALED, model=model, n_epochs=2), page=page, owner="ann")
    execute(str(run.folder))
    assert run.status.name == "done"
    return run


def what_the_test_says(run):
    """Texts that would give away how the network does on the test pictures."""
    images = datasets.load_for(run.spec.data.model_copy(update={"judged_on": "test"}))
    answers = answers_of_run(run, images.test_images, 10).argmax(axis=1)
    n_right = int((answers == images.test_labels).sum())
    held_out = round(run.result["test_accuracy"] * 110)
    assert n_right != held_out, "choose another seed: the two figures must differ for this test to say anything"
    return [f"{n_right} of 110", f"{n_right / 110:.1%}", f"{n_right / 110:.6f}"[:7]]


@pytest.mark.parametrize(("page", "file", "model"), [
    ("perceptron", "1_Perceptron", MLPSpec(H=16)), ("cnn", "3_CNN", CNNSpec(channels1=32, channels2=64)),
])  # fmt: skip
def test_no_page_says_or_shows_a_test_figure(visit, page, file, model):
    run = trained(page, model)
    secrets = what_the_test_says(run)
    for tab in TABS[file]:
        at = visit(file, run=run.id, tab=tab, **LAB)
        assert not at.exception, tab
        sent = everything(at)
        assert [text for text in secrets if text.encode() in sent] == [], tab
        assert [text for text in all_texts(at) if OF_THE_TEST.search(text)] == [], tab
    for tab in TABS["90_Runs"]:
        at = visit("90_Runs", runs=run.id, tab=tab, **LAB)
        assert not at.exception, tab
        assert [text for text in secrets if text.encode() in everything(at)] == [], tab
        assert [text for text in all_texts(at) if OF_THE_TEST.search(text)] == [], tab
    told = report(run) + as_script(receipts.sections(receipts.as_trained(run)))
    assert [text for text in secrets if text in told] == []
    assert not OF_THE_TEST.search(told)


def test_an_experiments_figures_are_of_validation(visit):
    base = RunSpec(data=SEALED, model=MLPSpec(H=16), n_epochs=1, n_threads=1)
    made = race.members(base, race.named(race.HANDOUT), [0])
    settings = race.settings_of(race.named(race.HANDOUT))
    raced = experiments.create(race.KIND, made, settings=settings, page="optimizers", owner="ann")
    for run in raced.runs:
        execute(str(run.folder))
    for tab in TABS["6_Optimizers"]:
        at = visit("6_Optimizers", experiment=raced.id, tab=tab, **LAB)
        assert not at.exception, tab
        assert [text for text in all_texts(at) if OF_THE_TEST.search(text)] == [], tab
    opened = visit("6_Optimizers", experiment=raced.id)
    assert opened.query_params.get("experiment") != [raced.id]  # the lab is not sealed there


def test_a_run_of_the_other_kind_is_not_shown(visit):
    run = trained("perceptron", MLPSpec(H=16))
    at = visit("1_Perceptron", run=run.id, tab="Results", n_train="200", n_test="110")
    assert not at.metric
    frank = runs.create(RunSpec(data=DataSpec(n_train=200, n_test=110), model=MLPSpec(H=16), n_epochs=1),
                        page="perceptron", owner="ann")  # fmt: skip
    execute(str(frank.folder))
    accuracy = f"{round(frank.result['test_accuracy'] * 110)} of 110"
    for file, tab in (("1_Perceptron", "Results"), ("1_Perceptron", "Learn"), ("90_Runs", "Table"), ("90_Runs", "Run")):
        at = visit(file, run=frank.id, tab=tab, **LAB)
        assert not at.exception
        assert accuracy.encode() not in everything(at), tab
        assert frank.id.encode() not in everything(visit("90_Runs", runs=frank.id, **LAB))


def test_what_the_sidebar_says_is_what_trains(visit, press):
    at = visit("1_Perceptron", n_epochs="1", H="16", **LAB)
    (spec,) = press(at, "train")
    assert spec.data == SEALED.model_copy(update={"n_test": 100})
    assert at.toggle(key="sealed").value
    assert at.query_params["sealed"] in ("true", ["true"])
    labels = [slider.label for slider in at.select_slider]
    assert "Validation pictures" in labels
    assert "Test pictures" not in labels


def test_all_training_pictures_leave_room_for_those_held_out(visit, press):
    at = visit("1_Perceptron", dataset="Digits", sealed="true", n_train="all", n_test="200", n_epochs="1", H="16")
    (spec,) = press(at, "train")
    info = datasets.info("digits")
    assert spec.data.n_train + spec.data.n_test == info.n_train
    assert any("held out" in caption.value for caption in at.caption)


def test_words():
    assert as_validation("Test accuracy of 100 test pictures") == "Validation accuracy of 100 validation pictures"
    assert as_validation("test") == "validation"
    assert as_validation("a test of patience, test_loss") == "a test of patience, test_loss"
    assert envelope.Envelope().told == "never opened"


def test_the_envelope_is_opened_by_its_owner_and_counted(visit, wait_until):
    run = trained("perceptron", MLPSpec(H=16))
    (secret, *_) = what_the_test_says(run)
    at = visit("1_Perceptron", run=run.id, tab="Results", **LAB)
    assert any("Nobody has looked" in markdown.value for markdown in at.markdown)
    stranger = visit("1_Perceptron", run=run.id, tab="Results", person="bob", **LAB)
    assert not [button for button in stranger.button if button.key == "open_envelope"]
    for times in (1, 2):
        at.button(key="open_envelope").click().run()
        wait_until(lambda times=times: len(envelope.read(run).opened) == times, "it was opened")
        wait_until(lambda: jobs().of(f"envelope_{run.id}", "ann").state == "done", "the job is over")
        at.run()
        told = next(markdown.value for markdown in at.markdown if "of the test set" in markdown.value)
        assert f"**{secret}**" in told
        assert told.endswith("Opened 1 time." if times == 1 else "Opened 2 times.")
    assert any("flatters" in caption.value for caption in at.caption)
    assert secret in report(run)
    assert "opened 2 times" in report(run)


def test_the_handouts_way_is_counted_too(visit):
    for seed in (0, 1):
        spec = RunSpec(data=DataSpec(n_train=200, n_test=110), model=MLPSpec(H=16), n_epochs=1, random_state=seed)
        run = runs.create(spec, page="perceptron", owner="ann")
        execute(str(run.folder))
        at = visit("1_Perceptron", run=run.id, tab="Results")
        said = [caption.value for caption in at.caption if "has guided" in caption.value]
        assert bool(said) == (seed == 1)
    assert said[0].startswith("Test accuracy has guided 2 runs of yours on Shapes-10 so far")


def test_a_linked_run_of_the_other_kind_is_said(visit):
    run = trained("perceptron", MLPSpec(H=16))
    at = visit("1_Perceptron", run=run.id, tab="Results")
    assert any("Seal the test set" in info.value for info in at.info)


def test_the_words_in_french(visit):
    run = trained("perceptron", MLPSpec(H=16))
    at = visit("1_Perceptron", run=run.id, tab="Results", lang="fr", **LAB)
    assert any(metric.label == "Exactitude de validation" for metric in at.metric)
    assert any(toggle.label == "Sceller l'ensemble de test" for toggle in at.toggle)
