"""Question 4's page: every tab before and after, impossible folds told at once, scores that are scikit-learn's."""

import json

import numpy as np
import pytest
from drawn import drawn
from sklearn.model_selection import cross_val_score
from skorch.helper import SliceDataset

from core import datasets, runs
from core.crossval import fold_scores, grid_search
from core.crossval import splits as folds
from core.crossval.skorch_net import build_net, pictures_for
from core.engine.worker import execute
from core.lab import files
from core.lab.rates import Rate
from core.receipts.report import report
from core.runs import experiments
from core.specs import AdamSpec, CNNSpec, DataSpec, MLPSpec
from core.specs.folds import FoldSpec, SearchSpec
from pages.shared.panels.jobs import jobs

PAGE = "4_Cross-validation"
TABS = ("Fewer lines", "K folds", "One split", "Leak", "Tuned on test", "Grid search", "Code", "In order",
        "Handout")  # fmt: skip
SMALL = {"n_train": "100", "n_test": "100", "network": "MLP", "leak_network": "MLP", "n_folds": "3"}


@pytest.fixture
def open_page(visit):
    return lambda **parameters: visit(PAGE, **SMALL | parameters)


def finished_folds(kind="folds", n_folds=3, **changes):
    spec = FoldSpec(
        data=DataSpec(n_train=100, n_test=100), model=MLPSpec(H=16), n_folds=n_folds, n_threads=1, **changes
    )
    members = [({"fold": f"fold {i + 1}"}, spec.model_copy(update={"fold": i})) for i in range(n_folds)]
    made = experiments.create(kind, members, settings={"n_folds": n_folds}, page="crossval", owner="ann")
    for run in made.runs:
        execute(str(run.folder))
    return made


def html_of(at):
    return "\n".join(str(block.proto) for block in at.get("html"))


def blocks_of(at):
    """What the picture of the folds is given: its rows, and what stands below them."""
    (data,) = [json.loads(each.proto.json) for each in drawn(at) if each.proto.component_name.endswith("fold_blocks")]
    return data


def test_the_page_opens_with_the_handouts_values(visit, texts):
    at = visit(PAGE)
    assert not at.exception
    assert not at.warning
    assert at.title[0].value == "4. skorch and K folds"
    assert [tab.label for tab in at.tabs] == list(TABS)
    assert (at.slider(key="n_epochs").value, at.select_slider(key="batch_size").value) == (1, 64)
    assert at.select_slider(key="learning_rate").value == 0.001
    assert at.select_slider(key="own_share").value == "1/5"
    assert "only **3,200** train the network" in texts(at)
    assert "val_data 1,000: unused" in html_of(at)


@pytest.mark.parametrize(("share", "trained"), [("none", 80), ("1/2", 40), ("1/10", 72)])
def test_the_drawing_follows_the_validation_share(open_page, texts, share, trained):
    at = open_page()
    at.select_slider(key="own_share").set_value(share).run()
    assert f"only **{trained}** train the network" in texts(at)
    lines = str(drawn(at)[0].proto)
    assert ("train_split=None" in lines) == (share == "none")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_has_something_to_say_before_there_is_a_run(open_page, texts, tab):
    at = open_page(tab=tab)
    assert not at.exception
    assert not at.error
    said = texts(at)
    if tab == "Code":
        assert "cross_val_score(net, SliceDataset(trainset, idx=0)" in at.code[0].value
    else:
        assert {
            "Fewer lines": "Where did the training pictures go?",
            "K folds": "3 networks learn, each is judged on the part that it has not seen",
            "One split": "then on 20 single random splits",
            "Tuned on test": "50 perceptrons with other widths",
            "Leak": "3 folds with 50 near-duplicates",
            "Grid search": "27 fits",
            "In order": "does inside, shuffled",
            "Handout": "skorch keeps a fifth",
        }[tab] in said


def test_train_is_skorchs_fit(open_page, settle, wait_until, texts):
    at = open_page()
    at.button(key="train").click().run()
    assert not at.exception
    run = runs.open_run(at.session_state["run_of_crossval"])
    at = settle(at, run, wait_until)
    assert not at.exception
    assert run.status.name == "done"
    assert (run.spec.split, run.spec.own_folds) == ("holdout", 5)
    assert f"Test accuracy {Rate.of(run.result['test_accuracy'], 100).told()}" in texts(at)
    assert f"`accuracy_score(y_test, y_pred)` gives **{run.result['test_accuracy']:.4f}**" in texts(at)


def test_folds_start_fill_and_give_scikit_learns_scores(open_page, visit, wait_until, texts):
    at = open_page(tab="K folds")
    at.button(key="start_folds").click().run()
    assert not at.exception
    shown = experiments.open_experiment(at.session_state["folds_of_crossval"])
    assert len(shown.runs) == 3
    wait_until(lambda: shown.progress().is_over, "all folds are trained")
    at = visit(PAGE, person="bob", tab="K folds", experiment=shown.id, **SMALL)
    assert not at.exception
    spec = shown.runs[0].spec
    data = pictures_for(spec)
    expected = cross_val_score(build_net(spec, 10), SliceDataset(data), data.labels, cv=folds.splitter(spec))
    said = texts(at)
    sizes = [len(judged) for _, judged in folds.splits(spec, data.labels, data.class_names)]
    rates = [Rate.of(score, n) for score, n in zip(expected, sizes, strict=True)]
    blocks = blocks_of(at)
    assert [(row["value"], row["title"]) for row in blocks["rows"]] == [(r.told(), r.interval_told) for r in rates]
    assert blocks["mean"]["value"] == f"{expected.mean():.1%} ± {100 * expected.std(ddof=1):.1f} points"
    together = Rate.of(float(np.average(expected, weights=sizes)), sum(sizes))
    assert f"Out-of-fold accuracy {together.told()}" in said
    assert "Somebody else's experiment" in said
    assert not [button for button in at.button if button.key == "stop_folds"]


def test_which_fold_judged_a_picture(open_page, home):
    made = finished_folds()
    at = open_page(tab="K folds", experiment=made.id, train_picture="7")
    assert not at.exception
    spec = made.runs[0].spec
    images = folds.pictures(spec)
    together = fold_scores.out_of_fold(fold_scores.read(made.read()), images)
    fold, odds = together.fold_of_each[7] + 1, together.probabilities[7]
    assert f"fold {fold} says<br>{images.class_names[odds.argmax()]} {odds.max():.0%}" in html_of(at)


@pytest.mark.parametrize(("tab", "kind"), [("K folds", "folds"), ("One split", "splits"), ("Leak", "leak")])
def test_who_looks_again_opens_no_file_of_what_has_ended(open_page, home, opened_files, tab, kind):
    made = finished_folds(kind, judges_test=kind == "leak")
    at = open_page(tab=tab, experiment=made.id)
    assert opened_files(at.run) == []
    assert not at.exception
    assert "</b>" in html_of(at)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"n_folds": "10"}, "fewer than K = 10: not every fold can have one"),
        ({"n_folds": "10", "tab": "Leak"}, "fewer than K = 10"),
        ({"n_folds": "10", "tab": "Grid search"}, "fewer than K = 10"),
    ],
)
def test_impossible_folds_are_told_before_anything_starts(open_page, parameters, says):
    labels = datasets.load_for(DataSpec(n_train=100, n_test=100)).train_labels
    assert np.bincount(labels).min() < 10
    at = open_page(**{"tab": "K folds"} | parameters)
    start = next(button for button in at.button if (button.key or "").startswith("start_"))
    start.click().run()
    assert not at.exception
    assert says in " ".join(error.value for error in at.error).replace("\\", "")
    assert runs.all_runs() == []
    assert jobs().of("grid", "ann") is None


def test_a_failed_fold_says_which_and_why_and_the_others_stay(open_page, home, texts):
    made = finished_folds()
    bad = made.runs[1]
    (bad.folder / "probabilities.npy").unlink()
    (bad.folder / "result.json").unlink()
    bad.write_status("failed", "The disk was full.")
    at = open_page(tab="K folds", experiment=made.id)
    assert not at.exception
    assert "fold 2: The disk was full." in " ".join(error.value for error in at.error).replace("\\", "")
    done = [run.result["test_accuracy"] for run in (made.runs[0], made.runs[2])]
    blocks = blocks_of(at)
    assert blocks["mean"]["value"].startswith(f"{np.mean(done):.1%} ± ")
    assert blocks["mean"]["told"] == "mean ± standard deviation, 2 of 3 folds"
    assert [(row["state"], row["value"], row["note"]) for row in blocks["rows"]][1] == ("none", "–", "failed")


def test_copies_are_judged_beside_clean_pictures(open_page, wait_until, texts):
    at = open_page(tab="Leak", leak_n_epochs="1", n_folds="2")
    at.button(key="start_leak").click().run()
    assert not at.exception
    made = experiments.open_experiment(at.session_state["leak_of_crossval"])
    wait_until(lambda: made.progress().is_over, "all folds are trained")
    at.run()
    assert not at.exception
    scores = fold_scores.read(made.read())
    assert [score.spec.leak is not None for score in scores] == [False, False, True, True]
    images = folds.pictures(scores[0].spec)
    clean = [fold_scores.clean_accuracy(score, images) for score in scores]
    by = 100 * (np.mean(clean[2:]) - np.mean(clean[:2]))
    assert f"on clean test pictures by **{by:+.1f} points**" in texts(at)


def test_single_splits_stand_beside_the_folds(open_page, wait_until, texts):
    at = open_page(tab="One split", n_splits="3", n_folds="2")
    at.button(key="start_splits").click().run()
    made = experiments.open_experiment(at.session_state["splits_of_crossval"])
    wait_until(lambda: made.progress().is_over, "all are trained")
    at.run()
    assert not at.exception
    single = [run.result["test_accuracy"] for run in made.runs[2:]]
    assert f"unluckiest single split says **{min(single):.1%}**, the luckiest **{max(single):.1%}**" in texts(at)


def test_a_search_of_a_link_is_shown_to_others(open_page, visit, texts):
    base = FoldSpec(data=DataSpec(n_train=100, n_test=100), model=MLPSpec(), n_folds=2)
    search = grid_search.create(SearchSpec(base=base, learning_rates=(0.01,), batch_sizes=(32, 64)), "ann")
    for fold in range(2):
        files.write_json(
            search.folder / "fits" / f"{fold}.json",
            {"learning_rate": 0.01, "batch_size": 64, "fold": fold, "score": 0.5 + 0.25 * fold, "seconds": 2.0},
        )
    files.write_json(search.folder / "over.json", {"state": "stopped", "sentence": ""})
    at = visit(PAGE, person="bob", tab="Grid search", search=search.id)
    assert not at.exception
    assert "<b>62.5%</b><small>2.0 s</small>" in html_of(at)
    assert "not tried" in html_of(at)
    assert "waiting" not in html_of(at)  # it was stopped
    assert "Somebody else's search" in texts(at)


@pytest.mark.parametrize(
    ("part", "has"),
    [("(a) fit", "net.fit(train_data, y=y_train)"), ("single splits", "ShuffleSplit("), ("leak", "near_duplicate(")],
)
def test_each_part_has_its_script(open_page, part, has):
    at = open_page(tab="Code", part=part)
    assert not at.exception
    assert has in at.code[0].value


def test_nothing_to_search_is_told(open_page):
    at = open_page(tab="Grid search")
    at.button_group(key="grid_rates").set_value([]).run()
    assert not at.exception
    assert "at least one learning rate" in at.warning[0].value


@pytest.mark.parametrize(
    "parameters", [{"experiment": "x"}, {"experiment": "a" * 24}, {"search": "../x", "tab": "Grid search"}]
)
def test_a_wrong_link_is_told(open_page, parameters):
    at = open_page(**{"tab": "K folds"} | parameters)
    assert not at.exception
    assert len(at.warning) == 1


def test_a_fold_is_judged_on_its_own_pictures_on_the_page_of_runs(visit, home, texts):
    spec = FoldSpec(
        data=DataSpec(n_train=100, n_test=100),
        model=CNNSpec(channels1=4, channels2=4),
        optimizer=AdamSpec(),
        n_threads=1,
        fold=2,
    )
    run = runs.create(spec, page="crossval", owner="ann")
    execute(str(run.folder))
    told = report(run)
    assert "cross_val_score(net, SliceDataset(trainset, idx=0)" in told.replace("&#x27;", "'")
    at = visit("90_Runs")
    assert not at.exception
